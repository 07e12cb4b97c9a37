import { probeRule } from '../probe-rules.ts';

/** A program is restarted before it has started: by its startup probe, or by a liveness probe without one. */
export const startupProbeTooShort = probeRule('StartupProbeTooShort', 'liveness', 'too-short');
