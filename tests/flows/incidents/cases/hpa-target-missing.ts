import type { CauseCase } from '../case.ts';
import { ago, deployment, node, object, pod, type Raw } from '../objects.ts';

const web = [node('node-a'), deployment('prod/web'), pod('prod/web-1')];
const scaler = (target: Raw, conditions: Raw[] = [], metadata: Raw = {}): Raw =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', 'prod/web', {
    metadata,
    spec: { minReplicas: 1, maxReplicas: 5, scaleTargetRef: target },
    status: { currentReplicas: 1, conditions },
  });
const failed: Raw = {
  type: 'AbleToScale',
  status: 'False',
  reason: 'FailedGetScale',
  message: 'the HPA controller was unable to get the target\'s current scale: rollouts.argoproj.io "web" not found',
  lastTransitionTime: ago(20),
};
const wrong = { kind: 'HorizontalPodAutoscaler', namespace: 'prod', name: 'web' };

export const hpaTargetMissingCase: CauseCase = {
  cause: 'HPATargetMissing',
  firing: {
    objects: [...web, scaler({ kind: 'Deployment', name: 'webb' })],
    expect: { object: wrong, confidence: 'proven' },
  },
  healthy: { objects: [...web, scaler({ kind: 'Deployment', name: 'web' })] },
  // The workload is there now; the condition follows at the next look.
  recovered: { objects: [...web, scaler({ kind: 'Deployment', name: 'web' }, [failed])] },
  nearest: {
    objects: [
      ...web,
      scaler({ kind: 'Deployment', name: 'web' }, [
        {
          type: 'ScalingActive',
          status: 'False',
          reason: 'FailedGetResourceMetric',
          message: 'unable to get metrics for resource cpu: no metrics returned from resource metrics API',
          lastTransitionTime: ago(20),
        },
      ]),
    ],
    expect: { cause: 'HPANoMetrics', object: wrong },
  },
  more: {
    'is found by what the controller says of a kind that is not read here': {
      objects: [...web, scaler({ kind: 'Rollout', name: 'web' }, [failed])],
      expect: { cause: 'HPATargetMissing', object: wrong },
    },
    'says nothing where Deployments could not be looked at, or it is new': {
      objects: [pod('prod/web-1'), scaler({ kind: 'Deployment', name: 'webb' })],
      unknown: ['Deployment', 'ReplicaSet'],
      expect: undefined,
    },
  },
};
