import { expect, test } from 'vitest';
import { completed, fittingPart } from '../../../flows/deliver-app/wish.ts';

test('what nobody says has small defaults', () => {
  expect(completed({ image: 'a:1' })).toEqual({
    image: 'a:1',
    blueprint: 'web-service',
    cpu: '100m',
    memory: '256Mi',
    replicas: 2,
  });
  expect(completed({ blueprint: 'stateful-service' })).toMatchObject({
    replicas: 1,
    storage: '20Gi',
    mountPath: '/data',
  });
  expect(completed({ blueprint: 'cron-job' })).not.toHaveProperty('replicas');
});

test('what is said wins over what ran before, and settings are joined', () => {
  const before = { replicas: 5, cpu: '1', config: { A: '1', B: '2' } };
  expect(completed({ cpu: '2', config: { B: '3' } }, before)).toMatchObject({
    replicas: 5,
    cpu: '2',
    config: { A: '1', B: '3' },
  });
});

test('an autoscaler begins with its least, or with what runs', () => {
  expect(completed({ minReplicas: 3, maxReplicas: 8 })).toMatchObject({
    replicas: 3,
    minReplicas: 3,
    maxReplicas: 8,
    cpuTarget: 70,
  });
  expect(completed({ maxReplicas: 8, minReplicas: 2 }, { replicas: 6 })).toMatchObject({ replicas: 6, minReplicas: 2 });
});

test('fields that do not fit are left out, the others stay', () => {
  expect(fittingPart({ port: 99_999, name: 'Shop App', domain: 'a.example.com', memory: 'much' })).toEqual({
    domain: 'a.example.com',
  });
});
