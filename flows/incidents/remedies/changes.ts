import type { Json, JsonObject } from '../../../src/tools/types.ts';
import { type ObjectRef, refText } from '../finding.ts';
import type { ProbeChange, Remedy } from './remedy.ts';
import type { ChosenRemedy } from './schema.ts';

/** A call of a writing tool, without the cluster and what must still be so. */
export interface Change {
  tool: 'k8s_patch' | 'k8s_scale' | 'k8s_rollout' | 'k8s_cordon' | 'k8s_drain' | 'k8s_delete_pod' | 'nodepool_scale';
  args: JsonObject;
  /** What it changes. */
  target: ObjectRef;
}

/** A remedy that cannot become a change, as a key of `incidents.refused`. */
export interface Impossible {
  refused: string;
  params?: Record<string, string>;
}

/** Kinds whose pods are made anew from a template that may be changed. */
const TEMPLATED = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'CronJob']);

/**
 * The call that a remedy stands for. `object` is the target as it is now: a patch only names what is there.
 * https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
export function changeOf(remedy: Remedy, object: JsonObject): Change | Impossible {
  switch (remedy.id) {
    case 'raise-memory-limit':
    case 'raise-cpu-limit':
      return raise(remedy, object);
    case 'set-image':
      return onContainer(remedy.target, object, remedy.container, { image: remedy.image });
    case 'fix-probe':
      return onContainer(remedy.target, object, remedy.container, {
        [remedy.probe]: probePatch(remedy.set, probeOf(object, remedy)),
      });
    case 'roll-back':
      return rollout(remedy.target, {
        action: 'undo',
        ...(remedy.toRevision !== undefined && { toRevision: remedy.toRevision }),
      });
    case 'restart':
      return remedy.target.kind === 'Pod'
        ? { tool: 'k8s_delete_pod', args: named(remedy.target), target: remedy.target }
        : rollout(remedy.target, { action: 'restart' });
    case 'scale-workload':
      return {
        tool: 'k8s_scale',
        args: { ...reference(remedy.target), replicas: remedy.replicas },
        target: remedy.target,
      };
    case 'fix-service-selector':
      return jsonPatch(remedy.target, [{ op: 'replace', path: '/spec/selector', value: remedy.selector }]);
    case 'fix-service-port':
      return servicePort(remedy, object);
    case 'set-config-key':
      return merge(remedy.target, { data: { [remedy.key]: remedy.value } });
    case 'expand-volume':
      return merge(remedy.target, { spec: { resources: { requests: { storage: remedy.to } } } });
    case 'remove-finalizer':
      return finalizer(remedy, object);
    case 'uncordon':
      return node('k8s_cordon', remedy.node, { on: false });
    case 'drain-node':
      return node('k8s_drain', remedy.node, {});
    case 'scale-node-pool':
      // Which pool, and how large it is, is asked of the cloud by who prepares the plan.
      return { refused: 'incidents.refused.node-pool' };
  }
}

/** The object that a remedy changes, as far as Kubernetes has it. */
export function targetOf(remedy: Remedy | ChosenRemedy): ObjectRef | undefined {
  if ('target' in remedy) return remedy.target;
  if ('node' in remedy && remedy.node !== undefined) return { kind: 'Node', name: remedy.node };
  return undefined;
}

function raise(remedy: Extract<Remedy, { from: string; container: string }>, object: JsonObject): Change | Impossible {
  const resource = remedy.id === 'raise-memory-limit' ? 'memory' : 'cpu';
  return onContainer(remedy.target, object, remedy.container, { resources: { limits: { [resource]: remedy.to } } });
}

/** A strategic merge of one container, which must be there: a name that is not would add one. */
function onContainer(target: ObjectRef, object: JsonObject, name: string, change: JsonObject): Change | Impossible {
  if (!TEMPLATED.has(target.kind))
    return { refused: 'incidents.refused.immutable', params: { object: refText(target) } };
  const spec = podSpecOf(object, target.kind);
  const list = (['containers', 'initContainers'] as const).find((field) => namesIn(spec?.[field]).includes(name));
  if (!list) return { refused: 'incidents.refused.changed', params: { object: refText(target) } };
  const template = { template: { spec: { [list]: [{ name, ...change }] } } };
  const patch = target.kind === 'CronJob' ? { spec: { jobTemplate: { spec: template } } } : { spec: template };
  return { tool: 'k8s_patch', args: { ...reference(target), patchType: 'strategic', patch }, target };
}

