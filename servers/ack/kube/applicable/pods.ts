import { isRecord, recordOf } from '../objects.ts';
import { elements, type Problem, problem, unlisted, when, words } from './problem.ts';
import { secretVariables } from './secrets.ts';

/**
 * What a pod may ask for: a closed list of fields, and of those no more than the baseline of
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/ allows.
 */

const podFields = words(`
  containers initContainers volumes restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy dnsConfig
  nodeSelector affinity tolerations topologySpreadConstraints serviceAccountName serviceAccount
  automountServiceAccountToken enableServiceLinks imagePullSecrets hostname subdomain setHostnameAsFQDN schedulerName
  priorityClassName preemptionPolicy readinessGates runtimeClassName securityContext shareProcessNamespace hostAliases
  hostNetwork hostPID hostIPC hostUsers os resources schedulingGates`);
const containerFields = words(`
  name image imagePullPolicy command args workingDir ports env envFrom resources resizePolicy restartPolicy volumeMounts
  volumeDevices livenessProbe readinessProbe startupProbe lifecycle securityContext stdin stdinOnce tty
  terminationMessagePath terminationMessagePolicy`);
const volumeKinds = words('name configMap secret emptyDir persistentVolumeClaim projected downwardAPI ephemeral');
const projectedKinds = words('configMap secret downwardAPI');
const safeSysctls = words(`
  kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.ip_unprivileged_port_start net.ipv4.tcp_syncookies
  net.ipv4.ping_group_range net.ipv4.ip_local_reserved_ports net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout
  net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes`);

type Fields = Record<string, unknown>;

/** What stands against a pod template. */
export function podProblems(template: unknown, path: string): Problem[] {
  const { metadata, spec: given, ...rest } = recordOf(template);
  const spec = recordOf(given);
  const at = `${path}.spec`;
  const containers = ['initContainers', 'containers'].flatMap((list) => elements(spec[list], `${at}.${list}`));
  return [
    ...unlisted(rest, new Set(), path),
    ...unlisted(recordOf(metadata), words('labels annotations creationTimestamp'), `${path}.metadata`),
    ...annotationProblems(recordOf(recordOf(metadata).annotations), `${path}.metadata.annotations`),
    ...unlisted(spec, podFields, at),
    ...['hostNetwork', 'hostPID', 'hostIPC'].flatMap((field) =>
      when(spec[field] === true, `${at}.${field}`, 'would share a namespace of the node'),
    ),
    ...when(
      String(spec.priorityClassName ?? '').startsWith('system-'),
      `${at}.priorityClassName`,
      'is for the cluster itself',
    ),
    ...securityProblems(spec.securityContext, `${at}.securityContext`),
    ...elements(spec.volumes, `${at}.volumes`).flatMap(({ fields, at: where }) => volumeProblems(fields, where)),
    ...containers.flatMap(({ fields, at: where }) => containerProblems(fields, where)),
  ];
}

function annotationProblems(annotations: Fields, path: string): Problem[] {
  return Object.entries(annotations).flatMap(([key, value]) =>
    when(
      key.startsWith('container.apparmor.security.beta.kubernetes.io/') && value === 'unconfined',
      `${path}.${key}`,
      'would take the confinement away',
    ),
  );
}

function volumeProblems(volume: Fields, path: string): Problem[] {
  const sources = elements(recordOf(volume.projected).sources, `${path}.projected.sources`);
  return [
    ...unlisted(volume, volumeKinds, path),
    ...sources.flatMap(({ fields, at }) => unlisted(fields, projectedKinds, at)),
    ...claimProblems(recordOf(recordOf(volume.ephemeral).volumeClaimTemplate).spec, `${path}.ephemeral`),
  ];
}

/** What stands against the spec of a claim. */
export const claimProblems = (spec: unknown, path: string): Problem[] =>
  when(
    recordOf(spec).volumeName !== undefined,
    `${path}.volumeName`,
    'would take hold of a volume that is there already',
  );

function containerProblems(container: Fields, path: string): Problem[] {
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].map((field) => [field, container[field]] as const);
  const hooks = Object.entries(recordOf(container.lifecycle)).map(
    ([field, hook]) => [`lifecycle.${field}`, hook] as const,
  );
  return [
    ...unlisted(container, containerFields, path),
    ...securityProblems(container.securityContext, `${path}.securityContext`),
    ...secretVariables(container, path),
    ...[...probes, ...hooks].flatMap(([field, handler]) => handlerProblems(handler, `${path}.${field}`)),
    ...elements(container.ports, `${path}.ports`).flatMap(({ fields: { hostPort }, at }) =>
      when(hostPort !== undefined && hostPort !== 0, `${at}.hostPort`, 'would take a port of the node'),
    ),
    ...elements(container.volumeMounts, `${path}.volumeMounts`).flatMap(({ fields: { mountPropagation }, at }) =>
      when(mountPropagation === 'Bidirectional', `${at}.mountPropagation`, 'would mount on the node'),
    ),
  ];
}

/** A probe with a host of its own makes the kubelet call elsewhere. */
const handlerProblems = (handler: unknown, path: string): Problem[] =>
  ['httpGet', 'tcpSocket'].flatMap((how) =>
    when(Boolean(recordOf(recordOf(handler)[how]).host), `${path}.${how}.host`, 'would have the node call elsewhere'),
  );

function securityProblems(given: unknown, path: string): Problem[] {
  const context = recordOf(given);
  const added = recordOf(context.capabilities).add;
  const bad = (field: string, why: string) => problem(`${path}.${field}`, why);
  return [
    ...when(context.privileged === true, `${path}.privileged`, 'would give the container the node'),
    ...(Array.isArray(added) ? added : [])
      .filter((capability) => capability !== 'NET_BIND_SERVICE')
      .map((capability) => bad('capabilities.add', `may add NET_BIND_SERVICE only, not ${String(capability)}`)),
    ...when(![undefined, 'Default'].includes(context.procMount as string), `${path}.procMount`, 'must be Default'),
    ...['seccompProfile', 'appArmorProfile'].flatMap((field) =>
      when(recordOf(context[field]).type === 'Unconfined', `${path}.${field}`, 'would take the confinement away'),
    ),
    ...when(recordOf(context.windowsOptions).hostProcess === true, `${path}.windowsOptions`, 'would give the node'),
    ...when(isRecord(context.seLinuxOptions), `${path}.seLinuxOptions`, 'is not to be chosen here'),
    ...elements(context.sysctls, `${path}.sysctls`).flatMap(({ fields: { name }, at }) =>
      when(!safeSysctls.has(String(name)), `${at}.name`, 'is not a safe one'),
    ),
  ];
}
