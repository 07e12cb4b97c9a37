import type { EvidenceLine } from '../finding.ts';
import type { Pod, Probe } from '../kinds.ts';
import { logLine, objectLine, podRef } from '../lines.ts';
import type { Scene } from '../scene.ts';
import { type Complaint, complaintsAbout, complaintsOf } from './complaints.ts';
import {
  appliedPorts,
  type DeclaredPort,
  declaredPorts,
  type ServicePort,
  type Services,
  type ServiceView,
  targetOfPort,
} from './services.ts';

/** Ports of helpers that stand beside the program: that they are declared says nothing about the program's own. */
const SIDECAR =
  /^(?:istio-proxy|linkerd-proxy|envoy|envoy-sidecar|consul-.*|dapr?d|vault-agent|cloud-?sql-proxy|.*-exporter|metrics)$/;
const SIDE_PORT = /metric|prom|health|admin|debug|jmx|status|probe|telemetry/i;

/** The declared ports that clients could mean, of the program itself. */
export function servedPorts(view: ServiceView, protocol: string): DeclaredPort[] {
  return declaredPorts(view.pods).filter(
    (one) => one.protocol === protocol && !SIDECAR.test(one.container) && !SIDE_PORT.test(one.name ?? ''),
  );
}

/** What shows that a port of a Service leads nowhere. */
export interface PortSigns {
  lines: EvidenceLine[];
  /** Somebody is refused, the program says where it listens, or the port was another one. */
  isProven: boolean;
}

/** Looks for what proves that nothing listens where a port of a Service leads to. */
export async function portSigns(scene: Scene, view: ServiceView, port: ServicePort): Promise<PortSigns> {
  const refused = complaintsAbout(await complaintsOf(scene), view.ref).filter((one) => isRefused(one, port));
  const applied = appliedTarget(view, port);
  const listens = await listeningLine(scene, view, targetOfPort(port));
  const lines = [
    ...refused.slice(0, 1).map(({ line }) => line),
    ...(applied === undefined
      ? []
      : [objectLine(view.ref, `port ${port.port} was last applied with targetPort ${applied}`)]),
    ...(listens ? [listens] : []),
  ];
  return { lines, isProven: lines.length > 0 };
}

const isRefused = ({ match }: Complaint, { port }: ServicePort): boolean =>
  match.kind === 'connection-refused' && (match.port === undefined || match.port === port);

/** The target that this port was last applied with, if it is another one now and that one exists. */
export function appliedTarget(view: ServiceView, port: ServicePort): number | string | undefined {
  const before = appliedPorts(view.service).find((one) => one.port === port.port);
  if (!before) return undefined;
  const { targetPort = before.port } = before;
  const isDeclared = declaredPorts(view.pods).some(
    ({ name, containerPort }) => name === targetPort || containerPort === Number(targetPort),
  );
  return String(targetPort) !== String(targetOfPort(port)) && isDeclared ? targetPort : undefined;
}

const LISTENS =
  /\b(?:listening|listen|serving|started|running|bound)\b[^\n]{0,60}?(?:(?:https?|tcp|grpc):\/\/\S{0,60}?:|port\(?s?\)?[:= ]{1,3}|(?:\d{1,3}\.){3}\d{1,3}:|\[::\]:|localhost:|\*:|[ =]:)(\d{2,5})\b/i;

/** A line in which the program says that it listens elsewhere, and none that says it listens there. */
async function listeningLine(scene: Scene, { ready, service }: ServiceView, target: number | string) {
  const [pod] = ready;
  const container = pod?.spec.containers.find(({ name }) => !SIDECAR.test(name));
  if (!pod || !container || typeof target === 'string' || service.spec.ports.length > 3) return undefined;
  const log = await scene.logs(pod, container.name);
  const heard = (log?.lines ?? []).slice(0, 200).flatMap((line) => {
    const port = LISTENS.exec(line.slice(0, 600))?.[1];
    return port ? [{ line, port: Number(port) }] : [];
  });
  const isDeclared = (port: number) => container.ports.some(({ containerPort }) => containerPort === port);
  const elsewhere = heard.find(({ port }) => isDeclared(port));
  return log && elsewhere && !heard.some(({ port }) => port === target) ? logLine(log, elsewhere.line) : undefined;
}

/** A probe of a ready pod asks at this port: something listens there. */
export function isProbed(pods: readonly Pod[], target: number | string): boolean {
  return pods.some(({ spec }) =>
    spec.containers.some(({ readinessProbe, livenessProbe, ports }) =>
      [readinessProbe, livenessProbe].some((probe) => {
        const asked = probePort(probe);
        const number = ports.find(({ name }) => name === asked)?.containerPort ?? asked;
        return asked !== undefined && (asked === target || Number(number) === Number(target));
      }),
    ),
  );
}

const probePort = (probe: Probe | undefined): number | string | undefined =>
  probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;

/** No port of any Service leads to one of these: they are what the stray port was meant for. */
export function isUnserved(view: ServiceView, ports: readonly DeclaredPort[], services: Services): boolean {
  const others = view.workloads.flatMap((workload) => services.ofWorkload(workload));
  const targets = new Set(
    [view, ...others].flatMap(({ service }) => service.spec.ports.map((port) => String(targetOfPort(port)))),
  );
  return ports.every(({ name, containerPort }) => !targets.has(String(containerPort)) && !targets.has(name ?? ''));
}

/** The declared port that a port of a Service was meant for, where that is plain. */
export function meantPort(port: ServicePort, declared: readonly DeclaredPort[]): DeclaredPort | undefined {
  const byName = declared.find(({ name }) => name !== undefined && name === port.name);
  const byNumber = declared.find(({ containerPort }) => containerPort === port.port);
  return byName ?? byNumber ?? (declared.length === 1 ? declared[0] : undefined);
}

/** The ports of a workload's pods, as evidence. */
export function declaredLine(view: ServiceView, declared: readonly DeclaredPort[]): EvidenceLine[] {
  const [pod] = view.pods;
  const all = declared.map(({ container, name, containerPort, protocol }) => {
    return `${container}: ${name ? `${name}=` : ''}${containerPort}/${protocol}`;
  });
  return pod ? [objectLine(podRef(pod), `declares the ports ${all.join(', ') || 'none'}`)] : [];
}
