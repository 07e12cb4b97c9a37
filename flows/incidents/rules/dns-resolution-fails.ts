import { addressesIn, behindName } from '../addresses.ts';
import type { Complaint } from '../complaints.ts';
import { dnsTroubles, usesClusterDns } from '../dns.ts';
import { environmentOf } from '../env.ts';
import { type EvidenceLine, refKey, type Verdict } from '../finding.ts';
import { objectLine, symptomOf } from '../lines.ts';
import type { Workload } from '../owners.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** A program looks up a name that does not exist, or asks a server that cannot know it. */
export const dnsResolutionFails: Rule = {
  cause: 'DNSResolutionFails',
  async examine(scene) {
    const { name, server } = await dnsTroubles(scene);
    const misdirected = server.filter(({ reading }) => !usesClusterDns(reading.workload));
    const found: Complaint[] = [];
    for (const one of [...name, ...misdirected]) if (await isOwn(scene, one)) found.push(one);
    return [...Map.groupBy(found, ({ reading }) => refKey(reading.workload.ref)).values()].flatMap(verdictOf);
  },
};

/** Not what a rule of its own speaks of: a Service that is missing, a wrong address in the environment, a server that fails. */
async function isOwn(scene: Scene, { target, reading, match }: Complaint): Promise<boolean> {
  const { workload, container } = reading;
  if (target.kind === 'service') return !usesClusterDns(workload);
  if (target.kind !== 'missing') return match.host !== undefined;
  if (behindName(scene, target)) return false;
  const given = addressesIn(await environmentOf(scene, workload.ref.namespace ?? 'default', container));
  return !given.some(
    ({ host }) => host === match.host?.toLowerCase() || match.host?.toLowerCase().startsWith(`${host}.`),
  );
}

function verdictOf(all: readonly Complaint[]): Verdict[] {
  const [first] = all;
  if (!first) return [];
  const { reading, match, target } = first;
  const { workload, pod } = reading;
  return [
    {
      cause: 'DNSResolutionFails',
      confidence: target.kind === 'missing' || !usesClusterDns(workload) ? 'proven' : 'likely',
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
