import { probeRule } from '../looks/probe-rules.ts';

/** A liveness probe speaks a protocol that the program's port does not. */
export const livenessProbeWrongProtocol = probeRule('LivenessProbeWrongProtocol', 'liveness', 'protocol');
