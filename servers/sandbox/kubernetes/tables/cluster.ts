import { at, listAt, numberAt, recordAt, recordsAt, textAt, textsAt } from '../fields.ts';
import type { KubeObject } from '../objects.ts';
import { age, ageColumn, type Column, column, createdColumn, nameColumn, wide } from './columns.ts';

const text = (name: string, ...path: string[]): Column => column(name, (object) => textAt(object, ...path) ?? '');
const orNone = (name: string, ...path: string[]): Column =>
  column(name, (object) => textAt(object, ...path) ?? '<none>');
const dataColumn = column(
  'Data',
  (object) => Object.keys({ ...recordAt(object, 'data'), ...recordAt(object, 'binaryData') }).length,
  'integer',
);
const webhooks = [nameColumn, column('Webhooks', (object) => listAt(object, 'webhooks').length, 'integer'), ageColumn];
const subjects = (kind: string) => (object: KubeObject) =>
  recordsAt(object, 'subjects')
    .filter((one) => one.kind === kind)
    .map((one) =>
      kind === 'ServiceAccount' ? `${textAt(one, 'namespace') ?? ''}/${textAt(one, 'name')}` : textAt(one, 'name'),
    )
    .join(', ');
const binding = [
  nameColumn,
  column('Role', (object) => `${textAt(object, 'roleRef', 'kind')}/${textAt(object, 'roleRef', 'name')}`),
  ageColumn,
  wide('Users', subjects('User')),
  wide('Groups', subjects('Group')),
  wide('ServiceAccounts', subjects('ServiceAccount')),
];

