import type { Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { objectLine, podRef, symptomOf } from '../lines.ts';
import { alertLine } from '../looks/alert-targets.ts';
import { isNodeReady } from '../looks/nodes.ts';
import type { Workload } from '../owners.ts';
import { containersOf, isFailing, isReady, symptomText } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const SYSTEM = 'kube-system';
const GRACE_MS = 2 * 60_000;

/** kube-proxy's pods do not work on nodes that are otherwise well, or its DaemonSet is to run nowhere, or is gone. */
export const kubeProxyDown: Rule = {
  cause: 'KubeProxyDown',
  async examine(scene) {
    const proxies = scene.workloads.filter(({ ref }) => ref.namespace === SYSTEM && /^kube-proxy\b/.test(ref.name));
    if (proxies.length > 0) return proxies.flatMap((proxy) => verdictOf(scene, proxy) ?? []);
    const told = await fromAlert(scene);
    const gone = told ? undefined : await isGone(scene);
    return [told, gone].flatMap((one) => one ?? []);
  },
};

function verdictOf(scene: Scene, proxy: Workload): Verdict | undefined {
  const down = proxy.pods.filter((pod) => isDown(scene, pod));
  const isNowhere =
    proxy.ref.kind === 'DaemonSet' && proxy.object !== undefined && proxy.replicas === 0 && isAlone(scene, proxy);
  if (down.length === 0 && !isNowhere) return undefined;
  const nodes = down.map(({ spec }) => spec.nodeName ?? '–');
  const nowhere = objectLine(proxy.ref, `status.desiredNumberScheduled=0 of ${scene.nodes.length} nodes`);
  return {
    cause: 'KubeProxyDown',
    confidence: 'proven',
    object: proxy.ref,
    params: { nodes: isNowhere ? `${scene.nodes.length} nodes` : nodes.slice(0, 5).join(', ') },
    evidence: isNowhere
      ? [nowhere]
      : down.slice(0, 5).map((pod) => objectLine(podRef(pod), `on ${pod.spec.nodeName}: ${symptomText(pod)}`)),
    symptoms: down.slice(0, 30).map(symptomOf),
  };
}

/** On a node that is ready, and either failing or not ready for minutes. */
function isDown(scene: Scene, pod: Pod): boolean {
  const node = scene.nodes.find(({ metadata }) => metadata.name === pod.spec.nodeName);
  if (node && !isNodeReady(node)) return false;
  const isYoung = scene.now - (pod.metadata.creationTimestamp ?? 0) < GRACE_MS;
  const failing = containersOf(pod).some(({ status }) => status && isFailing(status, scene.now));
  return failing || (pod.spec.nodeName !== undefined && !isReady(pod) && !isYoung);
}

/** There is work for it, and nothing else does it: no second DaemonSet for another kind of nodes, no network plugin in its stead. */
function isAlone({ nodes, workloads }: Scene, { ref, template }: Workload): boolean {
  const others = workloads.some(
    (one) =>
      one.ref.namespace === SYSTEM &&
      one.ref.name.startsWith('kube-proxy') &&
      one.ref.name !== ref.name &&
      one.pods.length > 0,
  );
  const isSwitchedOff =
    'non-calico' in (template.nodeSelector ?? {}) || workloads.some((one) => INSTEAD.test(one.ref.name));
  return nodes.some(isNodeReady) && !others && !isSwitchedOff;
}

async function fromAlert(scene: Scene): Promise<Verdict | undefined> {
  const alert = scene.scope.alerts.find(({ labels }) => labels.alertname === 'KubeProxyDown');
  if (!alert) return undefined;
  const { items, known } = await scene.list('DaemonSet', SYSTEM);
  const own = items.find(({ metadata }) => metadata.name === 'kube-proxy');
  const { desiredNumberScheduled = 0, numberReady = 0 } = own?.status ?? {};
  if (own && numberReady >= desiredNumberScheduled && desiredNumberScheduled > 0) return undefined;
  const text = own
    ? `status.numberReady=${numberReady} of ${desiredNumberScheduled}`
    : known
      ? 'there is none'
      : 'could not be looked at';
  return {
    cause: 'KubeProxyDown',
    confidence: own ? 'proven' : 'likely',
    object: REF,
    params: { nodes: own ? `${desiredNumberScheduled - numberReady} nodes` : '–' },
    evidence: [alertLine(alert), objectLine(REF, text)],
  };
}

const REF = { kind: 'DaemonSet', namespace: SYSTEM, name: 'kube-proxy' };
/** What does kube-proxy's work in its stead. */
const INSTEAD = /cilium|ovn|antrea|kube-router|k3s|rke2|microk8s/i;

/** Its configuration is left over in a cluster of which all else is to be seen, and nothing stands in for it. */
async function isGone(scene: Scene): Promise<Verdict | undefined> {
  const system = scene.pods.filter(({ metadata }) => metadata.namespace === SYSTEM);
  const isWhole = scene.scope.namespace === undefined && scene.podsKnown && system.length > 0;
  const hasOther =
    scene.workloads.some(({ ref }) => INSTEAD.test(ref.name)) ||
    scene.nodes.some(({ status }) => INSTEAD.test(status.nodeInfo.kubeletVersion ?? '')) ||
    system.some(({ metadata }) => metadata.name.startsWith('kube-proxy'));
  if (!isWhole || hasOther || !scene.nodes.some(isNodeReady)) return undefined;
  const config = await scene.find('ConfigMap', SYSTEM, 'kube-proxy');
  if (!config || config === 'unknown') return undefined;
  return {
    cause: 'KubeProxyDown',
    confidence: 'likely',
    object: REF,
    params: { nodes: `${scene.nodes.length} nodes` },
    evidence: [
      objectLine(REF, 'there is none, and no pod of it'),
      objectLine({ kind: 'ConfigMap', namespace: SYSTEM, name: 'kube-proxy' }, 'its configuration is there'),
    ],
  };
}
