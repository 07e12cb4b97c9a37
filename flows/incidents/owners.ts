import { type ObjectRef, refKey } from './finding.ts';
import type { Objects, Pod, PodSpec, WorkloadObject } from './kinds.ts';
import { isActive } from './pods.ts';

/** The thing one would edit, with its pods: a Deployment, StatefulSet, DaemonSet, Job, CronJob, or a pod that nobody owns. */
export interface Workload {
  ref: ObjectRef;
  /** The owner as it is stored; absent where it could not be looked at, and for bare pods. */
  object?: WorkloadObject | undefined;
  job?: Objects['Job'] | undefined;
  cronJob?: Objects['CronJob'] | undefined;
  /** What its pods are made from: the owner's template, else what the newest pod has. */
  template: PodSpec;
  templateLabels: Record<string, string>;
  /** Wanted copies, where the kind has them. */
  replicas: number | undefined;
  /** Of a Deployment: its ReplicaSets, newest revision first. */
  replicaSets: readonly WorkloadObject[];
  /** Alive and meant to serve. */
  pods: readonly Pod[];
  /** All of them, also those that have ended or are going. */
  allPods: readonly Pod[];
}

/** What the owner chain is read from. */
export interface OwnerLists {
  pods: readonly Pod[];
  Deployment: readonly WorkloadObject[];
  ReplicaSet: readonly WorkloadObject[];
  StatefulSet: readonly WorkloadObject[];
  DaemonSet: readonly WorkloadObject[];
  ReplicationController: readonly WorkloadObject[];
  Job: readonly Objects['Job'][];
  CronJob: readonly Objects['CronJob'][];
}

interface Owned {
  metadata: Pod['metadata'];
}

const controllerOf = ({ metadata }: Owned) =>
  metadata.ownerReferences.find(({ controller }) => controller) ?? metadata.ownerReferences[0];

const refOf = (kind: string, { metadata: { namespace, name } }: Owned): ObjectRef => ({
  kind,
  ...(namespace !== undefined && { namespace }),
  name,
});

const revisionOf = ({ metadata }: Owned): number =>
  Number(metadata.annotations['deployment.kubernetes.io/revision'] ?? 0);

/** Finds the topmost owner of each pod, also where the objects between could not be looked at. */
export function readWorkloads(lists: OwnerLists): { workloads: Workload[]; ownerOf: Map<string, ObjectRef> } {
  const found = new Map<string, Omit<Workload, 'pods' | 'allPods'>>();
  const podsOf = new Map<string, Pod[]>();
  const ownerOf = new Map<string, ObjectRef>();
  const replicaSets = new Map(lists.ReplicaSet.map((one) => [refKey(refOf('ReplicaSet', one)), one]));
  const setsByOwner = Map.groupBy(
    lists.ReplicaSet,
    (set) => `${set.metadata.namespace}/${controllerOf(set)?.name ?? ''}`,
  );
  const jobs = new Map(lists.Job.map((one) => [refKey(refOf('Job', one)), one]));

  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicationController'] as const)
    for (const object of lists[kind]) add(fromObject(kind, object, kind === 'Deployment' ? setsOf(object) : []));
  for (const set of lists.ReplicaSet) if (!controllerOf(set)) add(fromObject('ReplicaSet', set, []));
  for (const cronJob of lists.CronJob) add(fromCronJob(cronJob));
  for (const job of lists.Job) if (!controllerOf(job)) add(fromJob(job));
  for (const pod of lists.pods) {
    const ref = topOf(pod);
    ownerOf.set(refKey(refOf('Pod', pod)), ref);
    const key = refKey(ref);
    const siblings = podsOf.get(key);
    if (siblings) siblings.push(pod);
    else podsOf.set(key, [pod]);
    if (!found.has(key)) add(fromPod(ref, pod));
  }

  function add(workload: Omit<Workload, 'pods' | 'allPods'>): void {
    found.set(refKey(workload.ref), workload);
  }

  function setsOf(deployment: WorkloadObject): WorkloadObject[] {
    const { name, namespace, uid } = deployment.metadata;
    return (setsByOwner.get(`${namespace}/${name}`) ?? [])
      .filter((set) => {
        const owner = controllerOf(set);
        return owner?.kind === 'Deployment' && (owner.uid === undefined || uid === undefined || owner.uid === uid);
      })
      .sort(
        (a, b) =>
          revisionOf(b) - revisionOf(a) || (b.metadata.creationTimestamp ?? 0) - (a.metadata.creationTimestamp ?? 0),
      );
  }

  function topOf(pod: Pod): ObjectRef {
    const owner = controllerOf(pod);
    // A mirror pod's owner is its node: what one edits is the manifest, which has the pod's name.
    if (!owner || owner.kind === 'Node') return refOf('Pod', pod);
    const { namespace } = pod.metadata;
    const direct = { kind: owner.kind, ...(namespace !== undefined && { namespace }), name: owner.name };
    if (owner.kind === 'ReplicaSet') return aboveReplicaSet(direct, pod);
    if (owner.kind === 'Job') return aboveJob(direct);
    return direct;
  }

  function aboveReplicaSet(set: ObjectRef, pod: Pod): ObjectRef {
    const stored = replicaSets.get(refKey(set));
    const above = stored && controllerOf(stored);
    if (above) return { ...set, kind: above.kind, name: above.name };
    const hash = pod.metadata.labels['pod-template-hash'];
    const isDeployments = !stored && hash !== undefined && set.name.endsWith(`-${hash}`);
    return isDeployments ? { ...set, kind: 'Deployment', name: set.name.slice(0, -hash.length - 1) } : set;
  }

  function aboveJob(job: ObjectRef): ObjectRef {
    const stored = jobs.get(refKey(job));
    const above = stored && controllerOf(stored);
    return above ? { ...job, kind: above.kind, name: above.name } : job;
  }

  const workloads = [...found].map(([key, workload]): Workload => {
    const allPods = podsOf.get(key) ?? [];
    return { ...workload, allPods, pods: allPods.filter(isActive) };
  });
  return { workloads, ownerOf };
}

type Found = Omit<Workload, 'pods' | 'allPods'>;

function fromObject(kind: string, object: WorkloadObject, replicaSets: WorkloadObject[]): Found {
  const { template, replicas } = object.spec;
  const wanted = kind === 'DaemonSet' ? object.status.desiredNumberScheduled : (replicas ?? 1);
  return {
    ref: refOf(kind, object),
    object,
    template: template.spec,
    templateLabels: template.metadata.labels,
    replicas: wanted,
    replicaSets,
  };
}

function fromJob(job: Objects['Job']): Found {
  const { template } = job.spec;
  return {
    ref: refOf('Job', job),
    job,
    template: template.spec,
    templateLabels: template.metadata.labels,
    replicas: undefined,
    replicaSets: [],
  };
}

function fromCronJob(cronJob: Objects['CronJob']): Found {
  const { template } = cronJob.spec.jobTemplate.spec;
  return {
    ref: refOf('CronJob', cronJob),
    cronJob,
    template: template.spec,
    templateLabels: template.metadata.labels,
    replicas: undefined,
    replicaSets: [],
  };
}

function fromPod(ref: ObjectRef, pod: Pod): Found {
  return { ref, template: pod.spec, templateLabels: pod.metadata.labels, replicas: undefined, replicaSets: [] };
}