function podSpecOf(object: JsonObject, kind: string): JsonObject | undefined {
  const path = kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : ['spec', 'template', 'spec'];
  return path.reduce<JsonObject | undefined>((value, field) => asObject(value?.[field]), object);
}

const asObject = (value: Json | undefined): JsonObject | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;

const namesIn = (list: Json | undefined): string[] =>
  Array.isArray(list)
    ? list.flatMap((item) => (typeof asObject(item)?.name === 'string' ? [String(asObject(item)?.name)] : []))
    : [];

function probeOf(object: JsonObject, { target, container, probe }: Extract<Remedy, { id: 'fix-probe' }>): JsonObject {
  return asObject(containerOf(object, target.kind, container)?.[probe]) ?? {};
}

/** The container of that name in the template of a workload. */
export function containerOf(object: JsonObject, kind: string, name: string): JsonObject | undefined {
  const spec = podSpecOf(object, kind);
  const all = [spec?.containers, spec?.initContainers].flatMap((list) => (Array.isArray(list) ? list : []));
  return all.map(asObject).find((one) => one?.name === name);
}

/** The handler that is there keeps what is not named; another one takes its place. */
function probePatch(set: ProbeChange, present: JsonObject): JsonObject {
  const { port, path, scheme, handler, ...timing } = set;
  const now =
    'httpGet' in present ? 'httpGet' : 'tcpSocket' in present ? 'tcpSocket' : 'grpc' in present ? 'grpc' : 'httpGet';
  const next = handler ?? now;
  const asks = {
    ...(port !== undefined && { port }),
    ...(next === 'httpGet' && path !== undefined && { path }),
    ...(next === 'httpGet' && scheme !== undefined && { scheme }),
  };
  const removed = next === now ? {} : { [now]: null };
  return { ...timing, ...removed, ...(Object.keys(asks).length > 0 && { [next]: asks }) };
}

function servicePort(
  { target, port, targetPort }: Extract<Remedy, { id: 'fix-service-port' }>,
  object: JsonObject,
): Change | Impossible {
  const ports = asObject(object.spec)?.ports;
  const at = Array.isArray(ports) ? ports.findIndex((one) => asObject(one)?.port === port) : -1;
  if (at < 0) return { refused: 'incidents.refused.changed', params: { object: refText(target) } };
  return jsonPatch(target, [
    { op: 'test', path: `/spec/ports/${at}/port`, value: port },
    { op: 'add', path: `/spec/ports/${at}/targetPort`, value: targetPort },
  ]);
}

function finalizer(
  { target, finalizer: name }: Extract<Remedy, { id: 'remove-finalizer' }>,
  object: JsonObject,
): Change | Impossible {
  const all = asObject(object.metadata)?.finalizers;
  if (!Array.isArray(all) || !all.includes(name))
    return { refused: 'incidents.refused.changed', params: { object: refText(target) } };
  return merge(target, { metadata: { finalizers: all.filter((one) => one !== name) } });
}

function rollout(target: ObjectRef, args: JsonObject): Change {
  return { tool: 'k8s_rollout', args: { ...reference(target), ...args }, target };
}

function node(tool: 'k8s_cordon' | 'k8s_drain', name: string, args: JsonObject): Change {
  return { tool, args: { node: name, ...args }, target: { kind: 'Node', name } };
}

const merge = (target: ObjectRef, patch: JsonObject): Change => ({
  tool: 'k8s_patch',
  args: { ...reference(target), patchType: 'merge', patch },
  target,
});

const jsonPatch = (target: ObjectRef, patch: JsonObject[]): Change => ({
  tool: 'k8s_patch',
  args: { ...reference(target), patchType: 'json', patch },
  target,
});

const reference = ({ kind, namespace, name }: ObjectRef): JsonObject => ({
  kind,
  ...(namespace !== undefined && { namespace }),
  name,
});

const named = ({ namespace = 'default', name }: ObjectRef): JsonObject => ({ namespace, name });
