import { each, type Open, open } from '../defaults/fill.ts';
import { invalid } from '../errors.ts';
import { numberAt, recordsAt, textAt } from '../fields.ts';
import type { Resource } from '../objects.ts';
import type { ObjectStore } from '../store.ts';
import { wrong } from '../validation/problems.ts';

/** The range NodePorts come from: `--service-node-port-range`. */
const NODE_PORTS = { first: 30_000, last: 32_767 };

/** Gives a service its address and its node ports, or refuses those it asks for when they are taken. */
export function allocateService(store: ObjectStore, resource: Resource, service: Open): void {
  const spec = open(service, 'spec');
  if (spec.type === 'ExternalName') return;
  const others = store.list('services').filter(({ metadata }) => {
    const same = metadata.name === textAt(service, 'metadata', 'name');
    return !(same && metadata.namespace === textAt(service, 'metadata', 'namespace'));
  });
  const taken = new Set(others.flatMap((one) => textAt(one, 'spec', 'clusterIP') ?? []));
  const asked = textAt(spec, 'clusterIP');
  if (asked && asked !== 'None' && taken.has(asked)) {
    const why = 'failed to allocate IP: provided IP is already allocated';
    throw invalid(resource, textAt(service, 'metadata', 'name') ?? '', [wrong('spec.clusterIPs', [asked], why)]);
  }
  if (!asked) spec.clusterIP = freeAddress(taken, rangeOf(store));
  spec.clusterIPs = [spec.clusterIP];
  if (spec.type === 'ClusterIP') return;
  const ports = new Set(
    others.flatMap((one) => recordsAt(one, 'spec', 'ports').flatMap((port) => numberAt(port, 'nodePort') ?? [])),
  );
  for (const port of each(spec, 'ports')) port.nodePort ??= freePort(ports);
}

/** The block that services live in, which the service `kubernetes` tells: it has the first address of it. */
function rangeOf(store: ObjectStore): string {
  const first = textAt(store.get('services', 'default', 'kubernetes'), 'spec', 'clusterIP');
  return first ?? '172.21.0.1';
}

/** The first free address after a block's first ones, which belong to the API server and to DNS. */
function freeAddress(taken: Set<string>, first: string): string {
  const base = first.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  for (let address = base + 20; ; address += 1) {
    const text = [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
    if (!taken.has(text)) return text;
  }
}

function freePort(taken: Set<number>): number {
  for (let port = NODE_PORTS.first + 100; port <= NODE_PORTS.last; port += 1) {
    if (taken.has(port)) continue;
    taken.add(port);
    return port;
  }
  return NODE_PORTS.last;
}
