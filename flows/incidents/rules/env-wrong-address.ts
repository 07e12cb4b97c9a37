import { type EvidenceLine, type ObjectRef, refKey, type Verdict } from '../finding.ts';
import type { Container } from '../kinds.ts';
import { logLine, objectLine, podRef, symptomOf } from '../lines.ts';
import { addressesIn, behindName, type GivenAddress, nearestName, type Target, targetOf } from '../looks/addresses.ts';
import { lostAddresses } from '../looks/changed-addresses.ts';
import { environmentOf } from '../looks/env.ts';
import type { LogMatch } from '../looks/log-signatures.ts';
import { presentMatches, type Reading, readings } from '../looks/readings.ts';
import { containerBefore } from '../looks/revisions.ts';
import { isUnexplained } from '../looks/unexplained.ts';
import type { Workload } from '../owners.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const ADDRESS_KINDS = new Set(['dns', 'connection-refused', 'unreachable', 'timeout', 'connection-reset']);

interface Wrong {
  address: GivenAddress;
  target: Exclude<Target, { kind: 'external' | 'unknown' }>;
}

/** The environment names a Service or a port of one that does not exist, and the log, or the failing program, shows that it matters. */
export const envWrongAddress: Rule = {
  cause: 'EnvWrongAddress',
  async examine(scene) {
    const found: Verdict[] = [];
    for (const one of await readings(scene)) {
      if (!isWorthALook(scene, one)) continue;
      const wrong = await wrongAddressesOf(scene, one.workload.ref.namespace ?? 'default', one.container);
      for (const each of wrong) {
        const verdict = await verdictFor(scene, one, each);
        if (verdict) found.push(verdict);
      }
    }
    const told = new Set(found.map(({ object }) => refKey(object)));
    for (const workload of scene.workloads.filter(({ ref, pods }) => pods.length > 0 && !told.has(refKey(ref))))
      found.push(...(await byChange(scene, workload)));
    return found;
  },
};

/** The last change put an address that leads nowhere in the place of one that leads to a Service: whatever the program says of it. */
async function byChange(scene: Scene, workload: Workload): Promise<Verdict[]> {
  const lost = (await lostAddresses(scene, workload)).filter(({ now }) => now !== undefined);
  return lost.map(({ container, variable, before, service, now = '' }) => ({
    cause: 'EnvWrongAddress' as const,
    confidence: 'likely' as const,
    object: workload.ref,
    params: { container, variable, address: now },
    symptoms: workload.pods.slice(0, 10).map(symptomOf),
    evidence: [
      objectLine(
        workload.ref,
        `container ${container}: ${variable} names ${now}; before the last change it named ${before}`,
      ),
      objectLine(service, `exists, and is what ${variable} named before`),
    ],
    remedies: [{ id: 'roll-back' as const, target: workload.ref }],
  }));
}

/** A program that works and does not complain about any address needs no look at all its addresses. */
function isWorthALook(scene: Scene, one: Reading): boolean {
  if (one.why === 'failing' || one.why === 'not-ready') return true;
  return presentMatches(scene, one).some(({ kind }) => ADDRESS_KINDS.has(kind));
}

async function wrongAddressesOf(scene: Scene, namespace: string, container: Container): Promise<Wrong[]> {
  const found: Wrong[] = [];
  for (const address of addressesIn(await environmentOf(scene, namespace, container))) {
    const target = await targetOf(scene, namespace, address);
    // Where a workload of that name runs, its Service is what is missing.
    if (target.kind === 'missing' && runsByName(scene, target)) continue;
    if (target.kind === 'missing' || (target.kind === 'service' && !target.hasPort)) found.push({ address, target });
  }
  return found;
}

function runsByName(scene: Scene, target: { namespace: string; name: string }): boolean {
  const ref = behindName(scene, target);
  return ref !== undefined && (scene.workload(ref)?.pods.length ?? 0) > 0;
}

async function verdictFor(scene: Scene, one: Reading, wrong: Wrong): Promise<Verdict | undefined> {
  const said = presentMatches(scene, one).find((match) => speaksOf(match, wrong));
  const isSure = said !== undefined;
  if (!isSure && !(await isUnexplained(scene, one))) return undefined;
  const { workload, pod, container, log } = one;
  const { host, port, setting } = wrong.address;
  const address = port === undefined ? host : `${host}:${port}`;
  return {
    cause: 'EnvWrongAddress',
    confidence: isSure ? 'proven' : 'likely',
    object: workload.ref,
    params: { container: container.name, variable: setting.name, address },
    symptoms: [symptomOf(pod)],
    evidence: [
      objectLine(podRef(pod), `container ${container.name}: ${setting.from} ${setting.name} names ${address}`),
      await existingLine(scene, wrong),
      ...(said && log ? [logLine(log, said.line)] : []),
    ],
    remedies: changedValue(one, wrong) ? [{ id: 'roll-back', target: workload.ref }] : [],
  };
}

/** The log says that this address is not reached. A Service is often logged by its IP, a port always by its number. */
function speaksOf({ kind, line, host, port }: LogMatch, { address, target }: Wrong): boolean {
  if (!ADDRESS_KINDS.has(kind)) return false;
  if (line.toLowerCase().includes(address.host) && (host === undefined || sameHost(host, address.host))) return true;
  const isNumber = host !== undefined && /^[\d.]+$/.test(host);
  return target.kind === 'service' && isNumber && port !== undefined && port === address.port;
}

function sameHost(said: string, given: string): boolean {
  const short = (host: string) =>
    host
      .toLowerCase()
      .replace(/\.svc(?:\.[\w.-]+)?\.?$/, '')
      .replace(/\.$/, '');
  return (
    short(said) === short(given) ||
    short(said).startsWith(`${short(given)}.`) ||
    short(given).startsWith(`${short(said)}.`)
  );
}

function changedValue({ workload, container }: Reading, { address }: Wrong): string | undefined {
  const before = containerBefore(workload, container.name)?.env.find(({ name }) => name === address.setting.name);
  return before?.value !== undefined && before.value !== address.setting.value ? before.value : undefined;
}

async function existingLine(scene: Scene, { target, address }: Wrong): Promise<EvidenceLine> {
  if (target.kind === 'service') {
    const ref: ObjectRef = { kind: 'Service', namespace: target.namespace, name: target.service.metadata.name };
    const ports = target.service.spec.ports.map(({ port }) => port).join(', ');
    return objectLine(ref, `has no port ${address.port}; its ports: ${ports}`);
  }
  const { namespace, name } = target;
  const { items } = await scene.list('Service', namespace);
  const near = nearestName(
    name,
    items.map(({ metadata }) => metadata.name),
  );
  return objectLine({ kind: 'Service', namespace, name }, `not found${near ? `; there is ${near}` : ''}`);
}
