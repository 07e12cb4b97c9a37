import { describe, expect, test } from 'vitest';
import { begin, reply } from '../../../src/flow/clarify/engine.ts';
import { clarifyStateSchema } from '../../../src/flow/clarify/state.ts';
import { parseClarifyTemplate } from '../../../src/flow/clarify/template.ts';
import { next, start, valuesOf } from './small-cluster.ts';

const SEED = 'Hangzhou, medium budget, Node.js, production HA';

describe('a dialogue', () => {
  test('asks for what is missing, one question at a time, until nothing is', () => {
    let turn = start(SEED);
    const asked = [];
    for (const answer of ['5', 'no', 'shop']) {
      asked.push(turn.outcome.kind === 'ask' && turn.outcome.field);
      turn = next(turn, answer);
    }
    expect(asked).toEqual(['nodes', 'public', 'name']);
    expect(turn.outcome).toEqual({
      kind: 'complete',
      values: {
        region: 'cn-hangzhou',
        purpose: 'prod',
        workload: 'web',
        budget: 'medium',
        availability: 'high',
        zones: 3,
        nodes: 5,
        public: false,
        name: 'shop',
      },
    });
  });

  test.each([
    '2',
    '第二个',
    '选2',
    'option 2',
    'Beijing',
    '北京',
    '华北2',
    'beijng',
    '北京吧',
    'the Beijing one',
    'ＢＥＩＪＩＮＧ',
  ])('the second choice can be typed as "%s"', (typed) => {
    expect(valuesOf(next(start(''), typed))).toEqual({ region: 'cn-beijing' });
  });

  test('a short word counts as the answer to its question, not before', () => {
    const turn = next(start('Hangzhou, dev, spark'), '高');
    expect(valuesOf(turn)).toMatchObject({ budget: 'high' });
    expect(valuesOf(turn)).not.toHaveProperty('availability');
  });

  test.each([
    ['换成北京', { region: 'cn-beijing' }],
    ['换成北京', { region: 'cn-beijing' }],
    ['Beijing instead', { region: 'cn-beijing' }],
    ['把杭州改成上海', { region: 'cn-shanghai' }],
    ['杭州 -> 上海', { region: 'cn-shanghai' }],
    ['budget high instead', { budget: 'high' }],
    ['预算改成低', { budget: 'low' }],
    ['make it 7 nodes', { nodes: 7 }],
    ['节点数从5改成7', { nodes: 7 }],
    ['Beijing and make it 7 nodes', { region: 'cn-beijing', nodes: 7 }],
  ])('"%s" corrects what was said, whatever is asked', (typed, expected) => {
    const open = next(start(SEED), '5');
    expect(valuesOf(next(open, typed))).toEqual({ ...valuesOf(open), ...expected });
    expect(next(open, typed).outcome).toEqual(open.outcome);
  });

  test('a correction after the end completes anew', () => {
    const done = next(next(start(SEED), { kind: 'command', command: 'defaults' }), 'shop');
    expect(done.outcome.kind).toBe('complete');
    const again = next(done, 'make it 7 nodes');
    expect(again.outcome).toMatchObject({ kind: 'complete', values: { nodes: 7 } });
    expect(again.notes).toEqual([{ key: 'clarify.corrected', params: { label: 'Nodes', from: '3', to: '7' } }]);
  });

  test.each(['back', 'Back', '上一步', '返回', 'go back'])('"%s" undoes exactly one answer', (typed) => {
    const turns = [start(SEED)];
    for (const answer of ['5', 'no', 'Beijing instead']) turns.push(next(turns.at(-1) ?? start(''), answer));
    let turn = turns.pop() ?? start('');
    while (turns.length > 0) {
      turn = next(turn, typed);
      const before = turns.pop();
      expect(turn.state).toEqual(before?.state);
      expect(turn.outcome).toEqual(before?.outcome);
    }
    expect(next(turn, typed).notes).toEqual([{ key: 'clarify.nothing-to-undo' }]);
  });

  test.each(['use defaults', '用默认', '用預設', '默认', 'defaults'])(
    '"%s" fills the rest and asks only for what has none',
    (typed) => {
      const turn = next(start(SEED), typed);
      expect(turn.outcome).toEqual({ kind: 'ask', field: 'name' });
      expect(valuesOf(turn)).toMatchObject({ nodes: 3, zones: 3, public: false });
      expect(turn.notes[0]?.key).toBe('clarify.defaults-taken');
    },
  );

  test('a default that follows another field follows its correction', () => {
    const turn = next(start('Hangzhou, production, web shop'), 'defaults');
    expect(valuesOf(turn)).toMatchObject({ availability: 'high', nodes: 3 });
    expect(valuesOf(next(turn, 'purpose: development'))).toMatchObject({ availability: 'low', nodes: 2 });
  });

  test.each(['cancel', '取消', '算了', 'never mind'])('"%s" ends it', (typed) => {
    expect(next(start(SEED), typed).outcome).toEqual({ kind: 'cancelled' });
  });

  test('a field exists only while its condition holds', () => {
    const turn = next(start('Hangzhou, dev, spark, low budget, low availability, 3 zones'), 'defaults');
    expect(next(turn, 'shop').outcome).toMatchObject({
      kind: 'complete',
      values: expect.not.objectContaining({ zones: 3 }),
    });
  });

  test('words nobody understands change nothing and ask again', () => {
    const open = start(SEED);
    const turn = next(open, 'blah blah');
    expect(turn.state).toEqual(open.state);
    expect(turn.notes).toEqual([{ key: 'clarify.not-understood' }]);
  });

  test('a click on a choice answers, also for a question that is no longer open', () => {
    const turn = next(next(start(''), { kind: 'choice', fieldId: 'region', choiceId: 'cn-beijing' }), '1');
    expect(valuesOf(turn)).toEqual({ region: 'cn-beijing', purpose: 'prod' });
    const corrected = next(turn, { kind: 'choice', fieldId: 'region', choiceId: 'cn-shanghai' });
    expect(valuesOf(corrected)).toEqual({ region: 'cn-shanghai', purpose: 'prod' });
    expect(next(turn, { kind: 'choice', fieldId: 'region', choiceId: 'mars' }).state).toEqual(turn.state);
  });

  test('a text is taken as it was typed, even where it holds a word of another field', () => {
    const open = next(next(start(SEED), '5'), 'no');
    expect(next(open, 'Beijing-Shop').outcome).toMatchObject({
      kind: 'complete',
      values: { name: 'Beijing-Shop', region: 'cn-hangzhou' },
    });
  });

  test('its state passes its schema and JSON unchanged at every turn', () => {
    let turn = start(SEED);
    for (const typed of ['2 nodes, 3 zones', 'take it', 'back', 'Beijing instead', 'defaults', 'shop']) {
      turn = next(turn, typed);
      expect(clarifyStateSchema.parse(JSON.parse(JSON.stringify(turn.state)))).toEqual(turn.state);
    }
    expect(turn.outcome.kind).toBe('ask');
  });
});

