import { hash } from 'node:crypto';
import { z } from 'zod';
import { type ContainerSpec, containerSchema, createContainerReader, securitySchema } from './containers.ts';
import { isSidecar, totalRequests } from './requests.ts';
import {
  affinitySchema,
  nodeAffinityOf,
  podTermsOf,
  spreadOf,
  spreadSchema,
  tolerationsOf,
  tolerationsSchema,
} from './scheduling.ts';
import type { Shape } from './survey.ts';
import { listOf, quantities, sorted, telling, words } from './values.ts';

/** Specs of pods, each kept once however many pods have it. */

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec */
const podSpecSchema = z.object({
  containers: listOf(containerSchema),
  initContainers: listOf(containerSchema),
  volumes: listOf(
    z.object({
      name: z.string(),
      hostPath: z.unknown().optional(),
      emptyDir: z.object({ medium: z.string().nullish() }).nullish(),
      ephemeral: z.unknown().optional(),
      persistentVolumeClaim: z.object({ claimName: z.string() }).nullish(),
    }),
  ),
  nodeName: z.string().nullish(),
  nodeSelector: words,
  affinity: affinitySchema,
  topologySpreadConstraints: spreadSchema,
  tolerations: tolerationsSchema,
  hostNetwork: z.boolean().nullish(),
  hostPID: z.boolean().nullish(),
  hostIPC: z.boolean().nullish(),
  priority: z.number().nullish(),
  serviceAccountName: z.string().nullish(),
  automountServiceAccountToken: z.boolean().nullish(),
  schedulerName: z.string().nullish(),
  terminationGracePeriodSeconds: z.number().nullish(),
  overhead: quantities,
  resources: z.object({ requests: quantities, limits: quantities }).nullish(),
  securityContext: securitySchema,
});
export const templateSchema = z.object({
  metadata: z.object({ labels: words, annotations: words }).prefault({}),
  spec: podSpecSchema.prefault({}),
});
type PodSpec = z.output<typeof podSpecSchema>;

/** Whose spec it is. */
interface About {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  namespace: string;
  /** Of the owner. */
  kind: string;
  /** Absent for a template. */
  pod?: string;
}

/** Labels that no two pods of one template share. */
const onlyOnes = new Set([
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/job-completion-index',
  'batch.kubernetes.io/controller-uid',
  'controller-uid',
]);
export const isOnlyOnes = (label: string): boolean => onlyOnes.has(label);

interface Interned {
  id: number;
  /** Claims that are this pod's alone, and those that others may have, too. */
  own: string[];
  shared: string[];
}

export interface Shapes {
  intern(spec: PodSpec, about: About): Interned;
  /** The same of a pod as it came: what looks like one that was seen before is not read again. */
  internPod(raw: RawSpec, about: About & { pod: string }): Interned;
  /** As JSON, by id. */
  json(id: number): string;
}

type RawSpec = Record<string, unknown> & { nodeName?: string | null | undefined };

/** `isClaim`: whether there is a claim `NAMESPACE/NAME`. */
export function createShapes(isClaim: (key: string) => boolean): Shapes {
  const ids = new Map<string, number>();
  const texts: string[] = [];
  const seen = new Map<string, Interned>();
  const readContainer = createContainerReader();

  function intern(spec: PodSpec, about: About): Interned {
    const named = claimsOf(spec, about.pod);
    // Claims of a StatefulSet's template and of ephemeral volumes are named after their pod.
    const isOwn = (claim: string) =>
      about.pod !== undefined && claim.includes(about.pod) && isClaim(`${about.namespace}/${claim}`);
    const shared = named.filter((claim) => !isOwn(claim));
    const text = JSON.stringify(shapeOf(spec, about, { claims: shared, readContainer }));
    let id = ids.get(text);
    if (id === undefined) {
      id = texts.length;
      ids.set(text, id);
      texts.push(text);
    }
    return { id, own: named.filter(isOwn), shared };
  }

  function internPod(raw: RawSpec, about: About & { pod: string }): Interned {
    const key = likeness(raw, about);
    const known = seen.get(key);
    if (known) return known;
    const spec = podSpecSchema.parse(raw);
    const found = intern(spec, about);
    if (claimsOf(spec, about.pod).every((claim) => !claim.includes(about.pod))) seen.set(key, found);
    return found;
  }

  return { intern, internPod, json: (id) => texts[id] ?? '' };
}

