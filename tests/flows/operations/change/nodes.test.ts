import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/tools/types.ts';
import { one, play, rehearsed, type Tools } from './play.ts';

const at = one({ kind: 'Node', name: 'node-1' });
const moving = (more: JsonObject = {}): JsonObject => ({
  namespace: 'prod',
  name: 'app-1',
  owner: { kind: 'Deployment', name: 'app' },
  emptyDir: false,
  homeless: false,
  ...more,
});
const room = (...pods: JsonObject[]): JsonObject => ({ nodes: 4, open: 3, waiting: 0, moving: pods });
const drained = rehearsed({
  undoCall: { tool: 'k8s_cordon', args: { clusterId: 'c1', node: 'node-1', on: false } },
  drain: { done: true, evicted: [{ namespace: 'prod', name: 'app-1' }], left: [], staying: 3 },
});
const usual: Tools = { ...at, copilot_room: room(moving()), copilot_rehearse: drained };

describe('cordoning', () => {
  test('is checked by the node itself and taken back by uncordoning', () => {
    const { plan, said } = play('cordon', 'cordon node-1', { tools: { ...usual, copilot_room: room() } });
    expect(plan).toMatchObject({
      action: 'node.cordon',
      target: { kind: 'Node', name: 'node-1', percent: 25 },
      steps: [{ tool: 'k8s_cordon', args: { node: 'node-1', on: true, expectedUid: 'uid-1' } }],
      undo: [{ tool: 'k8s_cordon', args: { on: false } }],
      risk: 'low',
    });
    expect(plan?.verify[0]?.done).toEqual([{ path: 'schedulable', in: [false] }]);
    expect(said).toEqual(['change.cordon.done']);
  });

  test('the last node that takes pods is a high risk', () => {
    const tools = { ...usual, copilot_room: { nodes: 1, open: 1, waiting: 0 } };
    expect(play('cordon', 'cordon node-1', { tools }).plan?.risk).toBe('high');
  });

  test.each([
    ['cordon', 'change.cordon.already'],
    ['uncordon', 'change.uncordon.already'],
  ])('what is so already needs no %s', (id, key) => {
    const tools = { ...usual, copilot_rehearse: rehearsed({ diff: '' }) };
    expect(play(id, `${id} node-1`, { tools }).said).toEqual([key]);
  });
});

describe('draining', () => {
  test('evicts in parts until nothing is left, and watches what has moved', () => {
    const { plan, said } = play('drain', 'drain node-1', { tools: usual });
    expect(plan).toMatchObject({
      action: 'node.drain',
      steps: [
        {
          tool: 'k8s_drain',
          args: { node: 'node-1', deleteEmptyDirData: false },
          repeat: { done: [{ path: 'done', in: [true] }] },
        },
      ],
      undo: [{ tool: 'k8s_cordon', args: { on: false } }],
      undoMode: 'ask',
      risk: 'medium',
    });
    expect(plan?.verify.map(({ id }) => id)).toEqual(['no-pod-waits', 'healthy-1']);
    expect(said).toEqual(['change.drain.done']);
  });

  test('is refused where nothing would bring a pod back', () => {
    const bare = { namespace: 'prod', name: 'debug', emptyDir: false, homeless: false };
    const { said, plan } = play('drain', 'drain node-1', { tools: { ...usual, copilot_room: room(bare) } });
    expect([said, plan]).toEqual([['change.drain.bare'], undefined]);
  });

  test('asks before data in an emptyDir is lost, and leaves it without a yes', () => {
    const tools = { ...usual, copilot_room: room(moving({ emptyDir: true })) };
    const yes = play('drain', 'drain node-1', { tools, answers: [{ choice: 'lose' }] });
    expect(yes.plan?.steps[0]?.args.deleteEmptyDirData).toBe(true);
    const no = play('drain', 'drain node-1', { tools, answers: [{ choice: 'leave' }] });
    expect([no.said, no.plan]).toEqual([['change.end.nothing'], undefined]);
  });

  test('asks where pods fit nowhere else; doing it anyway is a high risk', () => {
    const tools = { ...usual, copilot_room: room(moving({ homeless: true })) };
    const { asked, plan } = play('drain', 'drain node-1', { tools, answers: [{ choice: 'anyway' }] });
    expect([asked[0]?.title, plan?.risk]).toEqual(['change.drain.homeless', 'high']);
  });

  test('shows which pods a budget holds, in cells of their own', () => {
    const held = { namespace: 'prod', name: 'db-0', why: 'Cannot evict pod: budget **db** [x](http://evil)' };
    const tools = {
      ...usual,
      copilot_rehearse: { ...drained, drain: { done: false, evicted: [], left: [held], staying: 1 } },
    };
    const { commands, plan } = play('drain', 'drain node-1', { tools });
    const blocks = commands.flatMap((each) => (each.verb === 'propose' ? each.blocks : []));
    expect(blocks.find(({ type }) => type === 'table')).toMatchObject({ rows: [['prod/db-0', held.why]] });
    expect(JSON.stringify(blocks.filter(({ type }) => type === 'text'))).not.toContain('evil');
    expect(plan?.risk).toBe('high');
  });

  test('goes on without knowing the room, and says so', () => {
    const tools = { ...usual, copilot_room: { code: 'TOO_MANY', message: 'too many pods' } };
    const { plan, text } = play('drain', 'drain node-1', { tools });
    expect(plan?.risk).toBe('high');
    expect(text).toContain('could not be checked');
  });

  test('of an empty, cordoned node needs nothing', () => {
    const tools = {
      ...usual,
      copilot_room: room(),
      copilot_rehearse: rehearsed({ diff: '', drain: { done: true, evicted: [], left: [], staying: 2 } }),
    };
    expect(play('drain', 'drain node-1', { tools }).said).toEqual(['change.drain.already']);
  });
});
