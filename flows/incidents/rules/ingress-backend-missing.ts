import type { Verdict } from '../finding.ts';
import type { Objects, Service } from '../kinds.ts';
import { eventLine, objectLine, refOf } from '../lines.ts';
import { isVirtual, type Route, routesOf } from '../looks/ingress-routes.ts';
import type { Rule } from '../rule.ts';
import type { Known, Scene } from '../scene.ts';

/** An Ingress sends requests to a Service, or to a port of one, that does not exist. */
export const ingressBackendMissing: Rule = {
  cause: 'IngressBackendMissing',
  async examine(scene) {
    const ingresses = await scene.list('Ingress');
    const found: Verdict[] = [];
    for (const ingress of ingresses.items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
      const verdict = verdictFor(scene, ingress, await scene.list('Service', ingress.metadata.namespace));
      if (verdict) found.push(verdict);
    }
    return found;
  },
};

function verdictFor(scene: Scene, ingress: Objects['Ingress'], services: Known<Service>): Verdict | undefined {
  const broken = routesOf(ingress).flatMap((route) => {
    const why = isVirtual(route) ? undefined : whyBroken(route, services);
    return why ? [{ route, why }] : [];
  });
  const [first] = broken;
  if (!first) return undefined;
  const ref = refOf('Ingress', ingress);
  const said = scene
    .eventsOf(ref)
    .filter(({ type, message }) => type !== 'Normal' && message.includes(first.route.service));
  return {
    cause: 'IngressBackendMissing',
    confidence: 'proven',
    object: ref,
    params: { backend: backendText(first.route), where: first.route.where },
    evidence: [
      ...broken
        .slice(0, 4)
        .map(({ route, why }) => objectLine(ref, `${route.where} leads to ${backendText(route)}: ${why}`)),
      ...said.slice(0, 1).map(eventLine),
    ],
  };
}

const backendText = ({ service, port }: Route): string =>
  `Service ${service}${port === undefined ? '' : ` port ${port}`}`;

function whyBroken({ service, port }: Route, services: Known<Service>): string | undefined {
  const found = services.items.find(({ metadata }) => metadata.name === service);
  if (!found) return services.known ? 'there is no such Service' : undefined;
  const { ports, type } = found.spec;
  if (port === undefined || type === 'ExternalName' || ports.length === 0) return undefined;
  if (ports.some((one) => one.port === port || one.name === port)) return undefined;
  const have = ports.map((one) => (one.name ? `${one.name}=${one.port}` : `${one.port}`)).join(', ');
  return `its ports are ${have}`;
}
