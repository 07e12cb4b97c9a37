import { probeRule } from '../looks/probe-rules.ts';

/** A readiness probe asks a port on which the program does not listen. */
export const readinessProbeWrongPort = probeRule('ReadinessProbeWrongPort', 'readiness', 'port');
