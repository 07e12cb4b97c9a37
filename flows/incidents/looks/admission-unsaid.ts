import { parseQuantity } from '../../../src/flow/quantity.ts';
import type { Alert } from '../evidence.ts';
import { refKey, type Verdict } from '../finding.ts';
import type { Objects, PodSpec } from '../kinds.ts';
import { objectLine, refOf } from '../lines.ts';
import type { Workload } from '../owners.ts';
import { isUnscheduled } from '../pods.ts';
import type { Scene } from '../scene.ts';
import { isWorkloadShort } from './admission-refusals.ts';
import { requestsOf } from './node-fit.ts';
import { causeOfQuota } from './quotas.ts';

/** What a quota must be refusing, by its figures, where nobody says so: events are kept for an hour at most, and not by every dump. */

type Quota = Objects['ResourceQuota'];

const PATIENCE_MS = 2 * 60_000;

export async function unsaid(scene: Scene, told: ReadonlySet<string>): Promise<Verdict[]> {
  const short = scene.workloads.filter(
    (workload) => !told.has(refKey(workload.ref)) && isQuietlyShort(scene, workload),
  );
  const verdicts: Verdict[] = scene.scope.alerts.flatMap((alert) => byAlert(alert) ?? []);
  for (const workload of short) {
    const quotas = await scene.list('ResourceQuota', workload.ref.namespace);
    const own = quotas.items.flatMap((quota) => byFigures(workload, quota) ?? []);
    verdicts.push(...own.slice(0, 1), ...(own.length > 0 ? [] : await byDemand(scene, workload, quotas.items)));
  }
  return [...verdicts, ...(await withoutService(scene))];
}

