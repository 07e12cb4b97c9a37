import { probeRule } from '../looks/probe-rules.ts';

/** A program that works is restarted because its liveness probe has less patience than its answers, or its start, need. */
export const livenessProbeTooAggressive = probeRule('LivenessProbeTooAggressive', 'liveness', 'too-aggressive');