/** The columns of nodes, storage, configuration, events and the rest. */
export const clusterColumns: Record<string, Column[]> = {
  nodes: [
    nameColumn,
    column('Status', nodeStatus),
    column('Roles', nodeRoles),
    ageColumn,
    text('Version', 'status', 'nodeInfo', 'kubeletVersion'),
    wide('Internal-IP', (node) => address(node, 'InternalIP')),
    wide('External-IP', (node) => address(node, 'ExternalIP')),
    wide('OS-Image', (node) => textAt(node, 'status', 'nodeInfo', 'osImage') ?? '<unknown>'),
    wide('Kernel-Version', (node) => textAt(node, 'status', 'nodeInfo', 'kernelVersion') ?? '<unknown>'),
    wide('Container-Runtime', (node) => textAt(node, 'status', 'nodeInfo', 'containerRuntimeVersion') ?? '<unknown>'),
  ],
  namespaces: [nameColumn, text('Status', 'status', 'phase'), ageColumn],
  configmaps: [nameColumn, dataColumn, ageColumn],
  secrets: [nameColumn, text('Type', 'type'), dataColumn, ageColumn],
  serviceaccounts: [nameColumn, column('Secrets', (object) => listAt(object, 'secrets').length, 'integer'), ageColumn],
  events: [
    column('Last Seen', (event, now) => age(lastSeen(event), now)),
    text('Type', 'type'),
    text('Reason', 'reason'),
    column(
      'Object',
      (event) =>
        `${(textAt(event, 'involvedObject', 'kind') ?? '').toLowerCase()}/${textAt(event, 'involvedObject', 'name') ?? ''}`,
    ),
    wide('Subobject', (event) => textAt(event, 'involvedObject', 'fieldPath') ?? ''),
    wide('Source', (event) =>
      [textAt(event, 'source', 'component'), textAt(event, 'source', 'host')].filter(Boolean).join(', '),
    ),
    column('Message', (event) => (textAt(event, 'message') ?? '').trim()),
    wide('First Seen', (event, now) => age(textAt(event, 'firstTimestamp') ?? textAt(event, 'eventTime'), now)),
    wide('Count', (event) => String(numberAt(event, 'count') ?? 1)),
    wide('Name', ({ metadata }) => metadata.name),
  ],
  persistentvolumes: [
    nameColumn,
    text('Capacity', 'spec', 'capacity', 'storage'),
    column('Access Modes', (object) => accessModes(listAt(object, 'spec', 'accessModes'))),
    text('Reclaim Policy', 'spec', 'persistentVolumeReclaimPolicy'),
    text('Status', 'status', 'phase'),
    column('Claim', (object) => {
      const claim = at(object, 'spec', 'claimRef');
      return claim ? `${textAt(claim, 'namespace')}/${textAt(claim, 'name')}` : '';
    }),
    text('StorageClass', 'spec', 'storageClassName'),
    column('VolumeAttributesClass', () => '<unset>'),
    text('Reason', 'status', 'reason'),
    ageColumn,
    wide('VolumeMode', (object) => textAt(object, 'spec', 'volumeMode') ?? '<unset>'),
  ],
  persistentvolumeclaims: [
    nameColumn,
    column('Status', (object) =>
      object.metadata.deletionTimestamp ? 'Terminating' : (textAt(object, 'status', 'phase') ?? ''),
    ),
    text('Volume', 'spec', 'volumeName'),
    text('Capacity', 'status', 'capacity', 'storage'),
    column('Access Modes', (object) => accessModes(listAt(object, 'status', 'accessModes'))),
    text('StorageClass', 'spec', 'storageClassName'),
    column('VolumeAttributesClass', () => '<unset>'),
    ageColumn,
    wide('VolumeMode', (object) => textAt(object, 'spec', 'volumeMode') ?? '<unset>'),
  ],
  resourcequotas: [
    nameColumn,
    column('Request', (object) => quotaText(object, false)),
    column('Limit', (object) => quotaText(object, true)),
    ageColumn,
  ],
  limitranges: [nameColumn, createdColumn],
  storageclasses: [
    column('Name', ({ metadata }) => {
      const main = metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
      return main ? `${metadata.name} (default)` : metadata.name;
    }),
    text('Provisioner', 'provisioner'),
    column('ReclaimPolicy', (object) => textAt(object, 'reclaimPolicy') ?? 'Delete'),
    column('VolumeBindingMode', (object) => textAt(object, 'volumeBindingMode') ?? 'Immediate'),
    column('AllowVolumeExpansion', (object) => at(object, 'allowVolumeExpansion') === true, 'boolean'),
    ageColumn,
  ],
  volumeattachments: [
    nameColumn,
    text('Attacher', 'spec', 'attacher'),
    text('PV', 'spec', 'source', 'persistentVolumeName'),
    text('Node', 'spec', 'nodeName'),
    column('Attached', (object) => at(object, 'status', 'attached') === true, 'boolean'),
    ageColumn,
  ],
  roles: [nameColumn, createdColumn],
  clusterroles: [nameColumn, createdColumn],
  rolebindings: binding,
  clusterrolebindings: binding,
  leases: [nameColumn, text('Holder', 'spec', 'holderIdentity'), ageColumn],
  priorityclasses: [
    nameColumn,
    column('Value', (object) => numberAt(object, 'value') ?? 0, 'integer'),
    column('Global-Default', (object) => at(object, 'globalDefault') === true, 'boolean'),
    ageColumn,
    orNone('PreemptionPolicy', 'preemptionPolicy'),
  ],
  validatingwebhookconfigurations: webhooks,
  mutatingwebhookconfigurations: webhooks,
  customresourcedefinitions: [nameColumn, createdColumn],
};

function nodeStatus(node: KubeObject): string {
  const ready = recordsAt(node, 'status', 'conditions').find((one) => one.type === 'Ready');
  const word = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown';
  return at(node, 'spec', 'unschedulable') === true ? `${word},SchedulingDisabled` : word;
}

function nodeRoles({ metadata }: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  return (
    roles
      .map((label) => label.slice(prefix.length))
      .sort()
      .join(',') || '<none>'
  );
}

const address = (node: KubeObject, type: string): string =>
  textAt(
    recordsAt(node, 'status', 'addresses').find((one) => one.type === type),
    'address',
  ) ?? '<none>';

const lastSeen = (event: KubeObject): string | undefined =>
  textAt(event, 'series', 'lastObservedTime') ?? textAt(event, 'lastTimestamp') ?? textAt(event, 'eventTime');

const MODES: Record<string, string> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
const accessModes = (modes: unknown[]): string => modes.map((mode) => MODES[String(mode)] ?? String(mode)).join(',');

function quotaText(quota: KubeObject, limits: boolean): string {
  const hard = textsAt(quota, 'status', 'hard');
  const used = textsAt(quota, 'status', 'used');
  const names = Object.keys(hard)
    .filter((name) => name.startsWith('limits.') === limits)
    .sort();
  return names.map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`).join(', ');
}
