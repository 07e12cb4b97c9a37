import type { EvidenceLine, Verdict } from '../finding.ts';
import { objectLine } from '../lines.ts';
import { appliedSpec } from '../looks/applied.ts';
import { complaintsAbout, complaintsOf } from '../looks/complaints.ts';
import { declaredLine, isProbed } from '../looks/service-ports.ts';
import {
  declaredPorts,
  isSelecting,
  type ServicePort,
  type ServiceView,
  servicesOf,
  targetOfPort,
} from '../looks/services.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** A port of a Service forwards one protocol to a port that its pods have for another one. */
export const serviceProtocolMismatch: Rule = {
  cause: 'ServiceProtocolMismatch',
  async examine(scene) {
    const { views } = await servicesOf(scene);
    const found: Verdict[] = [];
    for (const view of views.filter((one) => isSelecting(one) && one.pods.length > 0))
      for (const port of view.service.spec.ports) {
        const verdict = await verdictFor(scene, view, port);
        if (verdict) found.push(verdict);
      }
    return found;
  },
};

async function verdictFor(scene: Scene, view: ServiceView, port: ServicePort): Promise<Verdict | undefined> {
  const target = targetOfPort(port);
  const declared = declaredPorts(view.pods);
  const same = declared.filter(({ name, containerPort }) => name === target || containerPort === target);
  if (same.some(({ protocol }) => protocol === port.protocol)) return spokenTo(scene, view, port);
  const [other] = same;
  if (!other) return undefined;
  const signs = await signsOf(scene, view, { port, other: other.protocol });
  // A port by its name has to be of the same protocol, or the Service has no endpoint there. By its number everything is
  // forwarded, and containers need not say which protocol they mean: UDP said outright is a sign, TCP the default.
  const isByName = typeof target === 'string';
  if (!isByName && signs.length === 0 && other.protocol === 'TCP') return undefined;
  return toVerdict(view, port, {
    spoken: other.protocol,
    confidence: isByName || signs.length > 0 ? 'proven' : 'likely',
    lines: [...declaredLine(view, same), ...signs],
  });
}

async function signsOf(
  scene: Scene,
  view: ServiceView,
  { port, other }: { port: ServicePort; other: string },
): Promise<EvidenceLine[]> {
  const complaints = complaintsAbout(await complaintsOf(scene), view.ref).filter(
    ({ match }) => match.port === undefined || match.port === port.port,
  );
  const applied = appliedProtocol(view, port);
  const isAskedByTcp = other === 'TCP' && isProbed(view.ready, targetOfPort(port));
  return [
    ...complaints.slice(0, 1).map(({ line }) => line),
    ...(applied === other ? [objectLine(view.ref, `port ${port.port} was last applied with protocol ${applied}`)] : []),
    ...(isAskedByTcp ? [objectLine(view.ref, `a probe reaches port ${targetOfPort(port)} of its pods by TCP`)] : []),
  ];
}

function appliedProtocol({ service }: ServiceView, { port }: ServicePort): string | undefined {
  const ports = appliedSpec(service)?.ports;
  if (!Array.isArray(ports)) return undefined;
  const found = ports.find(
    (one: unknown) => one !== null && typeof one === 'object' && 'port' in one && one.port === port,
  );
  return found ? String(found.protocol ?? 'TCP') : undefined;
}

/** The transport is right, but clients speak TLS to what speaks plainly, or the other way round. */
async function spokenTo(scene: Scene, view: ServiceView, port: ServicePort): Promise<Verdict | undefined> {
  const [first] = complaintsAbout(await complaintsOf(scene), view.ref).filter(
    ({ match }) => match.kind === 'protocol-mismatch' && (match.port === undefined || match.port === port.port),
  );
  if (!first) return undefined;
  const plain = /HTTP response to HTTPS client|does not look like a TLS|wrong.version.number|plaintext connection/i;
  return toVerdict(view, port, {
    spoken: plain.test(first.match.line) ? 'HTTP' : 'HTTPS',
    confidence: 'likely',
    lines: [first.line],
  });
}

interface Found {
  spoken: string;
  confidence: 'proven' | 'likely';
  lines: EvidenceLine[];
}

function toVerdict(view: ServiceView, port: ServicePort, { spoken, confidence, lines }: Found): Verdict {
  const said = [port.protocol, ...(port.appProtocol ? [port.appProtocol] : [])].join(', ');
  return {
    cause: 'ServiceProtocolMismatch',
    confidence,
    object: view.ref,
    params: { port: `${port.port}`, protocol: port.protocol, right: spoken },
    evidence: [objectLine(view.ref, `port ${port.port} is for ${said}; its pods speak ${spoken} there`), ...lines],
  };
}
