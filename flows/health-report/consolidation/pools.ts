import type { Facts, NodePool } from '../../../src/health/types.ts';

/** Nodes that are removed together, as the cloud or their label says. */
export interface PoolOfNodes {
  id: string;
  name: string;
  /** Indices of the survey's nodes. */
  nodes: number[];
  /** Absent where the cloud did not tell. */
  pool?: NodePool;
}

const POOL_LABEL = 'alibabacloud.com/nodepool-id';

/** Every pool with its nodes; nodes of no known pool are one of their own, with an empty id. */
export function poolsOf({ survey, pools, machines }: Pick<Facts, 'survey' | 'pools' | 'machines'>): PoolOfNodes[] {
  const ofMachine = new Map(machines?.map(({ name, nodepoolId }) => [name, nodepoolId]));
  const groups = new Map<string, number[]>();
  survey?.nodes.forEach((node, index) => {
    const id = ofMachine.get(node.name) ?? node.labels[POOL_LABEL] ?? '';
    groups.set(id, [...(groups.get(id) ?? []), index]);
  });
  return [...groups]
    .map(([id, nodes]) => {
      const pool = pools?.find(({ nodepoolId }) => nodepoolId === id);
      return { id, name: pool?.name ?? id, nodes, ...(pool && { pool }) };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Nodes that are no machines of a pool one may make smaller. */
export function specialKind(labels: Record<string, string>): 'control-plane' | 'virtual' | 'edge' | undefined {
  if (
    labels['node-role.kubernetes.io/control-plane'] !== undefined ||
    labels['node-role.kubernetes.io/master'] !== undefined
  )
    return 'control-plane';
  if (labels.type === 'virtual-kubelet') return 'virtual';
  return labels['alibabacloud.com/is-edge-worker'] === 'true' ? 'edge' : undefined;
}
