import type { Flow } from '../../../src/flow/kit.ts';
import { describe } from './describe.ts';
import { events } from './events.ts';
import { certificates, clusters, costs, quota, versions } from './facts.ts';
import { stopFollowing } from './follow.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import { rolloutStatus } from './rollout.ts';
import { top } from './top.ts';

/** Everything that only looks, one line each. */
export const lookFlows: readonly Flow[] = [
  clusters,
  list,
  describe,
  logs,
  stopFollowing,
  events,
  top,
  rolloutStatus,
  quota,
  certificates,
  costs,
  versions,
];
