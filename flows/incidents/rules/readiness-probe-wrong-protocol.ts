import { probeRule } from '../looks/probe-rules.ts';

/** A readiness probe speaks a protocol that the program's port does not. */
export const readinessProbeWrongProtocol = probeRule('ReadinessProbeWrongProtocol', 'readiness', 'protocol');
