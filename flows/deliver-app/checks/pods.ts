import { asObject, containersOf, everyContainer, objectText, ROLLING } from '../objects.ts';
import { type Check, type Finding, finding, type Part } from './check.ts';

/** What pods may do on their node, and whether the cluster can tell how they are. */
export const pods: Check = ({ parts, environment }) =>
  parts.flatMap((part) => [...reach(part), ...rights(part), ...sizes(part), ...health(part, environment)]);

/** Beyond its own walls. https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline */
function reach({ spec, object }: Part): Finding[] {
  const on = objectText(object);
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true);
  return [
    ...shared.map((field) => finding('block', 'host-shared', { object: on, field })),
    ...(spec.volumes.some(({ hostPath }) => hostPath !== undefined)
      ? [finding('block', 'host-path', { object: on })]
      : []),
    ...everyContainer(spec).flatMap(({ name, securityContext, ports }) => [
      ...(securityContext.privileged ? [finding('block', 'privileged', { container: name })] : []),
      ...(ports.some(({ hostPort }) => hostPort !== undefined && hostPort > 0)
        ? [finding('warn', 'host-port', { container: name })]
        : []),
    ]),
  ];
}

function rights({ spec }: Part): Finding[] {
  return everyContainer(spec).flatMap(({ name, securityContext, env }) => {
    const user = securityContext.runAsUser ?? spec.securityContext.runAsUser;
    const nonRoot = securityContext.runAsNonRoot ?? spec.securityContext.runAsNonRoot;
    const literal = env.filter(
      ({ name: variable, value }) => value !== undefined && value !== '' && isSecretName(variable),
    );
    return [
      ...(user === 0 || (nonRoot !== true && user === undefined)
        ? [finding('warn', 'runs-as-root', { container: name })]
        : []),
      ...literal.map(({ name: variable }) => finding('block', 'literal-secret', { container: name, variable })),
    ];
  });
}

/** A variable that people keep secrets in. */
const isSecretName = (name: string): boolean =>
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)(?:$|_)/i.test(
    name,
  ) && !/_(?:FILE|PATH|NAME|TTL|URL)$/i.test(name);

function sizes({ spec }: Part): Finding[] {
  return containersOf(spec).flatMap(({ name, resources: { requests, limits } }) => [
    ...(['cpu', 'memory'].some((resource) => requests[resource] === undefined && limits[resource] === undefined)
      ? [finding('warn', 'no-requests', { container: name })]
      : []),
    ...(limits.memory === undefined ? [finding('warn', 'no-memory-limit', { container: name })] : []),
  ]);
}

function health({ spec, object, replicas }: Part, environment: string): Finding[] {
  if (!ROLLING.includes(object.kind)) return [];
  const unprobed = containersOf(spec).filter(({ readinessProbe }) => readinessProbe === undefined);
  return [
    ...unprobed.map(({ name }) => finding('warn', 'no-readiness', { container: name })),
    ...(environment === 'prod' && replicas === 1 && object.kind === 'Deployment'
      ? [finding('warn', 'single-copy', { object: objectText(object) })]
      : []),
  ];
}

/** What stands in a ConfigMap everybody can read who may read the namespace. https://kubernetes.io/docs/concepts/configuration/configmap/ */
export const settings: Check = ({ objects }) =>
  objects
    .filter(({ kind }) => kind === 'ConfigMap')
    .flatMap(({ metadata, data }) =>
      Object.entries(asObject(data))
        .filter(([variable, value]) => isSecretName(variable) && value !== '')
        .map(([variable]) => finding('block', 'literal-setting', { config: metadata.name, variable })),
    );
