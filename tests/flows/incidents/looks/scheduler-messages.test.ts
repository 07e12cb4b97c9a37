import { expect, test } from 'vitest';
import { readSchedulerMessage } from '../../../../flows/incidents/looks/scheduler-messages.ts';

/** Messages as the versions of Kubernetes write them; sources are the scheduler's plugins and public reports of such events. */
const short = (message: string) =>
  readSchedulerMessage(message).map(({ kind, nodes, detail }) => `${nodes} ${kind}${detail && ` ${detail}`}`);

test.each([
  [
    '0/5 nodes are available: 3 Insufficient cpu, 2 node(s) had untolerated taint {dedicated: gpu}. preemption: 0/5 nodes are available: 2 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.',
    ['3 resource cpu', '2 taint dedicated=gpu'],
  ],
  [
    "0/4 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 3 Insufficient memory.",
    ['1 taint node-role.kubernetes.io/master', '3 resource memory'],
  ],
  [
    '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu, 2 Insufficient memory. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    ['1 taint', '2 resource cpu', '2 resource memory'],
  ],
  ["0/2 nodes are available: 2 node(s) had taints that the pod didn't tolerate.", ['2 taint']],
  ['0/3 nodes are available: 3 node(s) were unschedulable.', ['3 cordon']],
  ["0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", ['1 node-affinity']],
  ["0/1 nodes are available: 1 node(s) didn't match Pod's node affinity.", ['1 node-affinity']],
  ["0/1 nodes are available: 1 node(s) didn't match node selector.", ['1 node-affinity']],
  ["0/1 nodes are available: 1 node(s) didn't match the requested node name.", ['1 node-name']],
  ['0/1 nodes are available: 1 Too many pods.', ['1 pods']],
  ['0/1 nodes are available: 1 Insufficient aliyun.com/gpu-mem.', ['1 resource aliyun.com/gpu-mem']],
  ["0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.", ['1 ports']],
  [
    "0/3 nodes are available: 1 node(s) didn't match pod affinity/anti-affinity rules, 1 node(s) didn't match pod anti-affinity rules, 1 node(s) didn't satisfy existing pods anti-affinity rules.",
    ['1 pod-affinity-or-anti', '2 pod-anti-affinity'],
  ],
  [
    "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label), 1 node(s) didn't match pod topology spread constraints.",
    ['2 spread'],
  ],
  [
    "0/3 nodes are available: 1 node(s) had volume node affinity conflict, 1 node(s) didn't match PersistentVolume's node affinity, 1 node(s) had no available volume zone.",
    ['3 volume-place'],
  ],
  ["0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind.", ['1 volume-none']],
  ['0/1 nodes are available: 1 node(s) exceed max volume count.', ['1 volume-limit']],
  [
    '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    ['3 claim-unbound'],
  ],
  ['pod has unbound PersistentVolumeClaims (repeated 2 times)', ['0 claim-unbound']],
  ['0/1 nodes are available: persistentvolumeclaim "data" not found.', ['1 claim-missing data']],
  [
    '0/1 nodes are available: persistentvolumeclaim "data" bound to non-existent persistentvolume "pv-1".',
    ['1 claim-lost'],
  ],
  ['no nodes available to schedule pods', ['0 other no nodes available to schedule pods']],
])('%s', (message, expected) => {
  expect(short(message)).toEqual(expected);
});

test('a message of a megabyte is read as far as it may be useful, and at once', () => {
  const message = `0/9 nodes are available: ${'1 Insufficient cpu, '.repeat(60_000)}`;
  expect(readSchedulerMessage(message)[0]?.kind).toBe('resource');
});
