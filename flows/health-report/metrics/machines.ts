import type { MetricRow } from '../../../src/health/types.ts';

/** Exporters name a machine by address and port; Kubernetes by its node's name. */

/** Nodes with their addresses. */
export const NODE_ADDRESSES = 'max by (node, internal_ip) (kube_node_info)';

/** Node names by address and by themselves. */
export function nodesByAddress(rows: readonly MetricRow[], nodes: readonly string[] = []): Map<string, string> {
  const known = new Map<string, string>();
  for (const node of nodes) {
    known.set(node, node);
    // ACK names nodes REGION.ADDRESS unless told otherwise.
    const address = /\.(\d+\.\d+\.\d+\.\d+)$/.exec(node)?.[1];
    if (address !== undefined) known.set(address, node);
  }
  for (const { labels } of rows) {
    const { node, internal_ip: address } = labels;
    if (node === undefined) continue;
    known.set(node, node);
    if (address !== undefined) known.set(address, node);
  }
  return known;
}

/** Rows with the label `node` where their `instance` tells which it is. */
export function withNode(rows: readonly MetricRow[], known: ReadonlyMap<string, string>): MetricRow[] {
  return rows.map((row) => {
    const { node, instance } = row.labels;
    const found = node === undefined && instance !== undefined ? known.get(hostOf(instance)) : undefined;
    return found === undefined ? row : { ...row, labels: { ...row.labels, node: found } };
  });
}

const hostOf = (instance: string): string => instance.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
