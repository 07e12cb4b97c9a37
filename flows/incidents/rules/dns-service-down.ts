import { type EvidenceLine, type ObjectRef, refText, type Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { logLine, objectLine, podRef, symptomOf } from '../lines.ts';
import type { Complaint } from '../looks/complaints.ts';
import { clientsOf, type DnsServer, dnsServers, dnsTroubles, usesClusterDns } from '../looks/dns.ts';
import { isReady } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { LogLines, Scene } from '../scene.ts';

const GRACE_MS = 2 * 60_000;

/** No pod of the cluster's DNS is ready, or it answers lookups of several programs, or of names that do exist, with failures. */
export const dnsServiceDown: Rule = {
  cause: 'DNSServiceDown',
  async examine(scene) {
    const { server, name } = await dnsTroubles(scene);
    const denied = name.filter(({ target, reading }) => target.kind === 'service' && usesClusterDns(reading.workload));
    const complaints = [...server.filter(({ reading }) => usesClusterDns(reading.workload)), ...denied];
    const servers = await dnsServers(scene, complaints.length > 0);
    const down = servers.length > 0 && servers.every((one) => isDown(scene, one));
    if (down)
      return servers.map((one) => toVerdict(one, { confidence: 'proven', complaints, lines: [stateLine(one)] }));
    if (!isServers(complaints, denied)) return [];
    const [one] = servers;
    const lines = one ? await serverLines(scene, one) : [];
    // A healthy server and one client in trouble: what stands between them is more likely.
    if (one && lines.length === 0 && denied.length === 0) return [];
    const assumed = {
      ref: { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' },
      replicas: undefined,
      pods: [],
    };
    return [toVerdict(one ?? assumed, { confidence: 'likely', complaints, lines })];
  },
};

function isDown(scene: Scene, { replicas, pods }: DnsServer): boolean {
  if (pods.some(isReady)) return false;
  if (pods.length === 0) return replicas !== undefined;
  return pods.every(({ metadata }) => scene.now - (metadata.creationTimestamp ?? 0) > GRACE_MS);
}

/** It is the server's fault rather than one client's: several complain, or a Service that exists is denied. */
function isServers(complaints: readonly Complaint[], denied: readonly Complaint[]): boolean {
  return denied.length > 0 || clientsOf(complaints).length > 1;
}

const SERVER_ERROR =
  /\[(?:ERROR|FATAL)\]|\bSERVFAIL\b|plugin\/errors|Failed to (?:list|watch)|i\/o timeout|HINFO.{0,80}timeout/;

async function serverLines(scene: Scene, { pods }: DnsServer): Promise<EvidenceLine[]> {
  const [pod] = pods.filter(isReady);
  const container = pod?.spec.containers[0];
  const log: LogLines | undefined = pod && container ? await scene.logs(pod, container.name) : undefined;
  const bad = log?.lines.slice(-200).filter((line) => SERVER_ERROR.test(line.slice(0, 1000))) ?? [];
  return log ? bad.slice(-2).map((line) => logLine(log, line)) : [];
}

function stateLine({ ref, replicas, pods }: DnsServer): EvidenceLine {
  return objectLine(ref, `${replicas ?? pods.length} wanted, ${pods.length} pods, none of them ready`);
}

interface Found {
  confidence: 'proven' | 'likely';
  complaints: readonly Complaint[];
  lines: readonly EvidenceLine[];
}

function toVerdict({ ref, pods }: DnsServer, { confidence, complaints, lines }: Found): Verdict {
  const clients = clientsOf(complaints);
  return {
    cause: 'DNSServiceDown',
    confidence,
    object: ref,
    params: { server: refText(ref), clients: clients.length },
    evidence: [
      ...lines,
      ...pods.slice(0, 2).map((pod) => objectLine(podRef(pod), symptomOf(pod).text)),
      ...complaints.slice(0, 3).map(({ line }) => line),
    ].slice(0, 6),
    dependsOn: nodesOf(pods),
    symptoms: [
      ...pods.slice(0, 10).map(symptomOf),
      ...complaints.slice(0, 10).map(({ reading }) => symptomOf(reading.pod)),
    ],
    explains: [...clients, { kind: 'Service', namespace: 'kube-system', name: 'kube-dns' }],
  };
}

/** The nodes of pods that run and are not ready all the same: what is wrong with those is theirs. */
function nodesOf(pods: readonly Pod[]): ObjectRef[] {
  const well = pods.filter(({ status }) => status.containerStatuses.every(({ state }) => state.running !== undefined));
  return [...new Set(well.flatMap(({ spec }) => spec.nodeName ?? []))].map((name) => ({ kind: 'Node', name }));
}
