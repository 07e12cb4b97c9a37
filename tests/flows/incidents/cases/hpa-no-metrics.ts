import type { CauseCase } from '../case.ts';
import {
  ago,
  container,
  containerStatus,
  deployment,
  event,
  node,
  object,
  pod,
  type Raw,
  terminated,
  waiting,
} from '../objects.ts';

const web = [node('node-a'), deployment('prod/web'), pod('prod/web-1')];
const scaler = (conditions: Raw[], metadata: Raw = {}): Raw =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'prod/web', {
    metadata,
    spec: { minReplicas: 1, maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
    status: { currentReplicas: 1, desiredReplicas: 1, conditions },
  });
const MISSING =
  'the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container app of Pod web-1';
const NO_API =
  'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)';
const inactive = (message: string, minutes = 30, reason = 'FailedGetResourceMetric'): Raw => ({
  type: 'ScalingActive',
  status: 'False',
  reason,
  message,
  lastTransitionTime: ago(minutes),
});
const said = (minutesAgo: number) =>
  event('HorizontalPodAutoscaler prod/web', 'FailedGetResourceMetric', MISSING, {
    minutesAgo,
    count: 40,
    component: 'horizontal-pod-autoscaler',
  });
const wrong = { kind: 'HorizontalPodAutoscaler', namespace: 'prod', name: 'web' };

export const hpaNoMetricsCase: CauseCase = {
  cause: 'HPANoMetrics',
  firing: { objects: [...web, scaler([inactive(MISSING)]), said(1)], expect: { object: wrong, confidence: 'proven' } },
  healthy: { objects: [...web, scaler([{ type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' }])] },
  recovered: {
    objects: [...web, scaler([{ type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' }]), said(9)],
  },
  nearest: {
    objects: [
      ...web,
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'prod/web', {
        spec: { maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'webb' } },
        status: {
          conditions: [
            {
              type: 'AbleToScale',
              status: 'False',
              reason: 'FailedGetScale',
              message:
                'the HPA controller was unable to get the target\'s current scale: deployments.apps "webb" not found',
            },
          ],
        },
      }),
    ],
    expect: { cause: 'HPATargetMissing', object: wrong },
  },
  more: {
    'is found by the conditions that v1 keeps in an annotation': {
      objects: [
        ...web,
        scaler([], {
          annotations: { 'autoscaling.alpha.kubernetes.io/conditions': JSON.stringify([inactive(MISSING)]) },
        }),
      ],
      expect: { cause: 'HPANoMetrics', object: wrong },
    },
    'is found by events where there are no conditions': {
      objects: [...web, scaler([]), said(1)],
      expect: { cause: 'HPANoMetrics', object: wrong },
    },
    'says nothing in the first minutes, of a target at zero, and while no pod is ready': {
      objects: [
        ...web,
        scaler([inactive(MISSING, 1)]),
        object('autoscaling/v2', 'HorizontalPodAutoscaler', 'prod/off', {
          spec: { maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'off' } },
          status: {
            conditions: [
              inactive('scaling is disabled since the replica count of the target is zero', 90, 'ScalingDisabled'),
            ],
          },
        }),
        deployment('prod/off', { replicas: 0 }),
      ],
      expect: undefined,
    },
    'is explained by a metrics server that is down': {
      objects: [
        ...web,
        scaler([inactive(NO_API)]),
        deployment('kube-system/metrics-server', { ready: 0, containers: [container({ name: 'metrics-server' })] }),
        pod('kube-system/metrics-server-1', {
          owner: { kind: 'ReplicaSet', name: 'metrics-server-5d4f8c7b9d' },
          labels: { app: 'metrics-server' },
          containers: [container({ name: 'metrics-server', resources: { limits: { memory: '64Mi' } } })],
          statuses: [
            containerStatus({
              name: 'metrics-server',
              state: waiting('CrashLoopBackOff', 'back-off'),
              lastState: terminated(137, { reason: 'OOMKilled' }),
              restartCount: 8,
            }),
          ],
        }),
      ],
      expect: { cause: 'OOMKilled', object: { kind: 'Deployment', namespace: 'kube-system', name: 'metrics-server' } },
    },
  },
};
