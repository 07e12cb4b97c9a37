import { expect, test } from 'vitest';
import { loadMessages } from '../../src/chat/messages.ts';
import { undoPlan } from '../../src/tasks/tasks.ts';
import { planOf, taskOf } from './cloud.ts';

const translate = loadMessages('templates/messages');

test.each([
  ['cluster.create', 'cluster.undo'],
  ['nodepool.create', 'cluster.undo'],
  ['nodepool.scale', 'incident.undo'],
  ['workload.patch', 'incident.undo'],
  ['node.cordon', 'incident.undo'],
])('what %s made is taken back as %s, for policy to weigh', (action, undone) => {
  const target = { namespace: 'shop', kind: 'Deployment', name: 'api' };
  const plan = planOf('p', 1, { action, target });
  const made = {
    id: 'k1',
    state: 'verified' as const,
    attempts: 1,
    intendedAt: 1,
    appliedAt: 2,
    result: { id: 'k1-1' },
  };
  const undo = undoPlan(taskOf('T-7K3F', plan, { state: 'failed', steps: [made] }), translate);
  expect(undo).toMatchObject({ plan: { action: undone, target, undoes: 'T-7K3F' } });
});
