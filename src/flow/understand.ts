import { distance } from 'fastest-levenshtein';
import { kindsIn, SPOKEN_KINDS } from './kinds.ts';

/** Finds what a sentence speaks of among what there is. */

/** What there is to speak of. */
export interface Inventory {
  clusters: readonly { id: string; name: string; environment?: string | undefined }[];
  namespaces: readonly { clusterId: string; name: string }[];
  /** In the order in which kinds are preferred where several have the name. */
  objects: readonly { clusterId: string; namespace?: string | undefined; kind: string; name: string }[];
}

/** A cluster, a namespace in it, or an object. */
export interface Found {
  clusterId: string;
  namespace?: string | undefined;
  kind?: string | undefined;
  name?: string | undefined;
}

export type Understood =
  | { kind: 'one'; target: Found }
  | { kind: 'several'; targets: Found[] }
  /** The sentence names something that is not there; what is nearest to it. */
  | { kind: 'none'; word: string; nearest: Found[] };

export interface Wish {
  /** How far down it has to go. */
  level?: 'any' | 'cluster' | 'namespace' | 'object' | undefined;
  kinds?: readonly string[] | undefined;
  /** What was spoken of last in this conversation. */
  last?: Found | undefined;
}

/** A name as Kubernetes has them, anywhere in a sentence of any language. */
const WORD = /[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/g;
/** Words of questions and wishes that are no names, unless something is called so. */
const IDLE = new Set(
  `abort add autoscale autoscaling autoscaler bump canary cert certificate certificates certs change cordon cost costs decrease delete drain drained evict expire expires expiry free grow image increase
  kill lower max maximum minimum pause promote quota quotas raise reboot redeploy reduce release remove replica replicas resize rightsize rollback roll scale scaling set shrink spend spending stop tag uncordon undo update upgrade upgrades
  a about across after again all also am an and any anything app apps application are as at back be been before broken bug but by can check container containers could cpu crash crashes crashing
  current currently deploy describe detail details diagnose did display do does doing down each error errors event events every everything fail failed failing fails fetch find fine first follow for
  from full get give got grep had happened happening has have health healthy her here high history hour hours how i in incident info information into is it its itself k8s keep keeps kubectl kubernetes last latest let
  like limit limits line lines list log logs look looks looking many matter me memory min mine minute minutes more most much my name named need needs new newest next not now object objects of off on oldest one only oom oomkilled open or order our out
  output over page per phase please plz pls previous problem problems prod production dev development staging quick raw ready reason recent request requests resource resources restart restarted restarting restarts result results revision rollout root cause rca run
  running search second seconds see show since size slow so some sort sorted state status still system tail take tell than thanks that the their them then there these they thing this those through time timeout to today top trouble
  troubleshoot under unhealthy until up usage use used using version versions view want watch we week what whats when where which while who why will with working workload workloads would wrong yaml yes yesterday you your cluster clusters`
    .split(/\s+/)
    .concat(SPOKEN_KINDS.flatMap(({ words }) => words.flatMap((word) => word.split(' ')))),
);
const ENVIRONMENTS: Record<string, RegExp> = {
  prod: /\b(?:prod|production)\b|生产|线上/i,
  staging: /\b(?:staging|pre-?prod)\b|预发/i,
  dev: /\b(?:dev|development)\b|开发环境/i,
};

/** Whether a Latin word in lower case is one of questions and wishes, and so no name. */
export const isEverydayWord = (word: string): boolean => IDLE.has(word);

/** The environments that a sentence speaks of. */
export const environmentsIn = (text: string): string[] =>
  Object.entries(ENVIRONMENTS).flatMap(([name, pattern]) => (pattern.test(text) ? [name] : []));

const PRONOUN =
  /\b(?:it|its|this one|that one|the same|same one|this (?:pod|deployment|app|service|workload|node))\b|它|这个|那个|该应用|该服务/i;
const MOST_CHOICES = 8;

/** Objects first, then namespaces, then clusters; with `level` only what is as far down as that. */
export function understand(text: string, inventory: Inventory, wish: Wish = {}): Understood {
  const said = read(text, inventory);
  const { level = 'any' } = wish;
  if (level === 'cluster') return clusterOf(said, inventory, wish);
  const objects = objectsOf(said, inventory, wish);
  if (objects.length > 0) return choose(level === 'namespace' ? objects.map(placeOf) : objects);
  const last = wish.last && fits(wish.last, said, wish) ? wish.last : undefined;
  if (last && said.pronoun) return choose([level === 'namespace' ? placeOf(last) : last]);
  const missed = said.lost === undefined ? missedBy(said, inventory, wish) : lostNamespace(said.lost, inventory, said);
  if (missed) return missed;
  return said.names || !last ? below(said, inventory, wish) : fromLast(last, said, inventory, wish);
}

/** What the words of a sentence name besides objects. */
interface Said {
  words: string[];
  clusters: Inventory['clusters'];
  namespaces: Inventory['namespaces'];
  /** Words that may be names of objects. */
  named: string[];
  /** Words that are neither known nor idle. */
  unknown: string[];
  /** A word that is said to be a namespace's, and is none's. */
  lost: string | undefined;
  kinds: string[];
  pronoun: boolean;
  /** Whether a cluster or a namespace is named. */
  names: boolean;
}

function read(text: string, inventory: Inventory): Said {
  const words = [...new Set(text.toLowerCase().match(WORD) ?? [])];
  const byName = inventory.clusters.filter(({ id, name }) => words.includes(id) || words.includes(name.toLowerCase()));
  const marked = markedNamespace(text);
  const inCluster = (clusterId: string) => byName.length === 0 || byName.some(({ id }) => id === clusterId);
  const namespaces = inventory.namespaces.filter(
    ({ clusterId, name }) => inCluster(clusterId) && (marked === undefined ? words.includes(name) : name === marked),
  );
  const byPurpose = inventory.clusters.filter(
    ({ environment }) => environment !== undefined && ENVIRONMENTS[environment]?.test(text),
  );
  const clusters = byName.length > 0 || namespaces.length > 0 ? byName : byPurpose;
  const isPlace = (word: string) =>
    word === marked ||
    namespaces.some(({ name }) => name === word) ||
    byName.some(({ id, name }) => id === word || name.toLowerCase() === word);
  const named = words.filter((word) => !isPlace(word));
  const lost = marked !== undefined && namespaces.length === 0 ? marked : undefined;
  return {
    words,
    clusters,
    namespaces,
    named,
    unknown: named.filter((word) => !IDLE.has(word) && !/^(?:\d+[a-z]?|[a-z])$/.test(word)),
    lost,
    kinds: kindsIn(text).map(({ kind }) => kind),
    pronoun: PRONOUN.test(text),
    names: clusters.length > 0 || namespaces.length > 0,
  };
}

/** `namespace shop`, `shop namespace`, `-n shop`, `shop 命名空间`. */
function markedNamespace(text: string): string | undefined {
  const before = /(?:\b(?:namespace|ns)\b|(?:^|\s)-n\b|命名空间|名字空间)\s*[:：=]?\s*([a-z0-9][a-z0-9-]*)/i.exec(
    text,
  )?.[1];
  const after = /([a-z0-9][a-z0-9-]*)\s*(?:\b(?:namespace|ns)\b|命名空间|名字空间)/i.exec(text)?.[1];
  const isName = (word: string | undefined) => word !== undefined && !IDLE.has(word.toLowerCase());
  return [before, after].find(isName)?.toLowerCase();
}

const isAmong = ({ clusters }: Said, clusterId: string): boolean =>
  clusters.length === 0 || clusters.some(({ id }) => id === clusterId);

/** In the clusters and namespaces that are named; what belongs to the whole cluster is in any namespace. */
function isInside(said: Said, { clusterId, namespace }: Found): boolean {
  const { namespaces } = said;
  return (
    isAmong(said, clusterId) &&
    (namespaces.length === 0 ||
      namespace === undefined ||
      namespaces.some((one) => one.clusterId === clusterId && one.name === namespace))
  );
}

/** The objects a sentence names: by their own name, else by one that is theirs and more, as of a pod. */
function objectsOf(said: Said, { objects }: Inventory, { kinds }: Wish): Inventory['objects'] {
  const able = objects.filter((one) => isInside(said, one) && (!kinds || kinds.includes(one.kind)));
  const exact = able.filter(({ name }) => said.named.includes(name));
  const mentioned = exact.filter(({ kind }) => said.kinds.includes(kind));
  if (exact.length > 0) return longest(mentioned.length > 0 ? mentioned : exact);
  const owners = able.filter(({ name, kind }) => kind !== 'Pod' && said.named.some((word) => isPodOf(word, name)));
  if (owners.length > 0) return longest(owners);
  return able.filter(({ name, kind }) => kind === 'Pod' && said.named.some((word) => isPodOf(name, word)));
}

/** `app-7d9f8-x2x9q` and `app-0` are pods of `app`. */
const isPodOf = (pod: string, owner: string): boolean =>
  pod.startsWith(`${owner}-`) && /^(?:[a-z0-9]{5,10}-)?[a-z0-9]{1,10}$/.test(pod.slice(owner.length + 1));

/** `app-web-1` is a pod of `app-web`, not of `app`. */
function longest(found: Inventory['objects']): Inventory['objects'] {
  const length = Math.max(0, ...found.map(({ name }) => name.length));
  return found.filter(({ name }) => name.length === length);
}

const placeOf = ({ clusterId, namespace }: Found): Found => ({
  clusterId,
  ...(namespace !== undefined && { namespace }),
});

/** Whether what was spoken of last is far enough down, of a kind that is wanted, and where the sentence looks. */
function fits(last: Found, said: Said, { level, kinds }: Wish): boolean {
  if (level === 'object' && last.name === undefined) return false;
  if (level === 'namespace' && last.namespace === undefined) return false;
  if (kinds && last.kind !== undefined && !kinds.includes(last.kind)) return false;
  return isInside(said, last);
}

/** A sentence that names nothing is about what was spoken of last, where it has to be about one object or namespace. */
function fromLast(last: Found, said: Said, inventory: Inventory, wish: Wish): Understood {
  if (wish.level === 'object') return choose([last]);
  if (wish.level === 'namespace') return choose([placeOf(last)]);
  const cluster = inventory.clusters.filter(({ id }) => id === last.clusterId);
  return below({ ...said, clusters: cluster }, inventory, wish);
}

function clusterOf(said: Said, { clusters }: Inventory, { last }: Wish): Understood {
  const inThem = clusters.filter(({ id }) => said.namespaces.some(({ clusterId }) => clusterId === id));
  const lately = clusters.filter(({ id }) => id === last?.clusterId);
  const meant = [said.clusters, inThem, lately, clusters].find(({ length }) => length > 0) ?? [];
  return choose(meant.map(({ id }) => ({ clusterId: id })));
}

/** The places that are named, as far down as is wanted. */
function below(said: Said, { clusters, namespaces, objects }: Inventory, { level = 'any', kinds }: Wish): Understood {
  if (level === 'object') {
    const able = objects.filter(
      (one) =>
        isInside(said, one) &&
        (!kinds || kinds.includes(one.kind)) &&
        (one.namespace !== undefined || said.namespaces.length === 0 || kinds?.includes(one.kind)),
    );
    const meant = able.filter(({ kind }) => said.kinds.includes(kind));
    const offered = (meant.length > 0 ? meant : able).filter(isTeams);
    if (offered.length === 0 && clusters.length > 0)
      return { kind: 'none', word: (kinds ?? said.kinds)[0] ?? '', nearest: [] };
    return choose(offered);
  }
  if (said.namespaces.length > 0)
    return choose(said.namespaces.map(({ clusterId, name }) => ({ clusterId, namespace: name })));
  if (level === 'namespace') {
    const inside = namespaces.filter(({ clusterId }) => isAmong(said, clusterId));
    const own = inside.filter(({ name }) => isTeams({ namespace: name }));
    return choose((own.length > 0 ? own : inside).map(({ clusterId, name }) => ({ clusterId, namespace: name })));
  }
  return choose((said.clusters.length > 0 ? said.clusters : clusters).map(({ id }) => ({ clusterId: id })));
}

/** Not of the system's own namespaces, which nobody means who names nothing. */
const isTeams = ({ namespace = '' }: { namespace?: string | undefined }) => !/^(?:kube-|arms-|ack-)/.test(namespace);

/** One thing may be a Deployment and a Service of the same name: that is one thing. */
function choose(targets: readonly Found[]): Understood {
  const places = new Map<string, Found>();
  for (const { clusterId, namespace, kind, name } of targets) {
    const key = `${clusterId}/${namespace ?? ''}/${name ?? ''}`;
    if (!places.has(key))
      places.set(key, {
        clusterId,
        ...(namespace !== undefined && { namespace }),
        ...(name !== undefined && kind !== undefined && { kind, name }),
      });
  }
  const [only, ...others] = places.values();
  if (!only) return { kind: 'several', targets: [] };
  return others.length === 0
    ? { kind: 'one', target: only }
    : { kind: 'several', targets: [only, ...others].slice(0, MOST_CHOICES) };
}

/** The unknown word that is nearly a name, else the first. */
function missedBy(said: Said, all: Inventory, { kinds }: Wish): Understood | undefined {
  const inventory = kinds ? { ...all, objects: all.objects.filter(({ kind }) => kinds.includes(kind)) } : all;
  const tried = said.unknown.map((word) => ({ kind: 'none' as const, word, nearest: nearest(word, inventory, said) }));
  return tried.find((one) => one.nearest.length > 0) ?? tried[0];
}

const lostNamespace = (word: string, { namespaces }: Inventory, said: Said): Understood => ({
  kind: 'none',
  word,
  nearest: nearest(word, { clusters: [], namespaces, objects: [] }, said),
});

/** What is called nearly so, or has the word in its name, the likeliest first. */
function nearest(word: string, { clusters, namespaces, objects }: Inventory, said: Said): Found[] {
  const all: { name: string; target: Found }[] = [
    ...clusters.map(({ id, name }) => ({ name: name.toLowerCase(), target: { clusterId: id } })),
    ...namespaces
      .filter(({ clusterId }) => isAmong(said, clusterId))
      .map(({ clusterId, name }) => ({ name, target: { clusterId, namespace: name } })),
    ...objects
      .filter((one) => isInside(said, one))
      .map(({ clusterId, namespace, kind, name }) => ({
        name,
        target: { clusterId, ...(namespace !== undefined && { namespace }), kind, name },
      })),
  ];
  const ranked = all
    .map(({ name, target }) => ({ target, name, off: name.includes(word) ? 0.5 : distance(word, name) }))
    .filter(({ off, name }) => off <= Math.max(2, name.length / 3))
    .sort((a, b) => a.off - b.off)
    .map(({ target }) => target);
  const result = choose(ranked);
  const found = result.kind === 'one' ? [result.target] : result.kind === 'several' ? result.targets : [];
  return found.slice(0, MOST_CHOICES - 1);
}