/** Fewer pods were made than are wanted, for a while, and the template is no newer than that. */
function isQuietlyShort({ now }: Scene, { ref, object, pods }: Workload): boolean {
  if (!object || object.spec.paused || !['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].includes(ref.kind))
    return false;
  // Ordered StatefulSets make the next pod when the one before is ready.
  if (ref.kind === 'StatefulSet' && object.spec.podManagementPolicy !== 'Parallel' && pods.some((pod) => !isUp(pod)))
    return false;
  if (pods.some(isUnscheduled)) return false;
  const changed = object.status.conditions.map((one) => one.lastUpdateTime ?? one.lastTransitionTime ?? 0);
  const since = Math.max(object.metadata.creationTimestamp ?? 0, ...changed);
  const missing = ref.kind === 'Deployment' ? (object.status.replicas ?? 0) < (object.spec.replicas ?? 1) : true;
  return missing && isWorkloadShort(object, ref.kind) && now - since >= PATIENCE_MS;
}

const isUp = (pod: Objects['Pod']): boolean =>
  pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

/** What one more pod adds to each resource that a quota may count. */
function costOf(spec: PodSpec): Map<string, number> {
  const limits = requestsOf({
    ...spec,
    containers: spec.containers.map((one) => ({ ...one, resources: { requests: one.resources.limits, limits: {} } })),
  });
  const cost = new Map([
    ['pods', 1],
    ['count/pods', 1],
  ]);
  for (const [name, amount] of requestsOf(spec)) cost.set(`requests.${name}`, amount).set(name, amount);
  for (const [name, amount] of limits) cost.set(`limits.${name}`, amount);
  return cost;
}

const hardOf = ({ spec, status }: Quota): Record<string, string> => ({ ...status.hard, ...spec.hard });

function byFigures(workload: Workload, quota: Quota): Verdict | undefined {
  const cost = costOf(workload.template);
  const { used } = quota.status;
  const over = Object.entries(hardOf(quota)).find(([resource, hard]) => {
    const [limit, spent, more] = [parseQuantity(hard), parseQuantity(used[resource]), cost.get(resource)];
    return limit !== undefined && spent !== undefined && more !== undefined && more > 0 && spent + more > limit;
  });
  const cause = over && causeOfQuota(over[0]);
  if (!over || !cause) return undefined;
  const [resource, hard] = over;
  const ref = refOf('ResourceQuota', quota);
  return {
    cause,
    confidence: 'likely',
    object: ref,
    params: {
      owner: `${workload.ref.kind} ${workload.ref.name}`,
      detail: `${resource} (${used[resource]} / ${hard})`,
    },
    evidence: [
      objectLine(ref, `${resource}: used ${used[resource]} of ${hard}; one more pod takes ${cost.get(resource)}`),
      objectLine(workload.ref, `${workload.object?.status.replicas ?? 0} of ${workload.replicas ?? 0} pods exist`),
    ],
    explains: [workload.ref],
    symptoms: [{ ...workload.ref, text: 'fewer pods than wanted' }],
  };
}

/** A quota on requests or limits refuses each pod that does not set them, unless a LimitRange sets them. */
async function byDemand(scene: Scene, workload: Workload, quotas: readonly Quota[]): Promise<Verdict[]> {
  const { ref, template } = workload;
  const lacking = (resource: string): boolean => {
    // A quota on `cpu` is one on `requests.cpu`.
    const [, list = 'requests', name] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(resource) ?? [];
    if (!name) return false;
    return template.containers.some(
      ({ resources: { requests, limits } }) =>
        limits[name] === undefined && (list === 'limits' || requests[name] === undefined),
    );
  };
  const found = quotas
    .map((quota) => ({ quota, demands: Object.keys(hardOf(quota)).filter(lacking) }))
    .find(({ demands }) => demands.length > 0);
  if (!found || template.containers.length === 0) return [];
  const ranges = await scene.list('LimitRange', ref.namespace);
  const defaults = ranges.items.some(({ spec }) =>
    spec.limits.some((limit) => Object.keys(limit.default).length + Object.keys(limit.defaultRequest).length > 0),
  );
  if (!ranges.known || defaults) return [];
  const detail = found.demands.join(', ');
  return [
    {
      cause: 'QuotaNeedsLimits',
      confidence: 'likely',
      object: ref,
      params: { quota: found.quota.metadata.name, detail },
      evidence: [
        objectLine(refOf('ResourceQuota', found.quota), `counts ${detail}`),
        objectLine(ref, `no container defaults, and not every container sets ${detail}`),
      ],
    },
  ];
}

/** kubernetes-mixin's alerts on quotas that are used up. */
function byAlert({ labels }: Alert): Verdict | undefined {
  const { alertname = '', resourcequota: name, resource = '', namespace } = labels;
  const cause = causeOfQuota(resource);
  if (!name || !cause || !/Quota(?:FullyUsed|Exceeded)/i.test(alertname)) return undefined;
  const object = { kind: 'ResourceQuota', ...(namespace !== undefined && { namespace }), name };
  return {
    cause,
    confidence: 'likely',
    object,
    params: { owner: `Namespace ${namespace ?? ''}`, detail: resource },
    evidence: [{ source: `alert ${alertname}`, text: `resourcequota=${name} resource=${resource}` }],
  };
}

/** A StatefulSet whose Service is not there, where the quota leaves no room for one. */
async function withoutService(scene: Scene): Promise<Verdict[]> {
  const sets = scene.workloads.filter(({ ref, object }) => ref.kind === 'StatefulSet' && object?.spec.serviceName);
  const verdicts: Verdict[] = [];
  for (const { ref, object } of sets) {
    const name = object?.spec.serviceName ?? '';
    const service = await scene.find('Service', ref.namespace, name);
    if (service !== undefined) continue;
    const quotas = await scene.list('ResourceQuota', ref.namespace);
    const full = quotas.items.find((quota) => isFull(quota, 'services') || isFull(quota, 'count/services'));
    if (!full) continue;
    const quotaRef = refOf('ResourceQuota', full);
    verdicts.push({
      cause: 'QuotaServices',
      confidence: 'likely',
      object: quotaRef,
      params: { owner: `StatefulSet ${ref.name}`, detail: `Service ${name}` },
      evidence: [
        objectLine(
          quotaRef,
          `services: used ${full.status.used.services ?? full.status.used['count/services']} of ${hardOf(full).services ?? hardOf(full)['count/services']}`,
        ),
        objectLine(ref, `spec.serviceName=${name}: there is no such Service`),
      ],
      symptoms: [{ ...ref, text: `its Service ${name} does not exist` }],
    });
  }
  return verdicts;
}

function isFull(quota: Quota, resource: string): boolean {
  const hard = parseQuantity(hardOf(quota)[resource]);
  const used = parseQuantity(quota.status.used[resource]);
  return hard !== undefined && used !== undefined && used >= hard;
}
