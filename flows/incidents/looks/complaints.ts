import type { EvidenceLine } from '../finding.ts';
import { logLine } from '../lines.ts';
import { oncePerScene } from '../once.ts';
import type { Scene } from '../scene.ts';
import { type Target, targetOf } from './addresses.ts';
import type { LogKind } from './log-patterns.ts';
import type { LogMatch } from './log-signatures.ts';
import { presentMatches, type Reading, readings } from './readings.ts';
import { servicesOf } from './services.ts';

/** What a program's log says about another one: which address, and what stands behind it. */
export interface Complaint {
  reading: Reading;
  match: LogMatch;
  target: Target;
  line: EvidenceLine;
}

const ADDRESSED: ReadonlySet<LogKind> = new Set<LogKind>([
  'dns',
  'connection-refused',
  'unreachable',
  'connection-reset',
  'timeout',
  'protocol-mismatch',
  'tls-expired',
]);

/** What the logs that are worth a look complain about now, of addresses that they name. */
export const complaintsOf = oncePerScene(async (scene: Scene): Promise<Complaint[]> => {
  const byIp = await serviceIps(scene);
  const found: Complaint[] = [];
  for (const reading of await readings(scene)) {
    const { log, workload } = reading;
    if (!log) continue;
    for (const match of presentMatches(scene, reading).filter(({ kind }) => ADDRESSED.has(kind))) {
      const target = await addressed(scene, workload.ref.namespace ?? 'default', match, byIp);
      found.push({ reading, match, target, line: logLine(log, match.line) });
    }
  }
  return found;
});

/** What a line of a program of this namespace speaks of, by name or by the IP of a Service. */
export async function targetOfMatch(scene: Scene, from: string, match: LogMatch): Promise<Target> {
  return addressed(scene, from, match, await serviceIps(scene));
}

type ServiceIps = ReadonlyMap<string, Extract<Target, { kind: 'service' }>['service']>;

async function serviceIps(scene: Scene): Promise<ServiceIps> {
  const { views } = await servicesOf(scene);
  return new Map(
    views.flatMap(({ service }) => {
      const { clusterIP } = service.spec;
      return clusterIP && clusterIP !== 'None' ? [[clusterIP, service] as const] : [];
    }),
  );
}

async function addressed(scene: Scene, from: string, { host, port }: LogMatch, byIp: ServiceIps): Promise<Target> {
  if (host === undefined) return { kind: 'unknown' };
  const service = byIp.get(host);
  if (service) {
    const hasPort = port === undefined || service.spec.ports.some((one) => one.port === port);
    return { kind: 'service', service, namespace: service.metadata.namespace ?? from, hasPort };
  }
  if (/^[\d.]+$/.test(host) || host.includes(':')) return { kind: 'external' };
  return targetOf(scene, from, { host, ...(port !== undefined && { port }) });
}

/** Complaints about a Service, by its name or its IP. */
export function complaintsAbout(
  complaints: readonly Complaint[],
  { namespace, name }: { namespace?: string; name: string },
): Complaint[] {
  return complaints.filter(
    ({ target }) =>
      target.kind === 'service' && target.service.metadata.name === name && target.namespace === (namespace ?? ''),
  );
}
