import { amountText, parseQuantity } from '../../../src/flow/quantity.ts';
import type { Quota } from '../facts.ts';
import { type Container, containersOf, everyContainer, objectText, type PodSpec } from '../objects.ts';
import { type Candidate, type Check, type Finding, finding, type Part } from './check.ts';

/** Whether there is room: in the quotas, within the limits of one pod, and on any node. */
export const room: Check = (candidate) => [...quotas(candidate), ...limitRanges(candidate), ...nodes(candidate)];

type Need = Record<string, number>;

/** https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
function quotas({ parts, facts }: Candidate): Finding[] {
  // A quota of some pods only would have to be judged pod by pod: the server does.
  const plain = facts.quotas?.filter(({ spec }) => !spec.scopes?.length && spec.scopeSelector === undefined) ?? [];
  return plain.flatMap((quota) => [...unset(quota, parts, facts.limits), ...beyond(quota, parts)]);
}

/** A quota of requests or limits refuses pods that set none. */
function unset(
  { metadata, status: { hard } }: Quota,
  parts: readonly Part[],
  ranges: Candidate['facts']['limits'],
): Finding[] {
  const given = ranges?.some(({ spec }) => spec.limits.some((limit) => limit.default || limit.defaultRequest)) ?? true;
  if (given) return [];
  const asked = Object.keys(hard).flatMap((key) => {
    const [, side, resource] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(key) ?? [];
    return resource === undefined ? [] : [{ key, side: side ?? 'requests', resource }];
  });
  return parts.flatMap(({ spec }) =>
    containersOf(spec).flatMap(({ name, resources }) =>
      asked
        .filter(({ side, resource }) => {
          const { requests, limits } = resources;
          return (side === 'limits' ? limits[resource] : (requests[resource] ?? limits[resource])) === undefined;
        })
        .slice(0, 1)
        .map(({ key }) => finding('block', 'quota-unset', { quota: metadata.name, container: name, resource: key })),
    ),
  );
}

function beyond({ metadata, status: { hard, used } }: Quota, parts: readonly Part[]): Finding[] {
  const more = sum(parts.map(growthOf));
  return Object.entries(hard).flatMap(([key, limit]) => {
    const resource = key.replace(/^requests\./, '');
    const need = more[resource] ?? 0;
    const most = parseQuantity(limit);
    const left = (most ?? 0) - (parseQuantity(used[key]) ?? 0);
    if (most === undefined || need <= 0 || need <= left + 1e-9) return [];
    const params = {
      quota: metadata.name,
      resource: key,
      need: amountText(need, key),
      left: amountText(Math.max(0, left), key),
    };
    return [finding('block', 'quota-full', params)];
  });
}

/** What a workload needs more than now at the height of its roll-out: all its pods, and one more while old ones stay. */
function growthOf({ object, spec, replicas = 0, present }: Part): Need {
  if (object.kind === 'CronJob') return {};
  const one = podNeed(spec);
  if (!present) return times(one, replicas);
  const surge = object.kind === 'Deployment' ? 1 : 0;
  const old = podNeed(present.spec);
  const before = present.replicas ?? 0;
  // The new ones come one by one: at the end all are new, and just before there was one more than before.
  const atEnd = sum([times(one, replicas), times(old, -before)]);
  const atHeight = sum([times(one, Math.max(surge, replicas - before + surge)), {}]);
  return Object.fromEntries(
    [...new Set([...Object.keys(atEnd), ...Object.keys(atHeight)])].map((key) => [
      key,
      Math.max(atEnd[key] ?? 0, atHeight[key] ?? 0),
    ]),
  );
}

function podNeed(spec: PodSpec): Need {
  const need = (of: Container[], resource: string, side: 'requests' | 'limits') =>
    of.map(
      ({ resources: { requests, limits } }) =>
        parseQuantity(side === 'limits' ? limits[resource] : (requests[resource] ?? limits[resource])) ?? 0,
    );
  const total = (resource: string, side: 'requests' | 'limits') => {
    const running = need(spec.containers, resource, side).reduce((all, each) => all + each, 0);
    return Math.max(running, ...need(spec.initContainers, resource, side));
  };
  return {
    pods: 1,
    cpu: total('cpu', 'requests'),
    memory: total('memory', 'requests'),
    'limits.cpu': total('cpu', 'limits'),
    'limits.memory': total('memory', 'limits'),
  };
}

