import { probeRule } from '../looks/probe-rules.ts';

/** A liveness probe asks for a path, or runs a command, that the program does not have. */
export const livenessProbeWrongPath = probeRule('LivenessProbeWrongPath', 'liveness', 'path');
