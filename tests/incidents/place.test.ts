import { expect, test } from 'vitest';
import { clusterOf, namespaceOf } from '../../src/incidents/place.ts';
import { alert, DEMO, openRig } from './room.ts';

const strange = ['../../etc', 'a/b', 'Prod', 'prod"} or vector(1)', '-a', 'a-', ' ', 'x'.repeat(64), '@所有人', 'a\nb'];

test.each(strange)('what is no name of a namespace names none: %j', (namespace) => {
  expect(namespaceOf({ namespace })).toBeUndefined();
});

test('the first label that names a namespace counts', () => {
  expect(namespaceOf({ namespace: '', kubernetes_namespace: 'prod-1' })).toBe('prod-1');
});

test('a cluster that is not known is not taken for another', () => {
  const clusters = [DEMO, { ...DEMO, id: 'c2', name: 'other' }];
  expect(clusterOf({ cluster: '__proto__' }, clusters)).toBeUndefined();
  expect(clusterOf({ cluster: 'other' }, clusters)?.id).toBe('c2');
});

test('a cluster whose id holds a slash is looked at in the namespace that the alert names', async () => {
  const id = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
  const rig = await openRig([{ ...DEMO, id }]);
  await rig.incidents.take('alertmanager', [alert({ pod: 'a-1' })]);
  await rig.settle();
  expect(rig.looks).toMatchObject([{ cluster: { id }, namespace: 'prod' }]);
  await rig.close();
});

test('hundreds of labels with strange names and places come to one incident and one look', async () => {
  const rig = await openRig();
  const labels = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [`label ${at} <!channel>`, 'x'.repeat(2000)]),
  );
  const alerts = strange.map((namespace) => alert({ ...labels, alertname: 'Odd', namespace, pod: '../../a' }));
  await rig.incidents.take('alertmanager', alerts);
  await rig.settle();
  expect(await rig.all()).toHaveLength(1);
  expect(rig.looks).toHaveLength(1);
  expect(rig.looks[0]?.namespace).toBeUndefined();
  await rig.close();
});
