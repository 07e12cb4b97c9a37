import { describe, expect, test } from 'vitest';
import { completed } from '../../../../flows/incidents/remedies/chosen.ts';
import {
  type ChosenRemedy,
  checkChoice,
  remedyCatalogue,
  remedySchema,
} from '../../../../flows/incidents/remedies/schema.ts';

const app = { kind: 'Deployment', namespace: 'prod', name: 'app' };
const raise = { id: 'raise-memory-limit', target: app, container: 'main', to: '1Gi' };

describe('a remedy that a model chooses', () => {
  test('is one of a closed list, described with its parameters', () => {
    const said = remedyCatalogue.describe();
    expect(said).toContain('raise-memory-limit: ');
    expect(said).toContain('"replicas":{"type":"integer","minimum":1,"maximum":50}');
    expect(said.length).toBeLessThan(5000);
    expect(remedyCatalogue.check(raise)).toEqual({ ok: true, remedy: raise });
  });

  test.each([
    ['any image', { id: 'set-image', target: app, container: 'main', image: 'evil/x:1' }],
    ['any value of a key', { id: 'set-config-key', target: app, key: 'DB', value: 'evil.example' }],
    ['other pods behind a Service', { id: 'fix-service-selector', target: app, selector: { app: 'evil' } }],
    ['the end of a finalizer', { id: 'remove-finalizer', target: app, finalizer: 'x' }],
    [
      'where a probe asks',
      { id: 'fix-probe', target: app, container: 'main', probe: 'livenessProbe', set: { path: '/x' } },
    ],
    [
      'a probe as good as none',
      { id: 'fix-probe', target: app, container: 'main', probe: 'livenessProbe', set: { timeoutSeconds: 3600 } },
    ],
    ['nothing at all of a probe', { id: 'fix-probe', target: app, container: 'main', probe: 'livenessProbe', set: {} }],
    ['an outage', { id: 'scale-workload', target: app, replicas: 0 }],
    ['too many copies', { id: 'scale-workload', target: app, replicas: 5000 }],
    ['a hundred nodes', { id: 'scale-node-pool', by: 100 }],
    ['a name with a path', { id: 'drain-node', node: '../x' }],
    ['a name that is a flag', { id: 'uncordon', node: '--all' }],
    ['a Secret', { id: 'restart', target: { ...app, kind: 'Secret' } }],
    ['no amount', { ...raise, to: '-1Gi' }],
    ['a field that is none', { ...raise, force: true }],
    ['a command', { id: 'run', command: 'rm -rf /' }],
    ['no id', { target: app }],
    ['words', 'restart it'],
    ['nothing', null],
  ])('is never %s', (_what, choice) => {
    const checked = remedyCatalogue.check(choice);
    expect(checked.ok).toBe(false);
    expect(checked).toHaveProperty('why');
  });

  test('has its present value read from the object, whatever the model believes', () => {
    const present = {
      spec: { template: { spec: { containers: [{ name: 'main', resources: { limits: { memory: '256Mi' } } }] } } },
    };
    const checked = checkChoice({ ...raise, from: '8Gi' });
    expect(checked.ok && completed(checked.remedy, present)).toEqual({ ...raise, from: '256Mi' });
    expect(completed(raise as ChosenRemedy, { spec: {} })).toEqual({ refused: 'incidents.refused.no-limit' });
    const claim = { kind: 'PersistentVolumeClaim', namespace: 'prod', name: 'data' };
    const volume = { spec: { resources: { requests: { storage: '20Gi' } } } };
    expect(completed({ id: 'expand-volume', target: claim, to: '40Gi' }, volume)).toMatchObject({ from: '20Gi' });
    expect(completed({ id: 'expand-volume', target: claim, to: '400Gi' }, volume)).toHaveProperty('refused');
    expect(completed({ id: 'expand-volume', target: claim, to: '10Gi' }, volume)).toHaveProperty('refused');
  });
});

test('a remedy out of the store is read like anything that comes in', () => {
  expect(remedySchema.safeParse({ ...raise, from: '256Mi', soakMinutes: 12.5 }).success).toBe(true);
  expect(remedySchema.safeParse({ id: 'set-image', target: app, container: 'main', image: 'shop/app:1' }).success).toBe(
    true,
  );
  expect(remedySchema.safeParse({}).success).toBe(false);
  expect(remedySchema.safeParse({ ...raise, from: '256Mi', to: 'all' }).success).toBe(false);
});
