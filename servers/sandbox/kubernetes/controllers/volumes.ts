import { type Context, keyOf, splitKey, withCondition } from './context.ts';
import type { Controller } from './engine.ts';
import { numberOf } from './hash.ts';
import type { Claim, Node, PersistentVolume, StorageClass } from './kinds.ts';
import { waitsForConsumer } from './pod-claims.ts';
import { amount } from './quantities.ts';
import { matches } from './selectors.ts';

const BINDER = 'persistentvolume-controller';
const ZONE = 'topology.diskplugin.csi.alibabacloud.com/zone';
const PROVISION_MS = 4_000;

/** Binds claims to volumes that are there, makes disks for those whose class does, grows them, and frees them. */
export function volumes(context: Context): Controller {
  const since = new Map<string, number>();
  return {
    name: 'volume',
    concerns: ({ plural, object }) => {
      if (plural === 'persistentvolumeclaims') return [keyOf(object)];
      if (plural === 'persistentvolumes' || plural === 'storageclasses')
        return context.read.list('persistentvolumeclaims').map(keyOf);
      if (plural !== 'pods') return [];
      return context.read
        .list('persistentvolumeclaims', object.metadata.namespace)
        .filter(({ status }) => status?.phase !== 'Bound')
        .map(keyOf);
    },
    reconcile: (key) => {
      const claim = context.read.get('persistentvolumeclaims', ...splitKey(key));
      if (!claim) return free(context, key);
      if (claim.metadata.deletionTimestamp) return undefined;
      if (claim.spec.volumeName) return keep(context, claim);
      return bind(context, claim, since);
    },
  };
}

/** The volume of a claim that is gone: deleted, or kept as the class says. */
function free(context: Context, key: string): undefined {
  const [namespace, name] = splitKey(key);
  const volume = context.read
    .list('persistentvolumes')
    .find(({ spec }) => spec.claimRef?.namespace === namespace && spec.claimRef.name === name);
  if (!volume) return undefined;
  if (volume.spec.persistentVolumeReclaimPolicy === 'Delete')
    context.store.remove('persistentvolumes', undefined, volume.metadata.name);
  else context.store.updateStatus('persistentvolumes', undefined, volume.metadata.name, { phase: 'Released' });
}

function setPhase(
  context: Context,
  claim: Claim,
  phase: string,
  more: Partial<NonNullable<Claim['status']>> = {},
): void {
  context.store.updateStatus('persistentvolumeclaims', claim.metadata.namespace, claim.metadata.name, {
    ...claim.status,
    phase,
    ...more,
  });
}

/** A bound claim: lost with its volume, grown when it asks for more. */
function keep(context: Context, claim: Claim): number | undefined {
  const volume = context.read.get('persistentvolumes', undefined, claim.spec.volumeName ?? '');
  if (!volume) {
    if (claim.status?.phase === 'Lost') return undefined;
    setPhase(context, claim, 'Lost');
    const message = 'Bound claim has lost its PersistentVolume. Data on the volume is lost!';
    context.record(claim, { type: 'Warning', reason: 'ClaimLost', message, component: BINDER });
    return undefined;
  }
  if (claim.status?.phase !== 'Bound') {
    setPhase(context, claim, 'Bound', {
      capacity: { ...volume.spec.capacity },
      accessModes: claim.spec.accessModes ?? [],
    });
    return undefined;
  }
  return grow(context, claim, volume);
}

function grow(context: Context, claim: Claim, volume: PersistentVolume): number | undefined {
  const wanted = claim.spec.resources?.requests?.storage;
  if (!wanted || amount(wanted) <= amount(claim.status?.capacity?.storage)) return undefined;
  const resizing = claim.status?.conditions?.find(({ type }) => type === 'Resizing');
  if (!resizing) {
    const conditions = withCondition(claim.status?.conditions, { type: 'Resizing', status: 'True' }, context.stamp());
    setPhase(context, claim, 'Bound', { conditions });
    context.record(claim, {
      reason: 'Resizing',
      message: `External resizer is resizing volume ${volume.metadata.name}`,
      component: 'external-resizer diskplugin.csi.alibabacloud.com',
    });
    return context.now() + 8_000;
  }
  const at = Date.parse(resizing.lastTransitionTime ?? '') + 8_000;
  if (at > context.now()) return at;
  context.store.update('persistentvolumes', { ...volume, spec: { ...volume.spec, capacity: { storage: wanted } } });
  const conditions = (claim.status?.conditions ?? []).filter(({ type }) => type !== 'Resizing');
  const { conditions: _, ...status } = claim.status ?? {};
  const next = {
    ...status,
    phase: 'Bound',
    capacity: { storage: wanted },
    ...(conditions.length > 0 && { conditions }),
  };
  context.store.updateStatus('persistentvolumeclaims', claim.metadata.namespace, claim.metadata.name, next);
  context.record(claim, {
    reason: 'FileSystemResizeSuccessful',
    message: 'MountVolume.NodeExpandVolume succeeded for volume',
    component: 'kubelet',
  });
  return undefined;
}

function bind(context: Context, claim: Claim, since: Map<string, number>): number | undefined {
  const there = context.read.list('persistentvolumes').find((volume) => fitsClaim(volume, claim));
  if (there) return bindTo(context, claim, there);
  if (claim.status?.phase !== 'Pending') setPhase(context, claim, 'Pending');
  const className = claim.spec.storageClassName;
  if (!className || claim.spec.selector) {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    context.record(claim, { reason: 'FailedBinding', message, component: BINDER });
    return undefined;
  }
  const found = context.read.get('storageclasses', undefined, className);
  if (!found) {
    const message = `storageclass.storage.k8s.io "${className}" not found`;
    context.record(claim, { type: 'Warning', reason: 'ProvisioningFailed', message, component: BINDER });
    return context.now() + 60_000;
  }
  return provision(context, claim, { found, since });
}

