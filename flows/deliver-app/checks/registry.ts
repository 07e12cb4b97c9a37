import type { Candidate, Check, Finding } from './check.ts';
import { held } from './held.ts';
import { images } from './images.ts';
import { budgets, names } from './names.ts';
import { podSecurity } from './pod-security.ts';
import { pods, settings } from './pods.ts';
import { ports } from './ports.ts';
import { room } from './room.ts';

const CHECKS: readonly Check[] = [held, images, pods, settings, podSecurity, names, ports, room, budgets];
const ORDER = ['block', 'warn', 'note'];

/** All that is to be said of a release before it is asked for: what stops it first. */
export function examine(candidate: Candidate): Finding[] {
  const found = CHECKS.flatMap((check) => check(candidate));
  const once = new Map(found.map((one) => [`${one.id} ${JSON.stringify(one.params)}`, one]));
  return [...once.values()].sort((one, other) => ORDER.indexOf(one.level) - ORDER.indexOf(other.level));
}
