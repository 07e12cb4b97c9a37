import { type EvidenceLine, refKey, type Verdict } from '../finding.ts';
import { objectLine, symptomOf } from '../lines.ts';
import { addressesIn, behindName, targetOf } from '../looks/addresses.ts';
import type { Complaint } from '../looks/complaints.ts';
import { dnsTroubles, usesClusterDns } from '../looks/dns.ts';
import { environmentOf } from '../looks/env.ts';
import type { Workload } from '../owners.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

interface Own extends Complaint {
  /** Nothing else can be where the name comes from. */
  isSure: boolean;
}

/** A program looks up a name that does not exist, or asks a server that cannot know it. */
export const dnsResolutionFails: Rule = {
  cause: 'DNSResolutionFails',
  async examine(scene) {
    const { name, server } = await dnsTroubles(scene);
    const misdirected = server.filter(({ reading }) => !usesClusterDns(reading.workload));
    const found: Own[] = [];
    for (const one of [...name, ...misdirected]) {
      const own = await ownOf(scene, one);
      if (own) found.push(own);
    }
    const said = [...Map.groupBy(found, ({ reading }) => refKey(reading.workload.ref)).values()].flatMap(verdictOf);
    return [...said, ...(await misconfigured(scene, said))];
  },
};

/** Not what a rule of its own speaks of: a Service that is missing, a wrong address in the environment, a server that fails. */
async function ownOf(scene: Scene, one: Complaint): Promise<Own | undefined> {
  const { target, reading, match } = one;
  const { workload, container } = reading;
  if (target.kind === 'service') return usesClusterDns(workload) ? undefined : { ...one, isSure: true };
  if (target.kind !== 'missing') return match.host === undefined ? undefined : { ...one, isSure: false };
  if (behindName(scene, target)) return undefined;
  const environment = await environmentOf(scene, workload.ref.namespace ?? 'default', container);
  const isGiven = addressesIn(environment).some(
    ({ host }) => host === match.host?.toLowerCase() || match.host?.toLowerCase().startsWith(`${host}.`),
  );
  // What cannot be looked at may hold the name.
  const isSure =
    environment.complete &&
    environment.settings.every(({ value, from }) => value !== undefined || !from.startsWith('ConfigMap'));
  return isGiven ? undefined : { ...one, isSure };
}

/** Without a word of the log: the pods ask servers on the internet, and are told to use Services of this cluster. */
async function misconfigured(scene: Scene, said: readonly Verdict[]): Promise<Verdict[]> {
  const found: Verdict[] = [];
  for (const workload of scene.workloads) {
    const { template, pods, ref } = workload;
    if (template.dnsPolicy !== 'None' || pods.length === 0 || usesClusterDns(workload)) continue;
    if (said.some(({ object }) => refKey(object) === refKey(ref))) continue;
    const inside = await firstService(scene, workload);
    if (inside) found.push(toVerdict(workload, inside));
  }
  return found;
}

async function firstService(scene: Scene, { ref, template }: Workload) {
  const namespace = ref.namespace ?? 'default';
  for (const container of template.containers.slice(0, 3))
    for (const address of addressesIn(await environmentOf(scene, namespace, container))) {
      const target = await targetOf(scene, namespace, address);
      if (target.kind === 'service')
        return { container: container.name, host: address.host, variable: address.setting.name };
    }
  return undefined;
}

function toVerdict(workload: Workload, inside: { container: string; host: string; variable: string }): Verdict {
  const { container, host, variable } = inside;
  return {
    cause: 'DNSResolutionFails',
    confidence: 'likely',
    object: workload.ref,
    params: { host, container },
    evidence: [
      ...policyLine(workload),
      objectLine(workload.ref, `container ${container}: ${variable} names ${host}, a Service of this cluster`),
    ],
    symptoms: workload.pods.slice(0, 10).map(symptomOf),
  };
}

function verdictOf(all: readonly Own[]): Verdict[] {
  const [first] = all;
  if (!first) return [];
  const { reading, match } = first;
  const { workload, pod } = reading;
  return [
    {
      cause: 'DNSResolutionFails',
      confidence: all.some(({ isSure }) => isSure) || !usesClusterDns(workload) ? 'proven' : 'likely',
      object: workload.ref,
      params: { host: match.host ?? '–', container: reading.container.name },
      evidence: [...all.slice(0, 3).map(({ line }) => line), ...policyLine(workload), ...absenceLine(first)],
      symptoms: [symptomOf(pod)],
    },
  ];
}

function policyLine(workload: Workload): EvidenceLine[] {
  if (usesClusterDns(workload)) return [];
  const { dnsPolicy, hostNetwork, dnsConfig } = workload.template;
  const servers = dnsConfig?.nameservers.join(', ');
  const parts = [
    `dnsPolicy=${dnsPolicy ?? 'ClusterFirst'}`,
    ...(hostNetwork ? ['hostNetwork=true'] : []),
    ...(servers ? [`nameservers ${servers}`] : []),
  ];
  return [objectLine(workload.ref, `${parts.join(', ')}: the cluster's DNS is not asked`)];
}

function absenceLine({ target }: Complaint): EvidenceLine[] {
  if (target.kind !== 'missing') return [];
  return [objectLine({ kind: 'Service', namespace: target.namespace, name: target.name }, 'not found')];
}
