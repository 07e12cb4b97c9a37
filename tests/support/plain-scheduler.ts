import { POD_STATE, type PodTerm, type Survey, type SurveySelector } from '../../servers/ack/kube/survey/survey.ts';

/**
 * Kubernetes' placing rules written down the plain way, one pod against every other: slow, and nothing shared with the planner, so that
 * each can be held against the other.
 */

/** By pod, the index of its node; -1: nowhere. */
export type Positions = readonly number[];

export interface Ground {
  survey: Survey;
  /** Nodes being emptied: no pod may come, but they are domains still. */
  ghosts: ReadonlySet<number>;
  /** Nodes that are no more. */
  gone: ReadonlySet<number>;
}

const MI = 2 ** 20;
const bits = ({ pods }: Survey, pod: number) => pods.state[pod] ?? 0;
export const isLive = (survey: Survey, pod: number) => (bits(survey, pod) & POD_STATE.ended) === 0;
const isLeaving = (survey: Survey, pod: number) => (bits(survey, pod) & POD_STATE.terminating) !== 0;
export const shapeAt = (survey: Survey, pod: number) => survey.shapes[survey.pods.shape[pod] ?? -1] ?? fail('shape');
export const ownerOf = (survey: Survey, pod: number) =>
  survey.workloads[survey.pods.workload[pod] ?? -1] ?? fail('workload');
const nodeAt = (survey: Survey, node: number) => survey.nodes[node] ?? fail('node');

function fail(what: string): never {
  throw new Error(`no such ${what}`);
}

function matches(selector: SurveySelector | undefined, labels: Record<string, string>): boolean {
  if (selector === undefined) return false;
  const exact = Object.keys(selector.matchLabels).every((key) => labels[key] === selector.matchLabels[key]);
  return exact && selector.matchExpressions.every((one) => holds(one, labels));
}

function holds(one: SurveySelector['matchExpressions'][number], labels: Record<string, string>): boolean {
  const has = Object.hasOwn(labels, one.key);
  const isIn = has && one.values.some((value) => value === labels[one.key]);
  if (one.operator === 'In') return isIn;
  if (one.operator === 'NotIn') return !isIn;
  if (one.operator === 'Exists') return has;
  if (one.operator === 'DoesNotExist') return !has;
  const [left, right] = [Number(labels[one.key]), Number(one.values[0])];
  return has && (one.operator === 'Gt' ? left > right : left < right);
}

/** Whether the term, of a pod in that namespace, selects the other pod. */
function termMatches(survey: Survey, { term, own }: { term: PodTerm; own: string }, other: number): boolean {
  const { namespace } = ownerOf(survey, other);
  const labels = survey.namespaces.find(({ name }) => name === namespace)?.labels ?? {};
  const isHere =
    term.namespaces.length === 0 && term.namespaceSelector === undefined
      ? namespace === own
      : term.namespaces.includes(namespace) || matches(term.namespaceSelector, labels);
  return isHere && matches(term.selector, shapeAt(survey, other).labels);
}

const taint = (key: string) => ({ key, value: '', effect: 'NoSchedule' });
const CORDONED = [taint('node.kubernetes.io/unschedulable')];
const NOT_READY = [taint('node.kubernetes.io/not-ready')];

function toleratesAll(survey: Survey, pod: number, { taints }: Pick<Survey['nodes'][number], 'taints'>): boolean {
  const { tolerations } = shapeAt(survey, pod);
  return taints.every(
    (taint) =>
      taint.effect === 'PreferNoSchedule' ||
      tolerations.some((one) => {
        if (one.effect !== undefined && one.effect !== '' && one.effect !== taint.effect) return false;
        if (one.key === undefined || one.key === '') return one.operator === 'Exists';
        return one.key === taint.key && (one.operator === 'Exists' || one.value === taint.value);
      }),
  );
}

function wants(survey: Survey, pod: number, node: number): boolean {
  const { nodeSelector, nodeAffinity } = shapeAt(survey, pod);
  const { labels, name } = nodeAt(survey, node);
  if (Object.keys(nodeSelector).some((key) => labels[key] !== nodeSelector[key])) return false;
  if (nodeAffinity === undefined) return true;
  return nodeAffinity.some(({ expressions, fields }) => {
    if (expressions.length === 0 && fields.length === 0) return false;
    return (
      expressions.every((one) => holds(one, labels)) && fields.every((one) => holds(one, { 'metadata.name': name }))
    );
  });
}

export function claimsAt(survey: Survey, pod: number): string[] {
  const { namespace } = ownerOf(survey, pod);
  const own = survey.podClaims.filter((one) => one.pod === pod).flatMap(({ claims }) => claims);
  const named = own.map((index) => `${survey.claims[index]?.namespace}/${survey.claims[index]?.name}`);
  return [...new Set([...shapeAt(survey, pod).claims.map((name) => `${namespace}/${name}`), ...named])];
}

