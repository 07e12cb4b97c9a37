import type { ObjectRef } from '../finding.ts';
import type { Container } from '../kinds.ts';
import type { Workload } from '../owners.ts';
import type { Scene } from '../scene.ts';
import { addressesIn, type Target, targetOf } from './addresses.ts';
import { containerBefore } from './revisions.ts';

/** A variable that led to a Service before the last change of a workload, and leads nowhere since. */
export interface LostAddress {
  container: string;
  variable: string;
  before: string;
  service: ObjectRef;
  /** What it names now; undefined: it is gone. */
  now: string | undefined;
}

const SELF = /^(?:[a-z]+:\/\/)?(?:localhost|127\.0\.0\.1)(?::\d{1,5})?(?:\/|$)/i;

/** The addresses that the last change of a Deployment took away or spoiled, by its templates alone. */
export async function lostAddresses(scene: Scene, workload: Workload): Promise<LostAddress[]> {
  const found: LostAddress[] = [];
  for (const container of workload.template.containers)
    for (const { name, before, now } of changedValues(workload, container)) {
      const was = await targetOfValue(scene, workload, { name, value: before });
      if (was?.target.kind !== 'service' || !was.target.hasPort) continue;
      const { namespace, service } = was.target;
      const is = now === undefined ? undefined : await targetOfValue(scene, workload, { name, value: now });
      const isLost = now === undefined || SELF.test(now) || (is !== undefined && leadsNowhere(is.target));
      if (!isLost) continue;
      const ref = { kind: 'Service', namespace, name: service.metadata.name };
      const spoiled = now === undefined ? undefined : (is?.address ?? 'localhost');
      found.push({ container: container.name, variable: name, before: was.address, service: ref, now: spoiled });
    }
  return found;
}

function changedValues(workload: Workload, container: Container) {
  const before = containerBefore(workload, container.name)?.env ?? [];
  return before.flatMap(({ name, value }) => {
    if (!value) return [];
    // A variable that stands there twice has its last value.
    const last = container.env.findLast((one) => one.name === name);
    if (last && (last.value === value || last.value === undefined)) return [];
    return [{ name, before: value, now: last?.value }];
  });
}

async function targetOfValue(scene: Scene, { ref }: Workload, { name, value }: { name: string; value: string }) {
  const [first] = addressesIn({ settings: [{ name, value, from: 'env' }], complete: true });
  if (!first) return undefined;
  const target = await targetOf(scene, ref.namespace ?? 'default', first);
  return { target, address: first.port === undefined ? first.host : `${first.host}:${first.port}` };
}

function leadsNowhere(target: Target): boolean {
  return target.kind === 'missing' || (target.kind === 'service' && !target.hasPort);
}
