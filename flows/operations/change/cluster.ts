import { normalise } from '../../../src/flow/clarify/normalise.ts';
import { ask, type FlowContext, type FlowRun } from '../../../src/flow/kit.ts';
import { chooseTarget } from '../../../src/flow/target.ts';
import { placeOf, safe, tell } from './parts.ts';
import type { Where } from './pools.ts';

/** Words beside "cluster" that are no name. */
const IDLE = new Set(
  `a all also an and any at be by can do first for from has have is in it its k8s ack kubernetes latest me my new next now of on or our please ready running safe that the their this to too up upgrade update upgrades version will with you your
  add-ons addons addon components dev development prod production staging test testing whole entire managed`.split(
    /\s+/,
  ),
);
const NAMED = [
  /\bclusters? (?:named |called )?([a-z0-9][a-z0-9-]*)(?![\w.])/g,
  /([a-z0-9][a-z0-9-]*) clusters?\b/g,
  /集群 ?([a-z0-9][a-z0-9-]*)(?![\w.])/g,
  /([a-z0-9][a-z0-9-]*) ?集群/g,
];

/** What a sentence calls the cluster, where it does and that is not this one. */
export function otherCluster(
  text: string,
  { cluster, clusterId }: Pick<Where, 'cluster' | 'clusterId'>,
): string | undefined {
  const said = normalise(text);
  const words = NAMED.flatMap((pattern) => [...said.matchAll(pattern)].map(([, word = '']) => word));
  const own = [cluster.toLowerCase(), clusterId];
  if (words.some((word) => own.includes(word))) return undefined;
  return words.find((word) => !IDLE.has(word) && !/^v?\d/.test(word));
}

/** The cluster that is meant; one of another name than was said is asked about. Undefined, said already, where nothing came of it. */
export function* chooseCluster(context: FlowContext): FlowRun<Where | undefined> {
  const target = yield* chooseTarget(context, { level: 'cluster' });
  if (!target) return undefined;
  const { clusterId, cluster, environment } = placeOf(target);
  const at: Where = { clusterId, cluster, environment };
  const word = otherCluster(context.text, at);
  if (word === undefined) return at;
  const answer = yield* ask({
    key: 'other-cluster',
    title: safe({ key: 'change.other-cluster', params: { word, cluster } }),
    choices: [
      { id: 'this', label: cluster },
      { id: 'leave', label: context.t('change.leave') },
    ],
  });
  if ('choice' in answer && answer.choice === 'this') return at;
  yield* tell('change.end.nothing');
  return undefined;
}
