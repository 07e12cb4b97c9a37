import { describe, expect, test } from 'vitest';
import { investigationCard } from '../../src/agent/card.ts';
import { type Progress, progressed } from '../../src/agent/progress.ts';
import type { AgentEvent, Investigation } from '../../src/agent/types.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { plainText } from '../../src/chat/plain.ts';

const words = loadMessages('templates/messages');
const look = { t: words.en, language: 'en' as const, timeZone: 'Asia/Shanghai', rev: 3 };
const start: Progress = { id: 'N1', question: 'why is checkout slow?', steps: [], text: '' };
const step = (id: number, status: 'running' | 'done' = 'done'): AgentEvent => ({
  type: 'step',
  id: `s${id}`,
  source: `k8s_get Pod prod/app-${id}`,
  status,
});
const seenAfter = (...events: AgentEvent[]) => events.reduce(progressed, start);

const done: Investigation = {
  id: 'N1',
  question: 'why is checkout slow?',
  ending: 'answered',
  summary: 'It runs out of memory. The database is slow.',
  unsupported: ['The database is slow.'],
  claims: [
    { text: 'The database is slow', cites: [], standing: 'hypothesis', missing: 'no-evidence' },
    { text: 'Pod app-1 was killed', cites: ['E1'], standing: 'supported' },
  ],
  notChecked: ['the database'],
  remedies: [
    {
      remedy: { id: 'restart', target: { kind: 'Deployment', namespace: 'prod', name: 'checkout' } },
      why: 'to gain time',
    },
  ],
  evidence: [
    {
      id: 'E1',
      source: 'k8s_events prod',
      time: '2026-11-25T14:02:31Z',
      text: 'OOMKilled',
      chart: { title: 'Memory', chart: { unit: 'bytes', series: [], limits: [], marks: [] } },
    },
  ],
  runbooks: ['oom'],
  usage: { steps: 3, toolCalls: 5, tokens: 12_345, seconds: 14.2, money: 0.0123 },
};