export function volumeOf(survey: Survey, claim: string) {
  const found = survey.claims.find(({ namespace, name }) => `${namespace}/${name}` === claim);
  return survey.volumes.find(({ name, claim: of }) => name === found?.volume || of === claim);
}

function reaches(survey: Survey, claim: string, node: number): boolean {
  if (!survey.claims.some(({ namespace, name }) => `${namespace}/${name}` === claim)) return false;
  const terms = volumeOf(survey, claim)?.nodeAffinity ?? [];
  return terms.length === 0 || terms.some((term) => term.every((one) => holds(one, nodeAt(survey, node).labels)));
}

/** What labels, taints and volumes let the pod run on, whatever else is there. */
export function mayRunOn(survey: Survey, pod: number, node: number): boolean {
  return (
    wants(survey, pod, node) &&
    toleratesAll(survey, pod, nodeAt(survey, node)) &&
    claimsAt(survey, pod).every((claim) => reaches(survey, claim, node))
  );
}

export const isOpen = ({ survey, ghosts, gone }: Ground, node: number) => {
  const { ready, cordoned, labels } = nodeAt(survey, node);
  return ready && !cordoned && labels.type !== 'virtual-kubelet' && !ghosts.has(node) && !gone.has(node);
};

/** Requests as a planner has to reckon them: nothing asked for is not nothing used. */
function needs(survey: Survey, pod: number) {
  const { requests } = shapeAt(survey, pod);
  return {
    ...requests.extended,
    cpu: requests.cpu || 50,
    memory: requests.memory || 64 * MI,
    ephemeral: requests.ephemeral,
    pods: 1,
  } as Record<string, number>;
}

function hasRoom({ survey }: Ground, positions: Positions, node: number): boolean {
  const { allocatable } = nodeAt(survey, node);
  const all: Record<string, number> = { ...allocatable.extended, ...allocatable, extended: 0 } as never;
  const sums: Record<string, number> = {};
  positions.forEach((at, pod) => {
    if (at !== node || !isLive(survey, pod)) return;
    for (const [name, amount] of Object.entries(needs(survey, pod))) sums[name] = (sums[name] ?? 0) + amount;
  });
  return Object.entries(sums).every(([name, amount]) => amount <= (all[name] ?? 0));
}

function portsFree({ survey }: Ground, positions: Positions, pod: number): boolean {
  const own = shapeAt(survey, pod).hostPorts;
  return own.every((mine) =>
    positions.every((at, other) => {
      if (other === pod || at !== positions[pod] || !isLive(survey, other)) return true;
      return shapeAt(survey, other).hostPorts.every(
        ({ ip, port, protocol }) =>
          port !== mine.port || protocol !== mine.protocol || (ip !== mine.ip && ip !== '' && mine.ip !== ''),
      );
    }),
  );
}

function volumesFit({ survey }: Ground, positions: Positions, pod: number): boolean {
  const node = positions[pod] ?? -1;
  const shared = claimsAt(survey, pod).every((claim) => {
    const modes = survey.claims.find(({ namespace, name }) => `${namespace}/${name}` === claim)?.accessModes ?? [];
    if (modes.includes('ReadWriteMany') || modes.includes('ReadOnlyMany')) return true;
    return positions.every(
      (at, other) => at < 0 || at === node || !isLive(survey, other) || !claimsAt(survey, other).includes(claim),
    );
  });
  if (!shared || claimsAt(survey, pod).length === 0) return shared;
  const here = new Set(
    positions.flatMap((at, other) => (at === node && isLive(survey, other) ? claimsAt(survey, other) : [])),
  );
  return Object.entries(nodeAt(survey, node).volumeLimits).every(
    ([driver, most]) => [...here].filter((claim) => volumeOf(survey, claim)?.driver === driver).length <= most,
  );
}

function domain(survey: Survey, key: string, node: number): string | undefined {
  return node < 0 ? undefined : nodeAt(survey, node).labels[key];
}

function keepsApart({ survey }: Ground, positions: Positions, pod: number): boolean {
  const node = positions[pod] ?? -1;
  const collides = (holder: number, other: number, at: number) =>
    shapeAt(survey, holder).podAntiAffinity.some((term) => {
      const here = domain(survey, term.topologyKey, node);
      const there = domain(survey, term.topologyKey, at);
      const own = ownerOf(survey, holder).namespace;
      return here !== undefined && here === there && termMatches(survey, { term, own }, other);
    });
  return positions.every((at, other) => {
    if (other === pod || at < 0 || !isLive(survey, other)) return true;
    return !collides(pod, other, at) && !collides(other, pod, at);
  });
}

/**
 * Whether each affinity is met by a pod that does not itself wait for this one. The first of its kind may go anywhere: `before` are
 * the positions that tell whether it is.
 */
