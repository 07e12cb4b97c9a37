import { describe, expect, test } from 'vitest';
import {
  answerRoom,
  claimForm,
  nodeForm,
  podForm,
  reachOf,
  roomQuestion,
  volumeForm,
} from '../../../../flows/operations/change/room.ts';

const node = (name: string, more: object = {}) =>
  nodeForm.parse({
    metadata: { name, labels: { zone: name } },
    status: {
      allocatable: { cpu: '4', memory: '8Gi', pods: '10' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
    ...more,
  });
const pod = (
  name: string,
  nodeName: string | undefined,
  more: { spec?: object; metadata?: object; status?: object } = {},
) =>
  podForm.parse({
    metadata: {
      name,
      namespace: 'prod',
      labels: { 'pod-template-hash': 'abc' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'app-abc', controller: true }],
      ...more.metadata,
    },
    spec: {
      ...(nodeName && { nodeName }),
      containers: [{ resources: { requests: { cpu: '1', memory: '1Gi' } } }],
      ...more.spec,
    },
    status: { phase: 'Running', ...more.status },
  });
const ask = (question: object) => roomQuestion.parse({ clusterId: 'c1', ...question });
const fit = { need: { cpu: 1, memory: 2 ** 30 }, copies: 10 };

describe('room for more pods', () => {
  test('is counted node by node, not as a sum', () => {
    const nodes = [node('a'), node('b')];
    const pods = [pod('x', 'a'), pod('y', 'b'), pod('z', 'b')];
    expect(answerRoom(ask({ fit }), nodes, { pods }).fits).toBe(5);
    const large = { need: { cpu: 3.5, memory: 0 }, copies: 2 };
    expect(answerRoom(ask({ fit: large }), nodes, { pods }).fits).toBe(0);
  });

  test('is none on nodes that are cordoned, not ready, or tainted for others', () => {
    const taints = [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }];
    const nodes = [
      node('a', { spec: { unschedulable: true } }),
      node('b', { status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10' }, conditions: [] } }),
      node('c', { spec: { taints } }),
    ];
    expect(answerRoom(ask({ fit }), nodes, { pods: [] })).toMatchObject({ fits: 0, open: 1, nodes: 3 });
    const tolerations = [{ key: 'gpu', operator: 'Equal', value: 'yes' }];
    const bearing = { ...fit, need: { ...fit.need, tolerations } };
    expect(answerRoom(ask({ fit: bearing }), nodes, { pods: [] }).fits).toBe(4);
  });

  test('goes by selectors of nodes, and by the number of pods', () => {
    const nodes = [node('a'), node('b')];
    const picky = { need: { cpu: 0, memory: 0, nodeSelector: { zone: 'a' } }, copies: 12 };
    expect(answerRoom(ask({ fit: picky }), nodes, { pods: [pod('x', 'a')] }).fits).toBe(9);
  });

  test('is not taken by pods that are done', () => {
    const done = pod('x', 'a', { status: { phase: 'Succeeded' } });
    expect(answerRoom(ask({ fit }), [node('a')], { pods: [done] }).fits).toBe(4);
  });
});

describe('a node that is emptied', () => {
  const daemon = pod('d', 'a', { metadata: { ownerReferences: [{ kind: 'DaemonSet', name: 'd', controller: true }] } });
  const mirror = pod('m', 'a', { metadata: { annotations: { 'kubernetes.io/config.mirror': 'x' } } });
  const bare = pod('bare', 'a', { metadata: { ownerReferences: [] } });
  const scratch = pod('scratch', 'a', { spec: { volumes: [{ name: 'tmp', emptyDir: {} }] } });

  test('loses what a drain takes, with whose it is and what it would lose', () => {
    const pods = [
      daemon,
      mirror,
      bare,
      scratch,
      pod('other', 'b'),
      pod('new', undefined, { status: { phase: 'Pending' } }),
    ];
    const answer = answerRoom(ask({ leaving: ['a'] }), [node('a'), node('b')], { pods });
    expect(answer.moving).toEqual([
      { namespace: 'prod', name: 'bare', emptyDir: false, homeless: false },
      {
        namespace: 'prod',
        name: 'scratch',
        owner: { kind: 'Deployment', name: 'app' },
        emptyDir: true,
        homeless: false,
      },
    ]);
    expect([answer.open, answer.waiting]).toEqual([1, 1]);
  });

  test('leaves pods without a home where the others are full', () => {
    const pods = [...'abcd'].map((letter) => pod(letter, 'b')).concat(pod('x', 'a'));
    const { moving } = answerRoom(ask({ leaving: ['a'] }), [node('a'), node('b')], { pods });
    expect(moving?.map(({ name, homeless }) => [name, homeless])).toEqual([['x', true]]);
  });

  test('leaves a pod without a home whose disk is in no other node’s zone', () => {
    const terms = [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }];
    const reach = reachOf(
      [claimForm.parse({ metadata: { name: 'data-db-0', namespace: 'prod' }, spec: { volumeName: 'pv1' } })],
      [
        volumeForm.parse({
          metadata: { name: 'pv1' },
          spec: { nodeAffinity: { required: { nodeSelectorTerms: terms } } },
        }),
      ],
    );
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } }];
    const pods = [pod('db-0', 'a', { spec: { volumes } }), pod('x', 'a')];
    const { moving } = answerRoom(ask({ leaving: ['a'] }), [node('a'), node('b')], { pods, reach });
    expect(moving?.map(({ name, homeless }) => [name, homeless])).toEqual([
      ['db-0', true],
      ['x', false],
    ]);
  });

  test('of any so many is taken to be the fullest', () => {
    const pods = [pod('x', 'b'), pod('y', 'b'), pod('z', 'a')];
    const { moving } = answerRoom(ask({ leavingSome: { nodes: ['a', 'b'], count: 1 } }), [node('a'), node('b')], {
      pods,
    });
    expect(moving?.map(({ name }) => name)).toEqual(['x', 'y']);
  });
});