describe('the card of an investigation that runs', () => {
  test('shows the last steps, counts the earlier, and can be stopped', () => {
    const card = investigationCard(
      seenAfter(...Array.from({ length: 11 }, (_, n) => step(n + 1)), step(12, 'running')),
      look,
    );
    const progress = card.blocks.find((block) => block.type === 'progress');
    expect(progress?.steps.map(({ title, status }) => `${status} ${title}`)).toEqual([
      'done 4 earlier steps',
      ...[5, 6, 7, 8, 9, 10, 11].map((n) => `done k8s_get Pod prod/app-${n}`),
      'running k8s_get Pod prod/app-12',
    ]);
    expect(card.blocks.at(-1)).toEqual({ type: 'buttons', items: [{ id: 'agent-stop:N1', label: 'Stop' }] });
    expect(card).toMatchObject({ id: 'agent-N1', rev: 3, tone: 'info' });
    expect(card.closed).toBeUndefined();
  });

  test('shows a step once, as it is now, and the answer as it is written until it is none', () => {
    const running = seenAfter(
      step(1, 'running'),
      { type: 'token', text: 'It is ' },
      { type: 'token', text: 'slow' },
      step(1),
    );
    expect(running.steps).toEqual([{ id: 's1', title: 'k8s_get Pod prod/app-1', status: 'done' }]);
    expect(plainText(investigationCard(running, look))).toContain('It is slow');
    expect(progressed(running, { type: 'reset' }).text).toBe('');
  });

  test('says that the model thinks while it neither looks nor writes', () => {
    const steps = (...events: AgentEvent[]) => {
      const block = investigationCard(seenAfter(...events), look).blocks.find(({ type }) => type === 'progress');
      return block?.type === 'progress' ? block.steps.map(({ title, status }) => `${status} ${title}`) : [];
    };
    const thinking = 'running The model is thinking';
    expect(steps()).toEqual([thinking]);
    expect(steps(step(1))).toEqual(['done k8s_get Pod prod/app-1', thinking]);
    expect(steps(step(1, 'running'))).not.toContain(thinking);
    expect(steps(step(1), { type: 'token', text: 'It is' })).not.toContain(thinking);
  });

  test('shows what a model writes as plain text, and keeps it short', () => {
    const said = '<@U123> [here](https://evil.example) **now** ';
    const card = investigationCard(seenAfter({ type: 'token', text: said.repeat(1000) }), look);
    const shown = JSON.stringify(card);
    expect(shown).not.toMatch(/[^\\]<@|[^\\]\]\(|[^\\]\*\*now|https:\/\//);
    expect(shown.length).toBeLessThan(4000);
  });
});

describe('the card of an answer', () => {
  test('has what is shown before what is guessed, and says what was not checked, and from what', () => {
    const card = investigationCard(done, look);
    const all = JSON.stringify(card.blocks);
    expect(card).toMatchObject({ tone: 'success', closed: true });
    expect(card.footer).toBe('3 questions to the model, 5 calls, 12,345 tokens, 14 s, 0.0123 by the set price');
    expect(card.blocks[0]).toEqual({
      type: 'text',
      markdown: 'It runs out of memory\\. The database is slow\\. _(not shown by what was seen)_',
    });
    expect(card.blocks[1]).toEqual({
      type: 'text',
      markdown: '- Pod app\\-1 was killed · E1\n- _Hypothesis:_ The database is slow (cites nothing that was seen)',
    });
    expect(all).toContain('**Not checked:**\\n- the database');
    expect(all).toContain('Restart · Deployment prod/checkout: to gain time');
    expect(card.blocks.some((block) => block.type === 'chart')).toBe(true);
    expect(all).toContain('Runbooks that fit: oom');
    expect(card.blocks.at(-1)).toMatchObject({
      type: 'details',
      blocks: [{ type: 'table', rows: [['E1', 'k8s_events prod', '25/11/2026, 22:02:31', 'OOMKilled']] }],
    });
    expect(card.blocks.some((block) => block.type === 'buttons')).toBe(false);
  });

  test.each(['stopped', 'steps', 'tokens', 'time', 'budget', 'failed'] as const)('says how it ended: %s', (ending) => {
    for (const language of ['en', 'zh'] as const) {
      const failure = ending === 'failed' ? { failure: { code: 'X', message: 'no route' } } : {};
      const card = investigationCard({ ...done, ending, ...failure }, { ...look, language, t: words[language] });
      expect(card.blocks[0]).toMatchObject({ type: 'text' });
      expect(card.tone).toBe(ending === 'failed' ? 'danger' : 'warning');
      expect(JSON.stringify(card.blocks[0])).not.toContain('agent.ending');
      if (ending === 'failed') expect(JSON.stringify(card.blocks[0])).toContain('no route');
    }
  });

  test('stays small and plain, whatever was said and seen', () => {
    const evil = '<!channel> @all [x](javascript:1) `\u202e` https://evil.example/ '.repeat(40);
    const many = Array.from({ length: 100 }, (_, n) => n);
    const card = investigationCard(
      {
        ...done,
        question: evil,
        summary: evil,
        claims: many.map(() => ({ text: evil.slice(0, 300), cites: ['E1'], standing: 'supported' as const })),
        evidence: many.map((n) => ({ id: `E${n}`, source: evil, text: evil })),
        runbooks: [evil.slice(0, 50)],
      },
      look,
    );
    const markdown = card.blocks.flatMap((block) => (block.type === 'text' ? [block.markdown] : [])).join('\n');
    expect(markdown).not.toMatch(/[^\\]<!|[^\\]@all|\]\(|https:\/\/|\u202e/);
    expect(JSON.stringify(card).length).toBeLessThan(80_000);
  });
});

test.each(['en', 'zh'] as const)('what only somebody’s words carry is marked as such, in %s', (language) => {
  const reported: Investigation = {
    ...done,
    reported: ['It runs out of memory.'],
    claims: [
      { text: 'DNS is the cause', cites: ['E1'], standing: 'reported', heard: ['log'] },
      { text: 'Pod app-1 was killed', cites: ['E1'], standing: 'supported' },
    ],
    remedies: [{ remedy: { id: 'restart' }, why: 'a log says so', rests: 'reported' }],
  };
  const t = words[language];
  const shown = plainText(investigationCard(reported, { ...look, t, language }));
  expect(shown.indexOf('Pod app-1 was killed')).toBeLessThan(shown.indexOf('DNS is the cause'));
  expect(shown).toContain(`_${t('agent.reported')}:_ DNS is the cause · E1 (${t('agent.heard.log')})`);
  expect(shown).toContain(`It runs out of memory\\. _${t('agent.only-reported')}_`);
  expect(shown).toContain(`a log says so _${t('agent.only-reported')}_`);
});
