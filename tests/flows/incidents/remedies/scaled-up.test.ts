import { expect, test } from 'vitest';
import { diagnose } from '../../../../flows/incidents/diagnose.ts';
import { loadMessages } from '../../../../src/chat/messages.ts';
import { evidenceOf } from '../evidence.ts';
import { deployment, event, HASH, node, object, pod, type Raw } from '../objects.ts';
import { failedCreate, forbidden, quota, set, sized } from '../refused.ts';

/** Copies that a quota refuses: back to as many as there were, where the scaling was told of and its copies stand. */

const words = loadMessages('templates/messages');
const two = [sized({ cpu: '1' })];
const message = forbidden(
  'exceeded quota: compute, requested: requests.cpu=1, used: requests.cpu=2, limited: requests.cpu=2',
);

/** Six are wanted, and `ready` are there. */
function crowded(scaling: string, ...more: Raw[]): Raw[] {
  const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, unavailableReplicas: 4 };
  const [owner = {}, replicas = {}] = deployment('prod/app', {
    containers: two,
    ready: 2,
    replicas: 6,
    status: counts,
  });
  return [
    node('node-a'),
    quota('prod/compute', { 'requests.cpu': '2' }, { 'requests.cpu': '2' }),
    owner,
    { ...replicas, status: { replicas: 2, readyReplicas: 2 } },
    pod('prod/app-1', { containers: two }),
    pod('prod/app-2', { containers: two }),
    failedCreate(set, message),
    event('Deployment prod/app', 'ScalingReplicaSet', scaling, { type: 'Normal' }),
    ...more,
  ];
}

async function offered(objects: Raw[]): Promise<Raw[]> {
  const scope = { namespace: 'prod', alerts: [] };
  const { findings } = await diagnose({ source: evidenceOf({ objects }), scope, words, elapsed: () => 0 });
  expect(findings[0]?.cause).toBe('QuotaCPU');
  return (findings[0]?.remedies ?? []).map(({ plan }) => plan as Raw).filter(({ id }) => id !== undefined);
}

const SCALED = `Scaled up replica set app-${HASH} from 2 to 6`;

test.each([SCALED, `Scaled up replica set app-${HASH} to 6 from 2`])('%s', async (scaling) => {
  const [remedy] = await offered(crowded(scaling));
  expect(remedy).toMatchObject({ id: 'scale-workload', replicas: 2, target: { kind: 'Deployment', name: 'app' } });
});

test.each([
  ['it says nothing of how many there were', `Scaled up replica set app-${HASH} to 6`],
  ['it tells of another revision', 'Scaled up replica set app-0123456789 from 2 to 6'],
  ['others are wanted by now', `Scaled up replica set app-${HASH} from 2 to 4`],
  ['more than stand were there', `Scaled up replica set app-${HASH} from 5 to 6`],
])('nothing is offered where %s', async (_, scaling) => {
  expect(await offered(crowded(scaling))).toEqual([]);
});

test('nothing is offered where an autoscaler counts the copies', async () => {
  const scaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'prod/app', {
    spec: {
      minReplicas: 2,
      maxReplicas: 10,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' },
    },
  });
  expect(await offered(crowded(SCALED, scaler))).toEqual([]);
});
