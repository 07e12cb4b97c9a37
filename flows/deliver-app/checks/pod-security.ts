import { everyContainer, objectText, type PodSpec } from '../objects.ts';
import { type Check, finding } from './check.ts';

/**
 * What the namespace refuses: a Deployment is taken, and its pods are not, so nothing would ever run.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export const podSecurity: Check = ({ parts, facts, namespace }) => {
  const level = facts.namespace?.podSecurity;
  if (level !== 'restricted' && level !== 'baseline') return [];
  return parts.flatMap(({ spec, object }) => {
    const broken = [...(level === 'restricted' ? restricted(spec) : []), ...baseline(spec)];
    if (broken.length === 0) return [];
    const why = [...new Set(broken)].join(', ');
    return [finding('block', 'pod-security', { object: objectText(object), namespace, level, why })];
  });
};

function baseline(spec: PodSpec): string[] {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true);
  const volumes = spec.volumes.some(({ hostPath }) => hostPath !== undefined) ? ['hostPath'] : [];
  const containers = everyContainer(spec).flatMap(({ securityContext, ports }) => [
    ...(securityContext.privileged === true ? ['privileged'] : []),
    ...(ports.some(({ hostPort = 0 }) => hostPort > 0) ? ['hostPort'] : []),
  ]);
  return [...shared, ...volumes, ...containers];
}

function restricted(spec: PodSpec): string[] {
  return everyContainer(spec).flatMap(({ securityContext: own }) => {
    const nonRoot = own.runAsNonRoot ?? spec.securityContext.runAsNonRoot;
    const user = own.runAsUser ?? spec.securityContext.runAsUser;
    const profile = (own.seccompProfile ?? spec.securityContext.seccompProfile)?.type;
    const added = own.capabilities?.add.filter((one) => one !== 'NET_BIND_SERVICE') ?? [];
    return [
      ...(nonRoot === true && user !== 0 ? [] : ['runAsNonRoot']),
      ...(own.allowPrivilegeEscalation === false ? [] : ['allowPrivilegeEscalation']),
      ...(own.capabilities?.drop.includes('ALL') && added.length === 0 ? [] : ['capabilities']),
      ...(profile === 'RuntimeDefault' || profile === 'Localhost' ? [] : ['seccompProfile']),
    ];
  });
}
