import { probeRule } from '../looks/probe-rules.ts';

/** A liveness probe asks a port on which the program does not listen. */
export const livenessProbeWrongPort = probeRule('LivenessProbeWrongPort', 'liveness', 'port');
