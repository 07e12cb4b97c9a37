import { ago, deployment, node, pod, type Raw } from './objects.ts';

/** Nodes in trouble, and what runs on them. */

export const MACHINE = { kind: 'Node', name: 'node-b' };

/** `node-b` with this Ready condition, since twenty minutes. */
export function readyIs(status: string, reason: string, message: string, more: Raw & { minutes?: number } = {}): Raw {
  const { minutes = 20, ...rest } = more;
  return node('node-b', {
    conditions: [
      { type: 'Ready', status, reason, message, lastTransitionTime: ago(minutes), lastHeartbeatTime: ago(minutes + 1) },
    ],
    ...rest,
  });
}

export const silent = (more: Raw = {}): Raw =>
  readyIs('Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.', {
    taints: [
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
    ],
    ...more,
  });

/** A Deployment with one pod on `node-b`, ready or not. */
export const onIt = (ready: boolean): Raw[] => [
  ...deployment('prod/app', { ready: ready ? 1 : 0 }),
  pod('prod/app-1', { node: 'node-b', ready }),
];
