import type { Pod } from '../controllers/pod-kinds.ts';
import type { Bench } from './bench.ts';
import type { Scenario } from './scenario.ts';

/** A disruption budget lets no pod go while a node is drained. */
export const pdb: Scenario = {
  id: 'pdb',
  cause: 'PDBBlocksDrain',
  title: { en: 'A disruption budget blocks the drain of a node', zh: '中断预算阻止节点排空' },
  break: ({ context, edit, nodeOf }) => {
    edit('poddisruptionbudgets', 'web', ({ spec }) => {
      spec.maxUnavailable = 0;
    });
    const node = drainable(context) ?? nodeOf('web');
    edit('nodes', [undefined, node], ({ spec }) => {
      spec.unschedulable = true;
    });
    for (const pod of podsOn(context, node)) {
      const { namespace, name, labels } = pod.metadata;
      if (labels?.app !== 'web' || namespace !== 'prod') context.store.remove('pods', namespace, name);
    }
  },
};

/** What a drain evicts. */
const podsOn = ({ read }: Bench['context'], node: string): Pod[] =>
  read
    .list('pods')
    .filter(
      (pod) => pod.spec.nodeName === node && pod.metadata.ownerReferences?.every(({ kind }) => kind === 'ReplicaSet'),
    );

/** A node of the shop's front with no disk on it, which would have to stay in its zone. */
function drainable(context: Bench['context']): string | undefined {
  const all = context.read.list('pods');
  const bound = new Set(
    all
      .filter(({ metadata }) => metadata.ownerReferences?.some(({ kind }) => kind === 'StatefulSet'))
      .map(({ spec }) => spec.nodeName),
  );
  return all.find(
    ({ metadata, spec }) =>
      metadata.namespace === 'prod' && metadata.labels?.app === 'web' && !bound.has(spec.nodeName),
  )?.spec.nodeName;
}
