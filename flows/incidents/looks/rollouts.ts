import type { EvidenceLine } from '../finding.ts';
import type { Container, Pod, PodSpec } from '../kinds.ts';
import { objectLine } from '../lines.ts';
import type { Workload } from '../owners.ts';
import { isReady } from '../pods.ts';

/** The pods of a workload by whether they are made from its present template. */
export interface Rollout {
  /** Made from the present template. */
  present: readonly Pod[];
  /** Made from an earlier one. */
  earlier: readonly Pod[];
  /** The revision to go back to, where it has a number. */
  toRevision: number | undefined;
  before: PodSpec | undefined;
  after: PodSpec;
}

/** How far a change has come; undefined where the present revision cannot be told. */
export function rolloutOf(workload: Workload): Rollout | undefined {
  const { pods, replicaSets, template, allPods } = workload;
  const present = presentRevision(workload);
  if (present === undefined) return undefined;
  const isPresent = (pod: Pod): boolean => revisionOf(workload, pod) === present;
  const earlier = pods.filter((pod) => !isPresent(pod));
  const working = earlier.find(isReady) ?? earlier[0] ?? allPods.find((pod) => !isPresent(pod));
  const [, ...older] = replicaSets;
  const named = working && older.find(({ metadata }) => metadata.name === revisionOf(workload, working));
  const set = named ?? older[0];
  const revision = Number(set?.metadata.annotations['deployment.kubernetes.io/revision']);
  return {
    present: pods.filter(isPresent),
    earlier,
    toRevision: Number.isInteger(revision) && revision > 0 ? revision : undefined,
    before: set?.spec.template.spec ?? working?.spec,
    after: template,
  };
}

/** Of a Deployment the name of a ReplicaSet, else the hash that controllers write on pods. */
function presentRevision({ ref, object, replicaSets, pods }: Workload): string | undefined {
  const [set] = replicaSets;
  if (set) return set.metadata.name;
  if (ref.kind === 'StatefulSet') return object?.status.updateRevision;
  if (ref.kind !== 'DaemonSet') return undefined;
  const [newest] = pods.toSorted((a, b) => (b.metadata.creationTimestamp ?? 0) - (a.metadata.creationTimestamp ?? 0));
  return newest?.metadata.labels['controller-revision-hash'];
}

function revisionOf({ replicaSets }: Workload, { metadata }: Pod): string | undefined {
  return replicaSets.length > 0 ? metadata.ownerReferences[0]?.name : metadata.labels['controller-revision-hash'];
}

/** What the last change of a template changed, as evidence: images, commands, variables, resources. */
export function changeLine({ ref }: Workload, { before, after }: Rollout): EvidenceLine[] {
  if (!before) return [];
  const changes = after.containers.flatMap((container) => {
    const old = before.containers.find(({ name }) => name === container.name);
    return old
      ? changesOf(old, container).map((text) => `container ${container.name}: ${text}`)
      : [`container ${container.name} is new`];
  });
  return changes.length > 0 ? [objectLine(ref, `the last change: ${changes.slice(0, 4).join('; ')}`)] : [];
}

function changesOf(old: Container, now: Container): string[] {
  const variables = new Map(old.env.map(({ name, value }) => [name, value]));
  const text = (value: unknown): string => JSON.stringify(value);
  return [
    ...(old.image === now.image ? [] : [`image ${old.image} → ${now.image}`]),
    ...(text([old.command, old.args]) === text([now.command, now.args]) ? [] : ['another command']),
    ...now.env
      .filter(({ name, value }) => !variables.has(name) || variables.get(name) !== value)
      .map(({ name }) => `env ${name}`),
    ...old.env.filter(({ name }) => !now.env.some((one) => one.name === name)).map(({ name }) => `env ${name} is gone`),
    ...(text(old.resources) === text(now.resources) ? [] : ['other resources']),
    ...(text(old.volumeMounts) === text(now.volumeMounts) ? [] : ['other mounts']),
  ];
}
