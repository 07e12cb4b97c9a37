import type { Flow } from '../../../src/flow/kit.ts';
import { upgradeAddons } from './addons.ts';
import { autoscaling } from './autoscaling.ts';
import { cordonNode, drainNode, uncordonNode } from './nodes.ts';
import type { Words } from './parts.ts';
import { pauseRollout, resumeRollout } from './pause.ts';
import { scaleNodePool } from './pool-size.ts';
import { upgradeNodePool } from './pool-upgrade.ts';
import { restartWorkload } from './restart.ts';
import { runNow } from './run-now.ts';
import { scaleWorkload } from './scale.ts';
import { upgradeCluster } from './upgrade.ts';

/** The changes of daily work, one line each. */
export const changeFlows = (words: Words): Flow[] => [
  scaleWorkload(words),
  restartWorkload(words),
  pauseRollout(words),
  resumeRollout(words),
  runNow(words),
  autoscaling(words),
  cordonNode(words),
  uncordonNode(words),
  drainNode(words),
  scaleNodePool(words),
  upgradeCluster(words),
  upgradeNodePool(words),
  upgradeAddons(words),
];