function hasCompany(ground: Ground, positions: Positions, { moved, before }: { moved: number[]; before: Positions }) {
  const { survey } = ground;
  const settled = new Set(positions.flatMap((at, pod) => (at >= 0 && !moved.includes(pod) ? [pod] : [])));
  const isMet = (pod: number) =>
    shapeAt(survey, pod).podAffinity.every((term) => {
      const own = ownerOf(survey, pod).namespace;
      const here = domain(survey, term.topologyKey, positions[pod] ?? -1);
      const counts = (other: number) =>
        isLive(survey, other) && !isLeaving(survey, other) && termMatches(survey, { term, own }, other);
      if (here === undefined) return false;
      if (
        [...settled].some((other) => counts(other) && domain(survey, term.topologyKey, positions[other] ?? -1) === here)
      )
        return true;
      const others = before.some((at, other) => at >= 0 && other !== pod && counts(other));
      return termMatches(survey, { term, own }, pod) && !others;
    });
  for (let more = true; more; ) {
    const next = moved.filter((pod) => !settled.has(pod) && isMet(pod));
    for (const pod of next) settled.add(pod);
    more = next.length > 0;
  }
  return moved.every((pod) => settled.has(pod));
}

function isSpread(ground: Ground, positions: Positions, pod: number): boolean {
  const { survey, ghosts, gone } = ground;
  const shape = shapeAt(survey, pod);
  const rules = shape.spread.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule');
  return rules.every((rule) => {
    const counted = survey.nodes.flatMap((node, index) => {
      if (gone.has(index) || rules.some(({ topologyKey }) => node.labels[topologyKey] === undefined)) return [];
      if (rule.nodeAffinityPolicy !== 'Ignore' && !wants(survey, pod, index)) return [];
      const cordoned = node.cordoned || ghosts.has(index) ? CORDONED : [];
      const taints = [...node.taints, ...cordoned, ...(node.ready ? [] : NOT_READY)];
      return rule.nodeTaintsPolicy === 'Honor' && !toleratesAll(survey, pod, { taints }) ? [] : [index];
    });
    const amounts = new Map<string, number>(
      counted.map((node) => [nodeAt(survey, node).labels[rule.topologyKey] ?? '', 0]),
    );
    positions.forEach((at, other) => {
      const there = domain(survey, rule.topologyKey, at);
      if (there === undefined || !counted.includes(at) || !isLive(survey, other) || isLeaving(survey, other)) return;
      if (ownerOf(survey, other).namespace !== ownerOf(survey, pod).namespace) return;
      const same = rule.matchLabelKeys.every(
        (key) => shape.labels[key] === undefined || shapeAt(survey, other).labels[key] === shape.labels[key],
      );
      if (same && matches(rule.selector, shapeAt(survey, other).labels))
        amounts.set(there, (amounts.get(there) ?? 0) + 1);
    });
    const here = domain(survey, rule.topologyKey, positions[pod] ?? -1);
    const least = amounts.size < (rule.minDomains ?? 1) ? 0 : Math.min(...amounts.values());
    return here !== undefined && (amounts.get(here) ?? 0) - least <= rule.maxSkew;
  });
}

/** Whether all rules but affinity and spreading hold for the pod where it is. */
export function fitsThere(ground: Ground, positions: Positions, pod: number): boolean {
  const node = positions[pod] ?? -1;
  return (
    node >= 0 &&
    isOpen(ground, node) &&
    mayRunOn(ground.survey, pod, node) &&
    hasRoom(ground, positions, node) &&
    portsFree(ground, positions, pod) &&
    volumesFit(ground, positions, pod) &&
    keepsApart(ground, positions, pod)
  );
}

/** Whether the moved pods may all be where they are. */
export function isAllowed(
  ground: Ground,
  positions: Positions,
  context: { moved: number[]; before: Positions },
): boolean {
  return (
    context.moved.every((pod) => fitsThere(ground, positions, pod) && isSpread(ground, positions, pod)) &&
    hasCompany(ground, positions, context)
  );
}

/** Tries every node for every pod; the positions of the first way that is allowed. */
export function findAnyWay(
  ground: Ground,
  positions: Positions,
  context: { moved: number[]; before: Positions },
): number[] | undefined {
  const tried = [...positions];
  for (const pod of context.moved) tried[pod] = -1;
  const from = (at: number): boolean => {
    const pod = context.moved[at];
    if (pod === undefined) return isAllowed(ground, tried, context);
    for (let node = 0; node < ground.survey.nodes.length; node += 1) {
      tried[pod] = node;
      if (fitsThere(ground, tried, pod) && from(at + 1)) return true;
    }
    tried[pod] = -1;
    return false;
  };
  return from(0) ? tried : undefined;
}
