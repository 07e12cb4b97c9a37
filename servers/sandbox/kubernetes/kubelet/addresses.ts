import { addressAt, parseCidr } from '../../cidr.ts';
import type { Context } from '../controllers/context.ts';
import { numberOf } from '../controllers/hash.ts';
import type { Node, Pod } from '../controllers/kinds.ts';

/** An address for a pod: the node's on its network, else a free one of the block that the node's pods are in. */
export function podAddress(context: Context, pod: Pod, node: Node): string {
  const host = node.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
  if (pod.spec.hostNetwork) return host;
  const block = parseCidr(context.podBlock(node.metadata.name));
  const taken = new Set(context.read.list('pods').map(({ status }) => status?.podIP));
  const size = block?.size ?? 0;
  for (let salt = 0; block && salt < 4 * size; salt++) {
    const ip = addressAt(block, 1 + (numberOf(`${pod.metadata.uid}/${salt}`) % (size - 4)));
    if (!taken.has(ip)) return ip;
  }
  return host;
}
