import type { Alert } from '../evidence.ts';
import type { EvidenceLine, ObjectRef } from '../finding.ts';
import type { Node } from '../kinds.ts';
import type { Scene } from '../scene.ts';

/** Which object of the scene a firing alert is about. */

const WORKLOAD_LABELS = [
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['cronjob', 'CronJob'],
  ['job_name', 'Job'],
] as const;

/** The workload that an alert names, by one of its pods or by itself. */
export function alertedWorkload(scene: Scene, { labels }: Alert): ObjectRef | undefined {
  const { namespace, pod: name = labels.pod_name } = labels;
  const pod = name && scene.pods.find(({ metadata }) => metadata.name === name && isIn(metadata.namespace, namespace));
  if (pod) return scene.workloadOf(pod).ref;
  for (const [label, kind] of WORKLOAD_LABELS) {
    const found = scene.workloads.find(
      ({ ref }) => ref.kind === kind && ref.name === labels[label] && isIn(ref.namespace, namespace),
    );
    if (found) return found.ref;
  }
  return undefined;
}

const isIn = (own: string | undefined, asked: string | undefined): boolean => asked === undefined || own === asked;

/** The node that an alert names, by its name or by an address with or without a port. */
export function alertedNode({ nodes }: Scene, { labels }: Alert): Node | undefined {
  const names = [
    labels.node,
    labels.nodename,
    labels.kubernetes_node,
    labels.instance,
    labels.host,
    labels.hostname,
  ].flatMap((name) => name ?? []);
  return nodes.find((node) => names.some((name) => isNamed(node, name)));
}

/** Whether a name or an `address:port` is this node's. */
export function isNamed({ metadata, status }: Node, name: string): boolean {
  const host = name.replace(/:\d+$/, '');
  return [metadata.name, ...status.addresses.map(({ address }) => address)].some((one) => one === name || one === host);
}

/** An alert as evidence. */
export function alertLine({ labels, annotations, startsAt }: Alert): EvidenceLine {
  const said = annotations.description ?? annotations.message ?? annotations.summary ?? '';
  return {
    source: `alert ${labels.alertname ?? '–'}`,
    ...(startsAt !== undefined && { time: startsAt }),
    text: `${labels.alertname ?? 'alert'} is firing${said ? `: ${said}` : ''}`.slice(0, 400),
  };
}

/** What an alert is called and says, to look words up in. */
export function alertText({ labels, annotations }: Alert): string {
  return [labels.alertname, annotations.summary, annotations.description, annotations.message]
    .filter(Boolean)
    .join(' ')
    .slice(0, 2000);
}
