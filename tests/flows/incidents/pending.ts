import { ago, containerStatus, deployment, type PodSpecs, pod, type Raw } from './objects.ts';

/** A pod that the scheduler could not place, with what it says of that as its condition. */
export function pending(
  path: string,
  message: string,
  { minutes = 20, ...specs }: PodSpecs & { minutes?: number } = {},
): Raw {
  return pod(path, {
    node: null,
    ...specs,
    metadata: { creationTimestamp: ago(minutes), ...specs.metadata },
    status: {
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message,
          lastTransitionTime: ago(minutes),
        },
      ],
      ...specs.status,
    },
  });
}

/** The scheduler has not been heard: only the pod is there. */
export function unplaced(path: string, specs: PodSpecs = {}): Raw {
  return pod(path, { node: null, ...specs });
}

/** A Deployment of one with a template of its own, and its pod where it should be. */
export function placed(path: string, podSpec: Raw = {}, containers?: Raw[]): Raw[] {
  return [
    ...deployment(path, { podSpec, ...(containers && { containers }) }),
    pod(`${path}-1`, { spec: podSpec, ...(containers && { containers }), statuses: [containerStatus()] }),
  ];
}

/** A control plane as kubeadm leaves it. */
export const controlPlaneTaint: Raw = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };

export const app = { kind: 'Deployment', namespace: 'prod', name: 'app' };