describe('an impossible combination', () => {
  test('is refused with the reason, and cannot complete', () => {
    const turn = start(`${SEED}, 2 nodes, 3 zones, public access, named shop`);
    expect(turn.outcome).toEqual({ kind: 'ask', field: 'nodes' });
    expect(turn.notes.at(-1)).toEqual({ key: 'test.too-few-nodes', params: { zones: 3 } });
    expect(turn.state.refused?.nearest).toEqual({ nodes: 3 });
  });

  test.each(['take it', '接受', '4', 'make it 4 nodes', '2 zones'])('is settled by "%s"', (typed) => {
    const turn = next(start(`${SEED}, 2 nodes, 3 zones, public access, named shop`), typed);
    expect(turn.outcome.kind).toBe('complete');
    expect(turn.state).not.toHaveProperty('refused');
  });

  test('is also found when a default makes it', () => {
    const turn = start(`${SEED}, 2 nodes, public access, named shop`);
    expect(turn.outcome).toEqual({ kind: 'ask', field: 'nodes' });
  });
});

describe('choices that depend on another field', () => {
  const template = parseClarifyTemplate(`
id: dependent
version: 1
fields:
  - { id: region, type: choice, label: { en: Region, zh: 地域 }, question: { en: Where?, zh: 哪里？ }, choices: [{ id: north, label: { en: North, zh: 北方 } }, { id: south, label: { en: South, zh: 南方 } }] }
  - { id: zone, type: choice, label: { en: Zone, zh: 可用区 }, question: { en: Which?, zh: 哪个？ }, choices: { from: zones } }
`);
  const sources = {
    choices: {
      zones: ({ region }: Record<string, unknown>) =>
        region
          ? ['a', 'b'].map((id) => ({ id: `${region}-${id}`, label: { en: `${region}-${id}`, zh: `${region}-${id}` } }))
          : [],
    },
  };

  test('are dropped, and asked again, when the other is corrected', () => {
    const first = begin(template, sources, 'north', 'en');
    const chosen = reply(template, sources, first.state, { kind: 'text', text: 'north-b' }, 'en');
    expect(chosen.outcome).toEqual({ kind: 'complete', values: { region: 'north', zone: 'north-b' } });
    const moved = reply(
      template,
      sources,
      chosen.state,
      { kind: 'choice', fieldId: 'region', choiceId: 'south' },
      'en',
    );
    expect(moved.outcome).toEqual({ kind: 'ask', field: 'zone' });
    expect(moved.notes.map(({ key }) => key)).toEqual(['clarify.dropped', 'clarify.corrected']);
  });
});
