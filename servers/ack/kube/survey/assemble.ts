import { accessOf } from './access.ts';
import type { Collectors } from './collectors.ts';
import { workloadsOf } from './crews.ts';
import { keyOf } from './owners.ts';
import { selects } from './selects.ts';
import type { Shape, Survey, SurveySelector } from './survey.ts';
import { countTroubles, namedTroubles } from './troubles.ts';
import { by, compare } from './values.ts';

/** Puts together what the collectors hold. Every list is in an order of its own, so that neither paging nor the server's order shows. */

export interface About {
  serverTime: number;
  serverVersion: string;
  readings: Survey['readings'];
  terminating: Survey['terminating'];
}

/** A survey whose shapes are still JSON: of a large cluster they are most of it. */
export interface Assembled extends Omit<Survey, 'shapes'> {
  shapes: string[];
}

const mostTerminating = 200;
const place = by(({ namespace, name }: { namespace: string; name: string }) => `${namespace}\0${name}`);

export function assemble(all: Collectors, { readings, terminating, ...about }: About): Assembled {
  const isRead = (kind: string) => readings.some((one) => one.kind === kind && one.state === 'complete');
  const scalers = [...all.hpas.rows, ...all.vpas.rows];
  const targets = scalers.map(({ namespace, target }) => ({ namespace, owner: target }));
  const made = workloadsOf(all, targets, isRead);
  const indexes = new Map(made.map(({ key }, index) => [key, index]));
  const nodes = nodesOf(all);
  const shapes = shapesOf(
    all,
    made.map(({ shapeId }) => shapeId),
  );
  const claims = claimsOf(all);
  const pods = podsOf(all, { nodes, indexes, shapes, claims });
  const workloads = made.map(({ key: _, shapeId, ...rest }) => ({ ...rest, shape: shapes.index(shapeId) }));
  const selected = selectorOver(all, made);
  const troubles = troublesIn(all, indexes);
  return {
    ...about,
    readings: readings.toSorted(by(({ kind }) => kind)),
    nodes,
    shapes: shapes.texts,
    workloads,
    ...pods,
    troubles: namedTroubles(troubles),
    troubleCounts: countTroubles(troubles),
    namespaces: namespacesOf(all),
    services: servicesOf(all, isRead('EndpointSlice'), selected),
    routes: routesOf(all, isRead('Service')),
    budgets: all.budgets.rows
      .map((budget) => ({ ...budget, workloads: budget.selector ? selected(budget.namespace, budget.selector) : [] }))
      .sort(place),
    autoscalers: scalers
      .map(({ target, ...rest }) => ({ ...rest, workload: indexes.get(keyOf(rest.namespace, target)) ?? -1 }))
      .sort(by(({ namespace, kind, name }) => `${namespace}\0${kind}\0${name}`)),
    claims,
    volumes: all.volumes.rows.toSorted(by(({ name }) => name)),
    quotas: all.quotas.rows.toSorted(place),
    limitRanges: all.limitRanges.rows.toSorted(place),
    access: accessOf(
      [...all.roleBindings.rows, ...all.clusterRoleBindings.rows],
      new Set([...all.roles.rows, ...all.clusterRoles.rows]),
    ),
    configSecrets: all.configMaps.rows.flat().sort(by(({ namespace, name, key }) => `${namespace}\0${name}\0${key}`)),
    warnings: all.warnings.found(),
    terminating: terminating
      .toSorted(by(({ kind, namespace = '', name }) => `${kind}\0${namespace}\0${name}`))
      .slice(0, mostTerminating),
    apiServices: all.apiServices.rows.toSorted(by(({ name }) => name)),
    certificates: all.certificates.rows.toSorted(place),
  };
}

function nodesOf({ nodes, csiNodes }: Collectors): Survey['nodes'] {
  const limits = new Map(csiNodes.rows.map(({ name, limits: of }) => [name, of]));
  return nodes.rows
    .map((node) => ({ ...node, volumeLimits: limits.get(node.name) ?? {} }))
    .sort(by(({ name }) => name));
}

/** A container that crashes becomes Ready again in between: the kubelet's own event knows since when it goes on. */
function troublesIn({ pods, warnings }: Collectors, indexes: Map<string, number>): Survey['troubles'] {
  return pods.troubles.map(({ workload, ...trouble }) => {
    const key = pods.keys[workload] ?? '';
    const waits = trouble.what === 'crash-loop' || trouble.what === 'waiting';
    const first = waits ? warnings.backOffSince(`${key.slice(0, key.indexOf('/'))}/${trouble.pod}`) : undefined;
    const since = first === undefined ? trouble.since : Math.min(first, trouble.since ?? first);
    return { ...trouble, ...(since !== undefined && { since }), workload: indexes.get(key) ?? 0 };
  });
}

/** Those that a pod or a workload has, in the order of their JSON. */
function shapesOf({ pods, shapes }: Collectors, templates: number[]) {
  const used = new Set([...pods.columns.shape, ...templates]);
  used.delete(-1);
  const texts = [...used].map((id) => ({ id, text: shapes.json(id) })).sort(by(({ text }) => text));
  const indexes = new Map(texts.map(({ id }, index) => [id, index]));
  return { texts: texts.map(({ text }) => text), index: (id: number) => indexes.get(id) ?? -1 };
}

