import type { EvidenceLine, ObjectRef, Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { objectLine, podRef, refOf, symptomOf } from '../lines.ts';
import { askedLines } from '../looks/asked.ts';
import { type Complaint, complaintsOf } from '../looks/complaints.ts';
import { dnsTroubles } from '../looks/dns.ts';
import { blocking, type End, isolating, type NamespaceLabels, type Policy } from '../looks/policies.ts';
import { selectorText } from '../looks/scheduling-text.ts';
import { type ServiceView, servicesOf, targetOfPort } from '../looks/services.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const SILENT = new Set(['timeout', 'unreachable', 'connection-refused', 'connection-reset']);

/** A NetworkPolicy does not let through what a program's log says it cannot reach; or lets nothing at all to the pods of a Service. */
export const networkPolicyBlocks: Rule = {
  cause: 'NetworkPolicyBlocks',
  async examine(scene) {
    const unreached = (await complaintsOf(scene)).filter(({ match }) => SILENT.has(match.kind));
    const { server: lookups } = await dnsTroubles(scene);
    const { views } = await servicesOf(scene);
    if (unreached.length + lookups.length === 0 && !views.some(({ ready }) => ready.length > 0)) return [];
    const policies = (await scene.list('NetworkPolicy')).items;
    if (policies.length === 0) return [];
    const namespaces = await namespaceLabels(scene, policies);
    const look = { policies, namespaces };
    const found = [
      ...(await blockedCalls(scene, unreached, look)),
      ...lookups.flatMap((one) => blockedLookup(one, look)),
    ];
    return found.length > 0 ? found : isolated(scene, views, policies);
  },
};

interface Look {
  policies: readonly Policy[];
  namespaces: NamespaceLabels;
}

/** Labels of namespaces, asked for only where a policy goes by them. */
async function namespaceLabels(scene: Scene, policies: readonly Policy[]): Promise<NamespaceLabels> {
  const usesThem = policies.some(({ spec }) =>
    [...(spec.ingress ?? []).flatMap(({ from }) => from), ...(spec.egress ?? []).flatMap(({ to }) => to)].some(
      ({ namespaceSelector }) =>
        Object.keys(namespaceSelector?.matchLabels ?? {}).length + (namespaceSelector?.matchExpressions.length ?? 0) >
        0,
    ),
  );
  if (!usesThem) return () => ({});
  const all = await scene.list('Namespace');
  const labels = new Map(all.items.map(({ metadata }) => [metadata.name, metadata.labels]));
  return (namespace) => labels.get(namespace);
}

function endOf({ metadata, spec, status }: Pod): End {
  const ports = spec.containers.flatMap((container) =>
    container.ports.flatMap(({ name, containerPort }) => (name ? [[name, containerPort] as const] : [])),
  );
  return {
    namespace: metadata.namespace ?? 'default',
    labels: metadata.labels,
    ip: status.podIP,
    ports: new Map(ports),
  };
}

async function blockedCalls(scene: Scene, unreached: readonly Complaint[], look: Look): Promise<Verdict[]> {
  const { views } = await servicesOf(scene);
  return unreached.flatMap((complaint) => {
    const { target, reading, match } = complaint;
    if (target.kind !== 'service') return [];
    const view = views.find(({ service }) => service === target.service);
    const server = view?.ready[0];
    if (!view || !server) return [];
    const from = endOf(reading.pod);
    const ports = view.service.spec.ports.filter(({ port }) => match.port === undefined || port === match.port);
    const stopped = ports.map((port) => {
      const to = endOf(server);
      const number = targetOfPort(port);
      const asNumber = typeof number === 'string' ? to.ports?.get(number) : number;
      return blocking(look.policies, { from, to, port: asNumber, protocol: port.protocol }, look.namespaces);
    });
    const [policies] = stopped;
    if (!policies || stopped.some((one) => one.length === 0)) return [];
    const explains = [view.ref, reading.workload.ref, ...view.workloads.map(({ ref }) => ref)];
    const what = `${from.namespace}/${reading.workload.ref.name} → ${view.ref.namespace}/${view.ref.name}`;
    return toVerdict(policies, { what, line: complaint.line, explains, pod: reading.pod });
  });
}

/** Lookups of a client whose egress is held and lets nothing to port 53 of the cluster's DNS. */
function blockedLookup({ reading, line }: Complaint, { policies, namespaces }: Look): Verdict[] {
  const from = endOf(reading.pod);
  const to = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, ports: new Map([['dns', 53]]) };
  const held = (['UDP', 'TCP'] as const).map((protocol) =>
    blocking(policies, { from, to, port: 53, protocol }, namespaces).filter(
      (one) => one.metadata.namespace === from.namespace,
    ),
  );
  const [byUdp = [], byTcp = []] = held;
  if (byUdp.length === 0 || byTcp.length === 0) return [];
  const what = `${from.namespace}/${reading.workload.ref.name} → DNS`;
  return toVerdict(byUdp, { what, line, explains: [reading.workload.ref], pod: reading.pod });
}

interface Blocked {
  what: string;
  line: EvidenceLine;
  explains: ObjectRef[];
  pod: Pod;
}

function toVerdict(policies: readonly Policy[], { what, line, explains, pod }: Blocked): Verdict[] {
  const newest = newestOf(policies);
  if (!newest) return [];
  return [
    {
      cause: 'NetworkPolicyBlocks',
      confidence: 'proven',
      object: refOf('NetworkPolicy', newest),
      since: newest.metadata.creationTimestamp,
      params: { what },
      evidence: [line, ...policies.slice(0, 3).map(policyLine)],
      symptoms: [symptomOf(pod)],
      explains,
    },
  ];
}

/** What was allowed before the newest policy is what people noticed. */
const newestOf = (policies: readonly Policy[]): Policy | undefined =>
  policies.toSorted((a, b) => (b.metadata.creationTimestamp ?? 0) - (a.metadata.creationTimestamp ?? 0))[0];

function policyLine(policy: Policy): EvidenceLine {
  const { podSelector, ingress, egress, policyTypes } = policy.spec;
  const rules = (all: readonly unknown[] | undefined) => `${all?.length ?? 0}`;
  return objectLine(
    refOf('NetworkPolicy', policy),
    `selects ${selectorText(podSelector)}, types ${policyTypes.join(',') || 'Ingress'}, ${rules(ingress)} ingress rules, ${rules(egress)} egress rules; none of them lets it through`,
    policy.metadata.creationTimestamp,
  );
}

/** The pods of a Service to which nothing at all is let, by any policy. */
function isolated(scene: Scene, views: readonly ServiceView[], policies: readonly Policy[]): Verdict[] {
  return views.flatMap((view): Verdict[] => {
    const [pod] = view.ready;
    if (!pod || pod.spec.hostNetwork) return [];
    const held = isolating(policies, endOf(pod), 'ingress');
    const newest = newestOf(held);
    if (!newest || held.some(({ spec }) => (spec.ingress ?? []).length > 0)) return [];
    return [
      {
        cause: 'NetworkPolicyBlocks',
        confidence: 'likely',
        object: refOf('NetworkPolicy', newest),
        since: newest.metadata.creationTimestamp,
        params: { what: `→ ${view.ref.namespace}/${view.ref.name}` },
        evidence: [
          ...held.slice(0, 3).map(policyLine),
          objectLine(podRef(pod), `is selected by Service ${view.ref.name} and by these policies alone`),
          ...askedLines(scene, view.ref, ...view.workloads.map(({ ref }) => ref)),
        ],
        explains: [view.ref, ...view.workloads.map(({ ref }) => ref)],
      },
    ];
  });
}
