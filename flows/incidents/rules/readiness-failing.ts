import { probeRule } from '../looks/probe-rules.ts';

/** A program runs and is not ready by its own word: nothing is wrong with how it is asked. */
export const readinessFailing = probeRule('ReadinessFailing', 'readiness', 'not-ready');
