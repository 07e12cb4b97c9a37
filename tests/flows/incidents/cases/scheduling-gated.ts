import type { CauseCase } from '../case.ts';
import { deployment, node, type Raw } from '../objects.ts';
import { app, pending, placed, unplaced } from '../pending.ts';

const gate: Raw = { schedulingGates: [{ name: 'example.com/wait-for-quota' }] };
const gatedPod = unplaced('prod/app-1', {
  spec: gate,
  status: {
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ],
  },
});

export const schedulingGatedCase: CauseCase = {
  cause: 'SchedulingGated',
  firing: {
    objects: [node('node-a'), deployment('prod/app', { ready: 0, podSpec: gate }), gatedPod],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), placed('prod/app')] },
  // The template has the gate still; a controller takes it from each pod.
  recovered: { objects: [node('node-a'), deployment('prod/app', { podSpec: gate }), placed('prod/app')[2] ?? {}] },
  nearest: {
    objects: [
      node('node-a'),
      deployment('prod/app', { ready: 0 }),
      pending('prod/app-1', '0/1 nodes are available: 1 node(s) had untolerated taint {x: y}.'),
    ],
    expect: { cause: 'TaintNotTolerated', object: app },
  },
};