/** The same for pods that come to the same shape: a digest, as specs are long. Names that are made up for each pod are left out. */
function likeness({ nodeName, ...spec }: RawSpec, { labels, annotations, kind }: About): string {
  const isDaemon = kind === 'DaemonSet';
  const text = JSON.stringify(spec).replaceAll(/kube-api-access-[a-z0-9]{5}/g, '');
  const anywhere = isDaemon && nodeName ? text.replaceAll(JSON.stringify(nodeName), '""') : text;
  return hash('sha256', `${JSON.stringify([isDaemon, commonOf(labels), telling(annotations)])}\n${anywhere}`, 'base64');
}

const commonOf = (labels: Record<string, string>) =>
  sorted(Object.fromEntries(Object.entries(labels).filter(([key]) => !onlyOnes.has(key))));

/** Those of ephemeral volumes are named `POD-VOLUME`. https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/ */
const claimsOf = ({ volumes }: PodSpec, pod: string | undefined): string[] =>
  volumes.flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName];
    return ephemeral && pod !== undefined ? [`${pod}-${name}`] : [];
  });

function shapeOf(
  spec: PodSpec,
  { labels, annotations, kind, pod }: About,
  { claims, readContainer }: { claims: string[]; readContainer: ReturnType<typeof createContainerReader> },
): Shape {
  const sidecars = spec.initContainers.filter(isSidecar);
  const running = [...sidecars, ...spec.containers];
  const affinity = nodeAffinityOf(spec.affinity, kind === 'DaemonSet');
  return {
    requests: totalRequests(spec),
    containers: running.map((container) => readContainer(container, spec.securityContext)),
    labels: commonOf(labels),
    annotations: telling(annotations),
    nodeSelector: sorted(spec.nodeSelector),
    ...(affinity && { nodeAffinity: affinity }),
    podAffinity: podTermsOf(spec.affinity?.podAffinity),
    podAntiAffinity: podTermsOf(spec.affinity?.podAntiAffinity),
    spread: spreadOf(spec.topologySpreadConstraints),
    tolerations: tolerationsOf(spec.tolerations),
    hostPorts: hostPortsOf(running, spec.hostNetwork ?? false),
    hostNetwork: spec.hostNetwork ?? false,
    hostPid: spec.hostPID ?? false,
    hostIpc: spec.hostIPC ?? false,
    hostPaths: spec.volumes.filter(({ hostPath }) => hostPath).map(({ name }) => name),
    // In memory it is no storage of the node: an autoscaler moves such a pod without asking.
    emptyDirs: spec.volumes.filter(({ emptyDir }) => emptyDir && emptyDir.medium !== 'Memory').map(({ name }) => name),
    claims,
    priority: spec.priority ?? 0,
    serviceAccount: spec.serviceAccountName || 'default',
    tokenMounted: hasToken(spec, pod !== undefined),
    schedulerName: spec.schedulerName || 'default-scheduler',
    terminationGraceSeconds: spec.terminationGracePeriodSeconds ?? 30,
  };
}

/** On the host's network every port of a container is one of the host. */
const hostPortsOf = (containers: ContainerSpec[], onHost: boolean): Shape['hostPorts'] =>
  containers.flatMap(({ ports }) =>
    ports.flatMap(({ containerPort, hostPort, hostIP, protocol }) => {
      const port = hostPort || (onHost ? containerPort : 0);
      return port > 0 ? [{ ip: hostIP || '0.0.0.0', port, protocol }] : [];
    }),
  );

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Of a pod one sees it; a template follows its own word, as the account's is not read. */
function hasToken({ containers, initContainers, automountServiceAccountToken }: PodSpec, isPod: boolean): boolean {
  if (!isPod) return automountServiceAccountToken ?? true;
  return [...containers, ...initContainers].some(({ volumeMounts }) =>
    volumeMounts.some(({ mountPath }) => mountPath === tokenPath),
  );
}
