import type { CauseCase } from '../case.ts';
import { ago, deployment, node, object, pod, type Raw } from '../objects.ts';

const web = [
  node('node-a'),
  deployment('prod/web', { replicas: 3 }),
  pod('prod/web-1'),
  pod('prod/web-2'),
  pod('prod/web-3'),
];
const scaler = (
  use: number | undefined,
  { current = 3, limited = 'False', spec = {} }: Raw & { current?: number; limited?: string; spec?: Raw } = {},
): Raw =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'prod/web', {
    spec: {
      minReplicas: 1,
      maxReplicas: 3,
      scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
      ],
      ...spec,
    },
    status: {
      currentReplicas: current,
      desiredReplicas: current,
      currentMetrics:
        use === undefined
          ? []
          : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: use } } }],
      conditions: [
        { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' },
        { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' },
        {
          type: 'ScalingLimited',
          status: limited,
          reason: limited === 'True' ? 'TooManyReplicas' : 'DesiredWithinRange',
          message: 'the desired replica count is more than the maximum replica count',
          lastTransitionTime: ago(30),
        },
      ],
    },
  });
const wrong = { kind: 'HorizontalPodAutoscaler', namespace: 'prod', name: 'web' };

export const hpaMaxedOutCase: CauseCase = {
  cause: 'HPAMaxedOut',
  firing: { objects: [...web, scaler(93, { limited: 'True' })], expect: { object: wrong, confidence: 'proven' } },
  healthy: { objects: [...web, scaler(50, { current: 2 })] },
  // At its limit still, for a while: use has gone down, and the copies go later.
  recovered: { objects: [...web, scaler(35, { limited: 'True' })] },
  nearest: {
    objects: [
      ...web,
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'prod/web', {
        spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
        status: {
          currentReplicas: 3,
          conditions: [
            {
              type: 'ScalingActive',
              status: 'False',
              reason: 'FailedGetResourceMetric',
              message:
                'the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container app of Pod web-1',
              lastTransitionTime: ago(30),
            },
          ],
        },
      }),
    ],
    expect: { cause: 'HPANoMetrics', object: wrong },
  },
  more: {
    'is likely where its use is not known': {
      objects: [...web, scaler(undefined, { limited: 'True' })],
      expect: { cause: 'HPAMaxedOut', object: wrong, confidence: 'likely' },
    },
    'says nothing where it is at its limit and that is enough': {
      objects: [...web, scaler(61)],
      expect: undefined,
    },
  },
};
