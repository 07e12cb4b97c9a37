import type { EvidenceLine, Verdict } from '../finding.ts';
import { objectLine } from '../lines.ts';
import {
  appliedTarget,
  declaredLine,
  isProbed,
  isUnserved,
  meantPort,
  portSigns,
  servedPorts,
} from '../looks/service-ports.ts';
import {
  declaredPorts,
  isSelecting,
  type ServicePort,
  type Services,
  type ServiceView,
  servicesOf,
  targetOfPort,
} from '../looks/services.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** A port of a Service leads to a name that no container has, or to a number that none declares and where nothing answers. */
export const servicePortMismatch: Rule = {
  cause: 'ServicePortMismatch',
  async examine(scene) {
    const services = await servicesOf(scene);
    const found: Verdict[] = [];
    for (const view of services.views.filter((one) => isSelecting(one) && one.pods.length > 0)) {
      // Clients of a headless Service talk to the pods themselves, whatever it says about ports.
      if (view.service.spec.clusterIP === 'None') continue;
      for (const port of view.service.spec.ports) {
        const verdict = await verdictFor(scene, view, { port, services });
        if (verdict) found.push(verdict);
      }
    }
    return found;
  },
};

async function verdictFor(
  scene: Scene,
  view: ServiceView,
  { port, services }: { port: ServicePort; services: Services },
): Promise<Verdict | undefined> {
  const target = targetOfPort(port);
  const all = declaredPorts(view.pods);
  if (all.some(({ name, containerPort }) => name === target || containerPort === target)) return undefined;
  const served = servedPorts(view, port.protocol);
  if (typeof target === 'string') return toVerdict(view, port, { confidence: 'proven', lines: [], served });
  if (view.ready.length === 0 || served.length === 0 || isProbed(view.ready, target)) return undefined;
  const signs = await portSigns(scene, view, port);
  if (signs.isProven) return toVerdict(view, port, { confidence: 'proven', lines: signs.lines, served });
  return isUnserved(view, served, services)
    ? toVerdict(view, port, { confidence: 'likely', lines: [], served })
    : undefined;
}

interface Found {
  confidence: 'proven' | 'likely';
  lines: EvidenceLine[];
  served: ReturnType<typeof servedPorts>;
}

function toVerdict(view: ServiceView, port: ServicePort, { confidence, lines, served }: Found): Verdict {
  const target = targetOfPort(port);
  const meant = appliedTarget(view, port) ?? named(port, served);
  return {
    cause: 'ServicePortMismatch',
    confidence,
    object: view.ref,
    params: {
      port: `${port.port}`,
      target: `${target}`,
      right: `${meant ?? served.map(({ containerPort }) => containerPort).join(', ')}`,
    },
    evidence: [
      objectLine(
        view.ref,
        `port ${port.port}/${port.protocol} leads to targetPort ${target}, which no selected pod has`,
      ),
      ...declaredLine(view, declaredPorts(view.pods)),
      ...lines,
    ],
    remedies:
      meant === undefined ? [] : [{ id: 'fix-service-port', target: view.ref, port: port.port, targetPort: meant }],
  };
}

function named(port: ServicePort, served: Found['served']): number | string | undefined {
  const meant = meantPort(port, served);
  return meant && (typeof port.targetPort === 'string' ? (meant.name ?? meant.containerPort) : meant.containerPort);
}
