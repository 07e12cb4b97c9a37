import { describe, expect, test } from 'vitest';
import { ageText, bytesText, coresText } from '../../../../flows/operations/look/amounts.ts';
import { columnsOf, inOrder, rowOf } from '../../../../flows/operations/look/rows.ts';
import { ago, NOW } from './run.ts';

const metadata = { name: 'a', namespace: 'shop', creationTimestamp: ago(3 * 86_400) };
const status = (kind: string, object: object) => {
  const { cells, wrong } = rowOf(kind, { metadata, ...object }, NOW);
  return { ...Object.fromEntries(columnsOf(kind).map((column, at) => [column, cells[at]])), wrong };
};
const container = (state: object, more: object = {}) => ({ name: 'a', ready: false, restartCount: 0, state, ...more });
const pod = (containerStatuses: object[], phase = 'Running', more: object = {}) => ({
  spec: { containers: containerStatuses, nodeName: 'n1' },
  status: { phase, containerStatuses, ...more },
});

describe('a pod', () => {
  test('that runs is fine', () => {
    expect(status('Pod', pod([container({ running: {} }, { ready: true })]))).toEqual({
      ready: '1/1',
      status: 'Running',
      restarts: '0',
      age: '3d',
      node: 'n1',
      wrong: false,
    });
  });

  test.each([
    ['CrashLoopBackOff', pod([container({ waiting: { reason: 'CrashLoopBackOff' } })])],
    ['OOMKilled', pod([container({ terminated: { reason: 'OOMKilled', exitCode: 137 } })])],
    [
      'Unschedulable',
      pod([], 'Pending', { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] }),
    ],
    [
      'Init:ImagePullBackOff',
      pod([], 'Pending', { initContainerStatuses: [container({ waiting: { reason: 'ImagePullBackOff' } })] }),
    ],
    ['Evicted', { status: { phase: 'Failed', reason: 'Evicted' } }],
    ['Running', pod([container({ running: {} })])],
  ])('that is %s is not', (said, object) => {
    expect(status('Pod', object)).toMatchObject({ status: said, wrong: true });
  });

  test('that is done is fine, and so is one that goes', () => {
    expect(status('Pod', pod([container({ terminated: { exitCode: 0 } })], 'Succeeded'))).toMatchObject({
      status: 'Completed',
      wrong: false,
    });
    expect(rowOf('Pod', { metadata: { ...metadata, deletionTimestamp: NOW }, status: {} }, NOW)).toMatchObject({
      wrong: false,
    });
  });

  test('that was restarted says when', () => {
    const lastState = { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: ago(300) } };
    const restarted = pod([container({ running: {} }, { ready: true, restartCount: 4, lastState })]);
    expect(status('Pod', restarted)).toMatchObject({ restarts: '4 (5m)', wrong: true });
  });
});

describe('other kinds', () => {
  test('a Deployment that has not come up is wrong, one that was scaled to zero is not', () => {
    expect(status('Deployment', { spec: { replicas: 3 }, status: { readyReplicas: 1 } })).toMatchObject({
      ready: '1/3',
      wrong: true,
    });
    expect(status('Deployment', { spec: { replicas: 0 } })).toMatchObject({ ready: '0/0', wrong: false });
    expect(status('DaemonSet', { status: { desiredNumberScheduled: 3, numberReady: 3 } })).toMatchObject({
      ready: '3/3',
      wrong: false,
    });
  });

  test('a node that is not ready or under pressure is wrong, one that is cordoned is not', () => {
    const node = (conditions: object[], spec = {}) => ({
      spec,
      status: { conditions, allocatable: { cpu: '3900m', memory: '14Gi' } },
    });
    const ready = { type: 'Ready', status: 'True' };
    expect(status('Node', node([ready]))).toMatchObject({ status: 'Ready', size: '3.9 / 14Gi', wrong: false });
    expect(status('Node', node([{ type: 'Ready', status: 'Unknown' }]))).toMatchObject({
      status: 'NotReady',
      wrong: true,
    });
    expect(status('Node', node([ready, { type: 'MemoryPressure', status: 'True' }]))).toMatchObject({ wrong: true });
    expect(status('Node', node([ready], { unschedulable: true }))).toMatchObject({
      status: 'Ready, SchedulingDisabled',
      wrong: false,
    });
  });

  test('what waits for an address, a volume or a metric is wrong', () => {
    expect(status('Service', { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } })).toMatchObject({
      address: '<pending>',
      wrong: true,
    });
    expect(status('PersistentVolumeClaim', { status: { phase: 'Pending' } })).toMatchObject({ wrong: true });
    const hpa = (conditions: object[], currentReplicas = 2) => ({
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'a' }, minReplicas: 2, maxReplicas: 5 },
      status: { currentReplicas, conditions },
    });
    expect(
      status('HorizontalPodAutoscaler', hpa([{ type: 'ScalingLimited', status: 'True', reason: 'TooFewReplicas' }])),
    ).toMatchObject({ status: 'OK' });
    expect(
      status(
        'HorizontalPodAutoscaler',
        hpa([{ type: 'ScalingLimited', status: 'True', reason: 'TooManyReplicas' }], 5),
      ),
    ).toMatchObject({ status: 'TooManyReplicas', wrong: true });
    expect(
      status(
        'HorizontalPodAutoscaler',
        hpa([{ type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric' }]),
      ),
    ).toMatchObject({ wrong: true });
  });

  test('an object of another form than its kind has says so instead of failing the list', () => {
    expect(rowOf('CronJob', { metadata, spec: { schedule: 5 } }, NOW)).toMatchObject({
      cells: ['?', '–', '–', '–'],
      wrong: true,
    });
  });

  test('a kind that is not known has a name and an age', () => {
    expect(rowOf('Widget', { metadata }, NOW)).toEqual({ name: 'a', namespace: 'shop', cells: ['3d'], wrong: false });
  });
});

test('what is wrong comes first, numbers in names are counted', () => {
  const row = (name: string, wrong = false) => ({ name, cells: [], wrong });
  const sorted = [row('a-10'), row('b', true), row('a-2')].sort(inOrder).map(({ name }) => name);
  expect(sorted).toEqual(['b', 'a-2', 'a-10']);
});

test('amounts are written as Kubernetes has them', () => {
  expect([coresText(0.25), coresText(1.5), bytesText(512 * 2 ** 20), bytesText(1.5 * 2 ** 30)]).toEqual([
    '250m',
    '1.5',
    '512Mi',
    '1.5Gi',
  ]);
  expect([ageText(ago(45), NOW), ageText(ago(7200), NOW), ageText(undefined, NOW)]).toEqual(['45s', '2h', '–']);
});
