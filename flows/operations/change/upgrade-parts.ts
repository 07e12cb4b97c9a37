import type { Block } from '../../../src/chat/types.ts';
import { type FlowContext, type FlowRun, read } from '../../../src/flow/kit.ts';
import { type Check, textOf, type Words } from './parts.ts';
import type { Where } from './pools.ts';
import { type Judged, type UpgradeFacts, upgradeFacts } from './upgrade-checks.ts';

/** What upgrades of clusters and of node pools share: the facts, how checks are shown, and health as it was before. */

/** What the cluster is like before an upgrade. */
export function* factsOf(clusterId: string): FlowRun<UpgradeFacts> {
  return upgradeFacts.parse(yield* read('copilot_upgrade_facts', { clusterId }));
}

/** Each check as a row: what it found and what to do. Names of objects are plain cells. */
export function checkBlocks(checks: readonly Judged[], { t }: FlowContext): Block[] {
  const rows = checks.map(({ id, state, key, params }) => [
    t(`change.checks.state-${state}`),
    t(`change.checks.${id}.name`),
    t(`change.checks.${key}`, params),
  ]);
  const head = ['state', 'what', 'found'].map((column) => t(`change.checks.column-${column}`));
  return [{ type: 'table', caption: t('change.checks.caption'), head, rows }];
}

/** No more nodes and workloads look ill than before. */
export function asBefore(words: Words, { clusterId }: Where, { suspects }: UpgradeFacts): Check[] {
  if ('unknown' in suspects) return [];
  return [
    {
      id: 'as-before',
      title: textOf(words, 'change.upgrade.check-health', { workloads: suspects.workloads, nodes: suspects.nodes }),
      tool: 'k8s_scan',
      args: { clusterId },
      done: [
        { path: 'counts.workloads.suspects', atMost: suspects.workloads },
        { path: 'counts.nodes.suspects', atMost: suspects.nodes },
        { path: 'complete', in: [true] },
      ],
      everySeconds: 20,
      timeoutMinutes: 20,
    },
  ];
}
