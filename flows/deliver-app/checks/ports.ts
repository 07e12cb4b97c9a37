import type { JsonObject } from '../../../src/tools/types.ts';
import { asObject, type Container, everyContainer } from '../objects.ts';
import { type Check, type Finding, finding, type Part } from './check.ts';

/** Whether what leads to the program leads to a port that it declares. */
export const ports: Check = ({ parts, objects }) => [
  ...parts.flatMap(({ spec }) => everyContainer(spec).flatMap(probes)),
  ...objects.filter(({ kind }) => kind === 'Service').flatMap((service) => targets(service, parts)),
];

const fits = ({ ports: own }: Pick<Container, 'ports'>, port: string | number): boolean =>
  own.some(({ name, containerPort }) => (typeof port === 'number' ? containerPort === port : name === port));

function probes(container: Container): Finding[] {
  const { name, livenessProbe, readinessProbe, startupProbe } = container;
  const asked = [livenessProbe, readinessProbe, startupProbe].flatMap((probe) => {
    const port = probe?.httpGet?.port ?? probe?.tcpSocket?.port;
    return port === undefined ? [] : [port];
  });
  // A number that is not declared may still be listened on; a name that is not declared is none.
  const lost = asked.filter(
    (port) => !fits(container, port) && (typeof port === 'string' || container.ports.length > 0),
  );
  return [...new Set(lost)].map((port) =>
    finding(typeof port === 'string' ? 'block' : 'warn', 'probe-port', { container: name, port: `${port}` }),
  );
}

function targets({ metadata, spec }: JsonObject & { metadata: { name: string } }, parts: readonly Part[]): Finding[] {
  const { selector, ports: list } = asObject(spec);
  const wanted = Object.entries(asObject(selector));
  if (wanted.length === 0 || parts.length === 0) return [];
  const selected = parts.filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value));
  if (selected.length === 0) return [finding('warn', 'service-selects-none', { service: metadata.name })];
  return (Array.isArray(list) ? list : []).flatMap((one) => {
    const { targetPort, port } = asObject(one);
    const target = typeof targetPort === 'string' || typeof targetPort === 'number' ? targetPort : Number(port);
    const containers = selected.flatMap(({ spec: pod }) => pod.containers);
    if (containers.some((container) => fits(container, target))) return [];
    // Declared ports are information only: a program may listen on one that is not.
    const isSure = typeof target === 'string' || containers.every(({ ports: own }) => own.length > 0);
    return [finding(isSure ? 'block' : 'warn', 'service-port', { service: metadata.name, port: `${target}` })];
  });
}
