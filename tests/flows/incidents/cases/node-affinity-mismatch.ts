import type { CauseCase } from '../case.ts';
import { deployment, event, node, type Raw } from '../objects.ts';
import { app, pending, placed, unplaced } from '../pending.ts';

const inZone = (...values: string[]): Raw => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values }] }],
      },
    },
  },
});
const nodes = [node('node-a'), node('node-b')];
const said =
  "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
const stuck = (spec: Raw) =>
  [deployment('prod/app', { ready: 0, podSpec: spec }), pending('prod/app-1', said, { spec })].flat();

export const nodeAffinityMismatchCase: CauseCase = {
  cause: 'NodeAffinityMismatch',
  firing: { objects: [nodes, stuck(inZone('cn-hangzhou-z'))], expect: { object: app, confidence: 'proven' } },
  healthy: { objects: [nodes, placed('prod/app', inZone('cn-hangzhou-i', 'cn-hangzhou-z'))] },
  recovered: {
    objects: [
      nodes,
      placed('prod/app', inZone('cn-hangzhou-i')),
      event('Pod prod/app-1', 'FailedScheduling', said, { minutesAgo: 30, component: 'default-scheduler' }),
    ],
  },
  nearest: {
    objects: [nodes, stuck({ nodeSelector: { zone: 'z' } })],
    expect: { cause: 'NodeSelectorMismatch', object: app },
  },
  more: {
    'selector and affinity that no node meets together': {
      objects: [
        node('node-a', { labels: { tier: 'web' } }),
        node('node-b', { labels: { 'topology.kubernetes.io/zone': 'cn-hangzhou-z' } }),
        stuck({ ...inZone('cn-hangzhou-z'), nodeSelector: { tier: 'web' } }),
      ],
      expect: { cause: 'NodeAffinityMismatch', object: app, confidence: 'proven' },
    },
    'a node that must not have a label, seen from the nodes alone': {
      objects: [
        node('node-a', { labels: { spot: 'true' } }),
        deployment('prod/app', { ready: 0 }),
        unplaced('prod/app-1', {
          spec: {
            affinity: {
              nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                  nodeSelectorTerms: [{ matchExpressions: [{ key: 'spot', operator: 'DoesNotExist' }] }],
                },
              },
            },
          },
        }),
      ],
      expect: { cause: 'NodeAffinityMismatch', object: app, confidence: 'proven' },
    },
    'the pod of a daemon whose node has gone goes with it': {
      objects: [
        nodes,
        {
          apiVersion: 'apps/v1',
          kind: 'DaemonSet',
          metadata: { namespace: 'prod', name: 'agent' },
          spec: { template: {} },
          status: { desiredNumberScheduled: 2, currentNumberScheduled: 2, numberReady: 2 },
        },
        pending('prod/agent-x', said, {
          owner: { kind: 'DaemonSet', name: 'agent' },
          spec: {
            affinity: {
              nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                  nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-c'] }] }],
                },
              },
            },
          },
        }),
      ],
      expect: undefined,
    },
  },
};
