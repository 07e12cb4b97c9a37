import { distance } from 'fastest-levenshtein';

/** What there is to speak of. */
export interface Inventory {
  clusters: readonly { id: string; name: string }[];
  namespaces: readonly { clusterId: string; name: string }[];
  workloads: readonly { clusterId: string; namespace: string; kind: string; name: string }[];
}

/** What is to be looked at. */
export interface Target {
  clusterId: string;
  namespace?: string;
  kind?: string;
  name?: string;
}

export type Understood =
  | { kind: 'one'; target: Target }
  | { kind: 'several'; targets: Target[] }
  /** The sentence names something that is not there; what is nearest to it. */
  | { kind: 'none'; word: string; nearest: Target[] };

/** A name as Kubernetes has them, anywhere in a sentence of any language. */
const WORD = /[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/g;
/** Words of questions that are no names, unless something is called so. */
const IDLE = new Set(
  `a all am an and anything app apps application are at broken bug can check cluster clusters crash crashes crashing cronjob daemonset deploy deployment diagnose did does down
  error errors everything fail failed failing fails fine for from happened happening has have health healthy how in incident is it its job k8s keep keeps kubernetes look matter me my namespace namespaces node nodes not ns of on oom
  oomkilled our out please pod pods problem reason ready restart restarted restarting restarts root cause rca running see service services slow so statefulset still svc tell that the there this to
  trouble troubleshoot unhealthy up we what whats when where which who why with working workload wrong`.split(/\s+/),
);
const MOST_CHOICES = 8;

/** Finds what a sentence speaks of among what there is: workloads and pods first, then namespaces, then clusters. */
export function understand(text: string, inventory: Inventory): Understood {
  const words = [...new Set(text.toLowerCase().match(WORD) ?? [])];
  const cluster = inventory.clusters.filter(({ id, name }) => words.includes(id) || words.includes(name.toLowerCase()));
  const among = (clusterId: string) => cluster.length === 0 || cluster.some(({ id }) => id === clusterId);
  const marked = /(?:\b(?:namespace|ns)\b|命名空间|名字空间)\s*[:：=]?\s*([a-z0-9][a-z0-9-]*)/i
    .exec(text)?.[1]
    ?.toLowerCase();
  const namespaces = inventory.namespaces.filter(
    ({ clusterId, name }) => among(clusterId) && (marked === undefined ? words.includes(name) : name === marked),
  );
  const inside = ({ clusterId, namespace }: Inventory['workloads'][number]) =>
    among(clusterId) &&
    (namespaces.length === 0 || namespaces.some((one) => one.clusterId === clusterId && one.name === namespace));
  const named = words.filter(
    (word) =>
      word !== marked && !namespaces.some(({ name }) => name === word) && !cluster.some(({ name }) => name === word),
  );
  const workloads = inventory.workloads.filter((one) => inside(one) && named.some((word) => isName(word, one.name)));
  const best = longest(workloads, named);
  if (best.length > 0)
    return choose(best.map(({ clusterId, namespace, kind, name }) => ({ clusterId, namespace, kind, name })));
  const word = named.find((one) => !IDLE.has(one) && !/^\d+$/.test(one));
  if (word !== undefined) return { kind: 'none', word, nearest: nearest(word, inventory.workloads.filter(inside)) };
  if (namespaces.length > 0) return choose(namespaces.map(({ clusterId, name }) => ({ clusterId, namespace: name })));
  return choose((cluster.length > 0 ? cluster : inventory.clusters).map(({ id }) => ({ clusterId: id })));
}

/** The workload's own name, or one of its pods'. */
const isName = (word: string, name: string): boolean =>
  word === name ||
  (word.startsWith(`${name}-`) && /^(?:[a-z0-9]{5,10}-)?[a-z0-9]{1,10}$/.test(word.slice(name.length + 1)));

/** `app-web-1` is a pod of `app-web`, not of `app`. */
function longest(found: Inventory['workloads'], words: readonly string[]): Inventory['workloads'][number][] {
  const exact = found.filter(({ name }) => words.includes(name));
  const kept = exact.length > 0 ? exact : found;
  const length = Math.max(0, ...kept.map(({ name }) => name.length));
  return kept.filter(({ name }) => name.length === length);
}

/** One thing may be a Deployment and a Service of the same name: that is one thing. */
function choose(targets: Target[]): Understood {
  const places = new Map(
    targets.map((target) => [`${target.clusterId}/${target.namespace ?? ''}/${target.name ?? ''}`, target]),
  );
  const [only, ...others] = places.values();
  if (!only) return { kind: 'several', targets: [] };
  return others.length === 0
    ? { kind: 'one', target: only }
    : { kind: 'several', targets: [only, ...others].slice(0, MOST_CHOICES) };
}

function nearest(word: string, workloads: Inventory['workloads']): Target[] {
  return workloads
    .map(({ clusterId, namespace, kind, name }) => ({
      target: { clusterId, namespace, kind, name },
      off: name.includes(word) ? 0.5 : distance(word, name),
    }))
    .filter(({ off, target }) => off <= Math.max(2, target.name.length / 3))
    .sort((a, b) => a.off - b.off)
    .slice(0, MOST_CHOICES - 1)
    .map(({ target }) => target);
}