/** Whether a volume without a claim is what a claim asks for. */
function fitsClaim(
  { spec, status, metadata: { labels } }: PersistentVolume,
  { spec: wanted, metadata }: Claim,
): boolean {
  const reserved = spec.claimRef;
  if (reserved && (reserved.namespace !== metadata.namespace || reserved.name !== metadata.name)) return false;
  if (!reserved && status?.phase && status.phase !== 'Available') return false;
  return (
    (spec.storageClassName ?? '') === (wanted.storageClassName ?? '') &&
    (wanted.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode)) &&
    amount(spec.capacity?.storage) >= amount(wanted.resources?.requests?.storage) &&
    (!wanted.selector || matches(wanted.selector, labels))
  );
}

function bindTo(context: Context, claim: Claim, volume: PersistentVolume): undefined {
  const { namespace = '', name, uid } = claim.metadata;
  const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid };
  context.store.update('persistentvolumes', { ...volume, spec: { ...volume.spec, claimRef } });
  context.store.updateStatus('persistentvolumes', undefined, volume.metadata.name, { phase: 'Bound' });
  const bound = context.store.update('persistentvolumeclaims', {
    ...claim,
    spec: { ...claim.spec, volumeName: volume.metadata.name },
  }) as Claim;
  setPhase(context, bound, 'Bound', {
    capacity: { ...volume.spec.capacity },
    accessModes: claim.spec.accessModes ?? [],
  });
}

interface Provisioning {
  found: StorageClass;
  since: Map<string, number>;
}

function provision(context: Context, claim: Claim, { found, since }: Provisioning): number | undefined {
  const node = consumerNode(context, claim);
  if (waitsForConsumer(context, claim) && !node) {
    const message = 'waiting for first consumer to be created before binding';
    context.record(claim, { reason: 'WaitForFirstConsumer', message, component: BINDER });
    return undefined;
  }
  const refused = provisionProblem(context, claim);
  if (refused) {
    const message = `failed to provision volume with StorageClass "${found.metadata.name}": ${refused}`;
    context.record(claim, {
      type: 'Warning',
      reason: 'ProvisioningFailed',
      message,
      component: `${found.provisioner}_provisioner`,
    });
    return context.now() + 30_000;
  }
  const began = since.get(claim.metadata.uid) ?? context.now();
  if (!since.has(claim.metadata.uid)) {
    since.set(claim.metadata.uid, began);
    const message = `Waiting for a volume to be created either by the external provisioner '${found.provisioner}' or manually by the system administrator.`;
    context.record(claim, { reason: 'ExternalProvisioning', message, component: BINDER });
  }
  if (began + PROVISION_MS > context.now()) return began + PROVISION_MS;
  since.delete(claim.metadata.uid);
  createVolume(context, claim, { found, zone: zoneFor(context, node) });
  return undefined;
}

/** Disks come in 20 GiB or more, and for one machine only: https://help.aliyun.com/zh/ecs/user-guide/disks */
function provisionProblem(context: Context, { spec }: Claim): string | undefined {
  if (context.ground.state().components.provisioner === 'down') {
    return 'rpc error: code = Internal desc = SDK.ServerError ErrorCode: InvalidAccountStatus.NotEnoughBalance Message: Your account does not have enough balance.';
  }
  return spec.accessModes?.includes('ReadWriteMany') && spec.volumeMode !== 'Block'
    ? 'rpc error: code = InvalidArgument desc = CreateVolume: MULTI_NODE_MULTI_WRITER is only supported for Block volumes'
    : undefined;
}

function consumerNode(context: Context, claim: Claim): Node | undefined {
  const pod = context.read
    .list('pods', claim.metadata.namespace)
    .find(
      ({ spec }) =>
        spec.nodeName &&
        spec.volumes?.some(({ persistentVolumeClaim: used }) => used?.claimName === claim.metadata.name),
    );
  return pod && context.read.get('nodes', undefined, pod.spec.nodeName ?? '');
}

function zoneFor(context: Context, node: Node | undefined): string | undefined {
  const any = node ?? context.read.list('nodes')[0];
  return any?.metadata.labels?.[ZONE];
}

function createVolume(
  context: Context,
  claim: Claim,
  { found, zone }: { found: StorageClass; zone: string | undefined },
): void {
  const { namespace = '', uid } = claim.metadata;
  const name =
    `d-bp1${numberOf(uid).toString(36)}${numberOf(`${uid}/2`).toString(36)}${numberOf(`${uid}/3`).toString(36)}`.slice(
      0,
      22,
    );
  const volume = context.store.create('persistentvolumes', {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': found.provisioner } },
    spec: {
      capacity: { storage: claim.spec.resources?.requests?.storage ?? '20Gi' },
      accessModes: claim.spec.accessModes ?? ['ReadWriteOnce'],
      storageClassName: found.metadata.name,
      persistentVolumeReclaimPolicy: found.reclaimPolicy ?? 'Delete',
      csi: { driver: found.provisioner, volumeHandle: name, fsType: 'ext4' },
      ...(zone && {
        nodeAffinity: {
          required: { nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: 'In', values: [zone] }] }] },
        },
      }),
    },
    status: { phase: 'Available' },
  }) as PersistentVolume;
  const component = `${found.provisioner}_provisioner`;
  context.record(claim, {
    reason: 'ProvisioningSucceeded',
    message: `Successfully provisioned volume ${name}`,
    component,
  });
  const fresh = context.read.get('persistentvolumeclaims', namespace, claim.metadata.name);
  if (fresh) bindTo(context, fresh, volume);
}
