import type { EvidenceLine, Verdict } from '../finding.ts';
import type { Condition, Objects } from '../kinds.ts';
import { objectLine, refOf } from '../lines.ts';
import { looksWidely } from '../looks/looks-widely.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

type Route = Objects['HTTPRoute'];
const GRACE_MS = 2 * 60_000;

/** A route of the Gateway API that its Gateway does not accept, or that leads to a Service or a port that does not exist. */
export const gatewayMisroute: Rule = {
  cause: 'GatewayMisroute',
  async examine(scene) {
    const { alerts, focus } = scene.scope;
    if (!looksWidely(scene) && alerts.length === 0 && focus === undefined) return [];
    const routes = (await scene.list('HTTPRoute')).items.filter(
      ({ metadata }) =>
        metadata.deletionTimestamp === undefined && scene.now - (metadata.creationTimestamp ?? 0) > GRACE_MS,
    );
    if (routes.length === 0) return [];
    const found: Verdict[] = [];
    for (const route of routes) {
      const lines = [
        ...(await strayBackends(scene, route)),
        ...(await strayParents(scene, route)),
        ...refusals(scene, route),
      ];
      if (lines.length > 0) found.push(toVerdict(route, lines));
    }
    return [...found, ...(await scene.list('Gateway')).items.flatMap((gateway) => unprogrammed(scene, gateway))];
  },
};

async function strayBackends(scene: Scene, route: Route): Promise<EvidenceLine[]> {
  const ref = refOf('HTTPRoute', route);
  const found: EvidenceLine[] = [];
  for (const backend of route.spec.rules.flatMap(({ backendRefs }) => backendRefs)) {
    const { name, namespace = route.metadata.namespace, kind = 'Service', port } = backend;
    if (kind !== 'Service') continue;
    const service = await scene.find('Service', namespace, name);
    if (service === 'unknown') continue;
    if (!service) found.push(objectLine(ref, `backendRef Service ${namespace}/${name}: there is no such Service`));
    else if (port !== undefined && !service.spec.ports.some((one) => one.port === port)) {
      const ports = service.spec.ports.map((one) => one.port).join(', ');
      found.push(objectLine(ref, `backendRef Service ${namespace}/${name} port ${port}: its ports are ${ports}`));
    }
  }
  return found;
}

async function strayParents(scene: Scene, route: Route): Promise<EvidenceLine[]> {
  const ref = refOf('HTTPRoute', route);
  const found: EvidenceLine[] = [];
  for (const { name, namespace = route.metadata.namespace, kind = 'Gateway', sectionName } of route.spec.parentRefs) {
    if (kind !== 'Gateway') continue;
    const gateway = await scene.find('Gateway', namespace, name);
    if (gateway === 'unknown') continue;
    const listeners = gateway?.spec.listeners.map((listener) => listener.name) ?? [];
    if (!gateway) found.push(objectLine(ref, `parentRef Gateway ${namespace}/${name}: there is no such Gateway`));
    else if (sectionName !== undefined && !listeners.includes(sectionName))
      found.push(
        objectLine(ref, `parentRef ${name} listener ${sectionName}: its listeners are ${listeners.join(', ')}`),
      );
  }
  return found;
}

/** What controllers say of a route. https://gateway-api.sigs.k8s.io/reference/spec/#routeconditionreason */
function refusals(scene: Scene, route: Route): EvidenceLine[] {
  const ref = refOf('HTTPRoute', route);
  return route.status.parents.flatMap(({ conditions }) =>
    conditions
      .filter(({ type }) => type === 'Accepted' || type === 'ResolvedRefs')
      .flatMap((one) => refused(scene, one, ref)),
  );
}

function refused(scene: Scene, condition: Condition, ref: Parameters<typeof objectLine>[0]): EvidenceLine[] {
  const { type, status, reason = '', message = '', lastTransitionTime = 0 } = condition;
  if (status !== 'False' || reason === 'Pending' || scene.now - lastTransitionTime < GRACE_MS) return [];
  return [objectLine(ref, `${type}=False ${reason}: ${message}`, lastTransitionTime)];
}

function toVerdict(route: Route, lines: readonly EvidenceLine[]): Verdict {
  return {
    cause: 'GatewayMisroute',
    confidence: 'proven',
    object: refOf('HTTPRoute', route),
    params: { detail: lines[0]?.text ?? '' },
    evidence: lines.slice(0, 6),
  };
}

/** A Gateway that no controller has taken up, or that it could not set up. A missing Secret has a rule of its own. */
function unprogrammed(scene: Scene, gateway: Objects['Gateway']): Verdict[] {
  const ref = refOf('Gateway', gateway);
  const bad = gateway.status.conditions
    .filter(({ type }) => type === 'Accepted' || type === 'Programmed')
    .flatMap((one) => refused(scene, one, ref));
  const conflicts = gateway.status.listeners.flatMap(({ conditions }) =>
    conditions
      .filter(({ reason }) => reason !== 'InvalidCertificateRef')
      .flatMap((one) =>
        one.type === 'Conflicted' && one.status === 'True'
          ? [objectLine(ref, `Conflicted=True ${one.reason}: ${one.message ?? ''}`)]
          : [],
      ),
  );
  const isSecrets = gateway.status.listeners.some(({ conditions }) =>
    conditions.some(({ reason, status }) => reason === 'InvalidCertificateRef' && status === 'False'),
  );
  const lines = [...bad, ...conflicts];
  if (lines.length === 0 || isSecrets || gateway.metadata.deletionTimestamp !== undefined) return [];
  return [
    {
      cause: 'GatewayMisroute',
      confidence: 'likely',
      object: ref,
      params: { detail: lines[0]?.text ?? '' },
      evidence: lines.slice(0, 6),
    },
  ];
}
