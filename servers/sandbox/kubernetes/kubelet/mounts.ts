import type { Context } from '../controllers/context.ts';
import type { Container, Pod, Volume } from '../controllers/pod-kinds.ts';
import { amount } from '../controllers/quantities.ts';
import { volumeUsedAt } from './usage.ts';

/** Why the volumes of a pod cannot be mounted, as event and status say it; undefined when they can. */
export interface MountProblem {
  reason: 'FailedMount' | 'FailedAttachVolume';
  message: string;
  component: 'kubelet' | 'attachdetach-controller';
}

/** Looks for the first volume that is not to be had. */
export function mountProblem(context: Context, pod: Pod): MountProblem | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    const why = missing(context, pod, volume);
    if (why) {
      const message = `MountVolume.SetUp failed for volume "${volume.name}" : ${why}`;
      return { reason: 'FailedMount', message, component: 'kubelet' };
    }
    const attach = volume.persistentVolumeClaim && attachProblem(context, pod, volume.persistentVolumeClaim.claimName);
    if (attach) return { reason: 'FailedAttachVolume', message: attach, component: 'attachdetach-controller' };
  }
  return undefined;
}

/** Whether all claims of a pod have their volumes; some get theirs only when the pod has its node. */
export const claimsBound = (context: Context, pod: Pod): boolean =>
  (pod.spec.volumes ?? []).every(({ persistentVolumeClaim: used }) => {
    const claim = used && context.read.get('persistentvolumeclaims', pod.metadata.namespace, used.claimName);
    return !used || claim?.status?.phase === 'Bound';
  });

function missing(context: Context, pod: Pod, { configMap, secret, hostPath }: Volume): string | undefined {
  const { namespace = '' } = pod.metadata;
  if (configMap && !configMap.optional) {
    const map = context.read.get('configmaps', namespace, configMap.name);
    if (!map) return `configmap "${configMap.name}" not found`;
    return (configMap.items ?? []).some(({ key }) => map.data?.[key] === undefined)
      ? `configmap references non-existent config key: ${configMap.items?.find(({ key }) => map.data?.[key] === undefined)?.key}`
      : undefined;
  }
  if (secret && !secret.optional) {
    const found = context.read.get('secrets', namespace, secret.secretName);
    if (!found) return `secret "${secret.secretName}" not found`;
    const gap = (secret.items ?? []).find(({ key }) => found.data?.[key] === undefined);
    return gap && `references non-existent secret key: ${gap.key}`;
  }
  // A world without files of its hosts: only what a node has anyway is there.
  if (hostPath?.type === 'Directory' || hostPath?.type === 'File') {
    const there =
      /^\/(var|etc|proc|sys|run|dev|lib|usr|tmp)(\/(log|run|lib|kubernetes|localtime|cni|modules|kubelet|dbus|os-release).*)?$/;
    if (!there.test(hostPath.path))
      return `hostPath type check failed: ${hostPath.path} is not a ${hostPath.type.toLowerCase()}`;
  }
  return undefined;
}

/** A disk is at one machine at a time. */
function attachProblem(context: Context, pod: Pod, claimName: string): string | undefined {
  const { namespace } = pod.metadata;
  const claim = context.read.get('persistentvolumeclaims', namespace, claimName);
  const volume = claim?.spec.volumeName ?? '';
  if (context.ground.state().components.attacher === 'down') {
    return `AttachVolume.Attach failed for volume "${volume}" : rpc error: code = Internal desc = AttachDisk: the disk is not ready`;
  }
  if (!claim?.spec.accessModes?.includes('ReadWriteOnce')) return undefined;
  const rival = context.read
    .list('pods', namespace)
    .find(
      (other) =>
        other.metadata.uid !== pod.metadata.uid &&
        other.spec.nodeName &&
        other.spec.nodeName !== pod.spec.nodeName &&
        !['Succeeded', 'Failed'].includes(other.status?.phase ?? '') &&
        other.spec.volumes?.some((each) => each.persistentVolumeClaim?.claimName === claimName),
    );
  return rival && `Multi-Attach error for volume "${volume}" Volume is already used by pod(s) ${rival.metadata.name}`;
}

/** The volume mounted over a path in a container; undefined when the path is in the container's own root. */
export function volumeAt(
  pod: Pod,
  container: Container,
  path: string,
): { volume: Volume; readOnly: boolean } | undefined {
  const mount = (container.volumeMounts ?? [])
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`))
    .sort((a, b) => b.mountPath.length - a.mountPath.length)[0];
  const volume = pod.spec.volumes?.find(({ name }) => name === mount?.name);
  return mount && volume ? { volume, readOnly: mount.readOnly ?? false } : undefined;
}

/** The text of a file that a mounted ConfigMap or Secret brings; undefined when it is not there. */
export function fileAt(
  context: Context,
  pod: Pod,
  { container, path }: { container: Container; path: string },
): string | undefined {
  const found = volumeAt(pod, container, path);
  if (!found) return undefined;
  const { configMap, secret } = found.volume;
  const file = path.slice(path.lastIndexOf('/') + 1);
  const keyOf = (items: { key: string; path: string }[] | undefined) =>
    (items ? items.find((item) => item.path === file)?.key : file) ?? '';
  const { namespace } = pod.metadata;
  if (configMap) return context.read.get('configmaps', namespace, configMap.name)?.data?.[keyOf(configMap.items)];
  if (!secret) return '';
  const data = context.read.get('secrets', namespace, secret.secretName)?.data?.[keyOf(secret.items)];
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString();
}

/** The claim's volume and how full it is. */
export function claimFill(
  context: Context,
  namespace: string,
  claimName: string,
): { used: number; capacity: number } | undefined {
  const claim = context.read.get('persistentvolumeclaims', namespace, claimName);
  const capacity = amount(claim?.status?.capacity?.storage);
  if (capacity === 0) return undefined;
  const used = volumeUsedAt(context.ground.state(), `${namespace}/${claimName}`, { at: context.now(), capacity });
  return { used, capacity };
}
