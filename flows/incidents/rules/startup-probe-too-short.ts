import { probeRule } from '../looks/probe-rules.ts';

/** A program is restarted by its startup probe before it has started. */
export const startupProbeTooShort = probeRule('StartupProbeTooShort', 'liveness', 'too-short');