interface Indexes {
  nodes: Survey['nodes'];
  indexes: Map<string, number>;
  shapes: ReturnType<typeof shapesOf>;
  claims: Survey['claims'];
}

/** Pods have no name here: in the order of what is told of them. A node that is not in the list, such as one that has just gone, is none. */
function podsOf({ pods }: Collectors, { nodes, indexes, shapes, claims }: Indexes): Pick<Survey, 'pods' | 'podClaims'> {
  const { columns, nodeNames, keys, ownClaims } = pods;
  const nodeIndex = new Map(nodes.map(({ name }, index) => [name, index]));
  const nodeOf = nodeNames.map((name) => nodeIndex.get(name) ?? -1);
  const workloadOf = keys.map((key) => indexes.get(key) ?? 0);
  const claimIndex = new Map(claims.map(({ namespace, name }, index) => [`${namespace}/${name}`, index]));
  const claimsOfRow = (row: number) => (ownClaims.get(row) ?? []).flatMap((claim) => claimIndex.get(claim) ?? []);
  const rows = columns.state.map((state, row) => ({
    row,
    state,
    node: nodeOf[columns.node[row] ?? -1] ?? -1,
    workload: workloadOf[columns.workload[row] ?? 0] ?? 0,
    shape: shapes.index(columns.shape[row] ?? 0),
  }));
  rows.sort(
    (a, b) =>
      a.workload - b.workload ||
      a.shape - b.shape ||
      a.node - b.node ||
      a.state - b.state ||
      compare(String(ownClaims.get(a.row) ?? ''), String(ownClaims.get(b.row) ?? '')),
  );
  const podClaims = rows.flatMap(({ row }, pod) => {
    const own = claimsOfRow(row);
    return own.length > 0 ? [{ pod, claims: own }] : [];
  });
  return {
    pods: {
      node: rows.map(({ node }) => node),
      workload: rows.map(({ workload }) => workload),
      shape: rows.map(({ shape }) => shape),
      state: rows.map(({ state }) => state),
    },
    podClaims,
  };
}

const claimsOf = ({ claims, pods }: Collectors): Survey['claims'] =>
  claims.rows.map((claim) => ({ ...claim, used: pods.usedClaims.has(`${claim.namespace}/${claim.name}`) })).sort(place);

function namespacesOf({ namespaces, networkPolicies }: Collectors): Survey['namespaces'] {
  const counts = new Map<string, number>();
  for (const namespace of networkPolicies.rows) counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  return namespaces.rows
    .map((namespace) => ({ ...namespace, networkPolicies: counts.get(namespace.name) ?? 0 }))
    .sort(by(({ name }) => name));
}

type Selected = (namespace: string, selector: SurveySelector) => number[];

/** The workloads of which a selector selects pods, by what the pods have that are there, else by the template. */
function selectorOver({ pods, shapes }: Collectors, made: ReturnType<typeof workloadsOf>): Selected {
  const labelsOf = new Map<number, Shape['labels']>();
  const read = (id: number) => {
    const known = labelsOf.get(id) ?? (JSON.parse(shapes.json(id)) as Pick<Shape, 'labels'>).labels;
    labelsOf.set(id, known);
    return known;
  };
  const places = Map.groupBy(
    made.map(({ key, namespace, shapeId }, index) => {
      const ids = new Set([...(pods.crews.get(key)?.shapes ?? []), shapeId]);
      ids.delete(-1);
      return { namespace, index, labels: [...ids].map(read) };
    }),
    ({ namespace }) => namespace,
  );
  return (namespace, selector) =>
    (places.get(namespace) ?? []).flatMap(({ index, labels }) =>
      labels.some((each) => selects(selector, each)) ? [index] : [],
    );
}

const servicesOf = (all: Collectors, hasEndpoints: boolean, selected: Selected): Survey['services'] =>
  all.services.rows
    .map((service) => {
      const { namespace, name, type, selector } = service;
      const counts = hasEndpoints && type !== 'ExternalName';
      return {
        ...service,
        ...(counts && { readyEndpoints: all.endpointSlices.ready(namespace, name) }),
        workloads: selector ? selected(namespace, { matchLabels: selector, matchExpressions: [] }) : [],
      };
    })
    .sort(place);

/** Nothing is missing as long as it is not known which Services there are. */
function routesOf({ ingresses, httpRoutes, services }: Collectors, knowsServices: boolean): Survey['routes'] {
  const there = new Set(services.rows.map(({ namespace, name }) => `${namespace}/${name}`));
  return [...ingresses.rows, ...httpRoutes.rows]
    .map((route) => {
      const isThere = (backend: string) => there.has(backend.includes('/') ? backend : `${route.namespace}/${backend}`);
      return { ...route, missing: knowsServices ? route.backends.filter((backend) => !isThere(backend)) : [] };
    })
    .sort(by(({ namespace, kind, name }) => `${namespace}\0${kind}\0${name}`));
}
