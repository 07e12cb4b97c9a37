import { forbidden } from '../errors.ts';
import { at, isRecord, listAt, numberAt, recordsAt, textAt } from '../fields.ts';
import type { KubeObject, Resource } from '../objects.ts';
import type { ObjectStore } from '../store.ts';

type Rule = (spec: unknown) => string | undefined;

const containersOf = (spec: unknown) => [...recordsAt(spec, 'initContainers'), ...recordsAt(spec, 'containers')];

/** `container "a"` or `containers "a", "b"`, for those a test finds. */
function offenders(spec: unknown, test: (container: Record<string, unknown>) => boolean): string | undefined {
  const names = containersOf(spec)
    .filter(test)
    .map((one) => `"${textAt(one, 'name')}"`);
  return names.length === 0 ? undefined : `container${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
}

const context = (container: unknown, ...path: string[]) => at(container, 'securityContext', ...path);
/** A container's own word, or the pod's where it has none. */
const effective = (spec: unknown, container: unknown, ...path: string[]) =>
  context(container, ...path) ?? at(spec, 'securityContext', ...path);
const inWords = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

const hostNamespaces: Rule = (spec) => {
  const on = ['hostNetwork', 'hostPID', 'hostIPC'].filter((name) => at(spec, name) === true);
  return on.length > 0 ? `host namespaces (${on.map((name) => `${name}=true`).join(', ')})` : undefined;
};
const privileged: Rule = (spec) => {
  const who = offenders(spec, (one) => context(one, 'privileged') === true);
  return who && `privileged (${who} must not set securityContext.privileged=true)`;
};
/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline */
const ALLOWED_CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);
const capabilities: Rule = (spec) => {
  const beyond = (one: unknown) =>
    listAt(one, 'securityContext', 'capabilities', 'add')
      .map(String)
      .filter((name) => !ALLOWED_CAPABILITIES.has(name));
  const who = offenders(spec, (one) => beyond(one).length > 0);
  const names = [...new Set(containersOf(spec).flatMap(beyond))].sort();
  return (
    who && `non-default capabilities (${who} must not include ${inWords(names)} in securityContext.capabilities.add)`
  );
};
const hostPath: Rule = (spec) => {
  const names = recordsAt(spec, 'volumes')
    .filter((one) => isRecord(one.hostPath))
    .map((one) => String(one.name));
  return names.length > 0 ? `hostPath volumes (volume${names.length > 1 ? 's' : ''} ${inWords(names)})` : undefined;
};
const hostPorts: Rule = (spec) => {
  const used = (one: unknown) => recordsAt(one, 'ports').flatMap((port) => numberAt(port, 'hostPort') || []);
  const who = offenders(spec, (one) => used(one).length > 0);
  const ports = [...new Set(containersOf(spec).flatMap(used))];
  return who && `hostPort (${who} uses hostPort${ports.length > 1 ? 's' : ''} ${ports.join(', ')})`;
};
const BASELINE: Rule[] = [hostNamespaces, privileged, capabilities, hostPath, hostPorts];

const FREE_VOLUMES = new Set(
  'name configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' '),
);
const escalation: Rule = (spec) => {
  const who = offenders(spec, (one) => context(one, 'allowPrivilegeEscalation') !== false);
  return who && `allowPrivilegeEscalation != false (${who} must set securityContext.allowPrivilegeEscalation=false)`;
};
const dropAll: Rule = (spec) => {
  const who = offenders(spec, (one) => !listAt(one, 'securityContext', 'capabilities', 'drop').includes('ALL'));
  return who && `unrestricted capabilities (${who} must set securityContext.capabilities.drop=["ALL"])`;
};
const volumeTypes: Rule = (spec) => {
  const bad = recordsAt(spec, 'volumes').flatMap((volume) => {
    const type = Object.keys(volume).find((key) => !FREE_VOLUMES.has(key));
    return type ? [`volume "${volume.name}" uses restricted volume type "${type}"`] : [];
  });
  return bad.length > 0 ? `restricted volume types (${bad.join('; ')})` : undefined;
};
const nonRoot: Rule = (spec) => {
  const who = offenders(spec, (one) => effective(spec, one, 'runAsNonRoot') !== true);
  return who && `runAsNonRoot != true (pod or ${who} must set securityContext.runAsNonRoot=true)`;
};
const rootUser: Rule = (spec) => {
  if (numberAt(spec, 'securityContext', 'runAsUser') === 0) return 'runAsUser=0 (pod must not set runAsUser=0)';
  const who = offenders(spec, (one) => context(one, 'runAsUser') === 0);
  return who && `runAsUser=0 (${who} must not set runAsUser=0)`;
};
const seccomp: Rule = (spec) => {
  const types = ['RuntimeDefault', 'Localhost'];
  const who = offenders(spec, (one) => !types.includes(String(effective(spec, one, 'seccompProfile', 'type'))));
  return (
    who &&
    `seccompProfile (pod or ${who} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`
  );
};
const RESTRICTED: Rule[] = [
  ...BASELINE.filter((rule) => rule !== hostPath),
  escalation,
  dropAll,
  volumeTypes,
  nonRoot,
  rootUser,
  seccomp,
];
const LEVELS: Record<string, Rule[]> = { baseline: BASELINE, restricted: RESTRICTED };

/** Refuses a pod that breaks the level its namespace enforces. https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
export function checkPodSecurity(store: ObjectStore, resource: Resource, pod: KubeObject): void {
  const { namespace = '', name } = pod.metadata;
  const labels = store.get('namespaces', undefined, namespace)?.metadata.labels ?? {};
  const level = labels['pod-security.kubernetes.io/enforce'] ?? 'privileged';
  const broken = (LEVELS[level] ?? []).flatMap((rule) => rule(pod.spec) ?? []);
  if (broken.length === 0) return;
  const version = labels['pod-security.kubernetes.io/enforce-version'] ?? 'latest';
  throw forbidden(resource, name, `violates PodSecurity "${level}:${version}": ${broken.join(', ')}`);
}
