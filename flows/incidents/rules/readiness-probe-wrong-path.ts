import { probeRule } from '../looks/probe-rules.ts';

/** A readiness probe asks for a path, or runs a command, that the program does not have. */
export const readinessProbeWrongPath = probeRule('ReadinessProbeWrongPath', 'readiness', 'path');