const times = (need: Need, count: number): Need =>
  Object.fromEntries(Object.entries(need).map(([key, value]) => [key, value * count]));

function sum(needs: readonly Need[]): Need {
  const keys = new Set(needs.flatMap((need) => Object.keys(need)));
  return Object.fromEntries([...keys].map((key) => [key, needs.reduce((all, need) => all + (need[key] ?? 0), 0)]));
}

/** https://kubernetes.io/docs/concepts/policy/limit-range/ */
function limitRanges({ parts, facts }: Candidate): Finding[] {
  const limits = (facts.limits ?? []).flatMap(({ metadata, spec }) =>
    spec.limits.map((limit) => ({ range: metadata.name, limit })),
  );
  return parts.flatMap(({ spec }) =>
    limits.flatMap(({ range, limit }) => {
      const bearers =
        limit.type === 'Container'
          ? everyContainer(spec).map(({ name, resources }) => ({ name, ...resources }))
          : limit.type === 'Pod'
            ? [{ name: 'Pod', ...podResources(spec) }]
            : [];
      return bearers.flatMap(({ name, requests, limits: own }) => [
        ...above(limit.max ?? {}, own, requests).map((params) =>
          finding('block', 'limit-max', { range, container: name, ...params }),
        ),
        ...below(limit.min ?? {}, requests, own).map((params) =>
          finding('block', 'limit-min', { range, container: name, ...params }),
        ),
      ]);
    }),
  );
}

type Amounts = Record<string, string | number>;

function podResources(spec: PodSpec): { requests: Amounts; limits: Amounts } {
  const need = podNeed(spec);
  return {
    requests: { cpu: need.cpu ?? 0, memory: need.memory ?? 0 },
    limits: { cpu: need['limits.cpu'] ?? 0, memory: need['limits.memory'] ?? 0 },
  };
}

const above = (most: Amounts, limits: Amounts, requests: Amounts) =>
  Object.entries(most).flatMap(([resource, value]) => {
    const has = parseQuantity(limits[resource]) ?? parseQuantity(requests[resource]);
    const may = parseQuantity(value) ?? Number.POSITIVE_INFINITY;
    return has !== undefined && has > may
      ? [{ resource, has: amountText(has, resource), may: amountText(may, resource) }]
      : [];
  });

const below = (least: Amounts, requests: Amounts, limits: Amounts) =>
  Object.entries(least).flatMap(([resource, value]) => {
    const has = parseQuantity(requests[resource]) ?? parseQuantity(limits[resource]);
    const must = parseQuantity(value) ?? 0;
    return has !== undefined && has < must
      ? [{ resource, has: amountText(has, resource), may: amountText(must, resource) }]
      : [];
  });

/** A pod that is larger than the largest node, or wants a label that none has, never starts. */
function nodes({ parts, facts }: Candidate): Finding[] {
  const { nodes: machines } = facts;
  if (machines === undefined) return [];
  return parts.flatMap(({ spec, object }) => {
    const wanted = Object.entries(spec.nodeSelector);
    const fitting = machines.filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value));
    const label = wanted.map(([key, value]) => `${key}=${value}`).join(', ');
    if (fitting.length === 0)
      return [finding('block', wanted.length > 0 ? 'no-such-node' : 'no-node', { object: objectText(object), label })];
    const need = podNeed(spec);
    return ['cpu', 'memory'].flatMap((resource) => {
      const largest = Math.max(...fitting.map(({ allocatable }) => parseQuantity(allocatable[resource]) ?? 0));
      const asked = need[resource] ?? 0;
      if (asked <= largest) return [];
      const params = { resource, need: amountText(asked, resource), largest: amountText(largest, resource) };
      return [finding('block', 'too-large', { object: objectText(object), ...params })];
    });
  });
}
