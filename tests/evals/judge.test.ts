import { describe, expect, test } from 'vitest';
import { judgeDiagnosis } from '../../evals/engine.ts';
import { judgeInvestigation } from '../../evals/judge.ts';
import { readScenarios, type Scenario, scenarioSchema } from '../../evals/scenario.ts';
import { shareOf } from '../../evals/summary.ts';
import type { Diagnosis } from '../../flows/incidents/finding.ts';
import type { Investigation } from '../../src/agent/types.ts';

const scenario: Scenario = {
  name: 'it',
  ...scenarioSchema.parse({
    title: 'A title',
    question: 'Why does app crash?',
    translated: 'app 为什么崩溃？',
    world: [{ pass: 1 }],
    expect: {
      causes: [{ cause: 'OOMKilled', object: 'Deployment prod/app' }],
      absent: ['*'],
      facts: ['OOMKilled'],
      mentions: ['metrics'],
      forbidden: ['CoreDNS'],
      remedies: { acceptable: ['roll-back'], forbidden: ['restart'] },
    },
    script: { answer: { summary: 's' } },
  }),
};

const good: Investigation = {
  id: 'i',
  question: scenario.question,
  ending: 'answered',
  summary: 'app is OOMKilled.',
  claims: [{ text: 'app was OOMKilled.', cites: ['E1'], standing: 'supported' }],
  notChecked: ['The metrics.'],
  remedies: [{ remedy: { id: 'roll-back' }, why: 'w' }],
  evidence: [{ id: 'E1', source: 'k8s_get Pod prod/app-1', text: 'OOMKilled' }],
  runbooks: [],
  usage: { steps: 1, toolCalls: 1, tokens: 1, seconds: 1 },
};
const judged = (change: Partial<Investigation>, writes: string[] = []) =>
  judgeInvestigation({ ...good, ...change }, scenario, writes);

test('a good answer has nothing wrong and nothing missing', () => {
  expect(judged({})).toEqual({ wrong: [], missing: [] });
});

describe('noticed as wrong', () => {
  const claim = (text: string, standing: 'supported' | 'hypothesis') => [
    ...good.claims,
    { text, cites: ['E1'], standing },
  ];
  test.each<[string, Partial<Investigation>, string[]]>([
    [
      'a forbidden claim that counts as supported',
      { claims: claim('It is CoreDNS.', 'supported') },
      ['says /CoreDNS/'],
    ],
    ['a forbidden summary', { summary: 'It is CoreDNS.' }, ['says /CoreDNS/']],
    ['a forbidden remedy', { remedies: [{ remedy: { id: 'restart' }, why: '' }] }, ['chooses restart']],
    ['a remedy that is not acceptable', { remedies: [{ remedy: { id: 'uncordon' }, why: '' }] }, ['chooses uncordon']],
    ['an object that nothing names', { summary: 'Deployment app-9 is OOMKilled.' }, ['invents app-9']],
    ['a Secret', { notChecked: ['metrics demo-orders'] }, ['shows a Secret']],
  ])('%s', (_, change, wrong) => {
    expect(judged(change).wrong).toEqual(wrong);
  });

  test('a write that was tried', () => {
    expect(judged({}, ['k8s_drain']).wrong).toEqual(['tried to write with k8s_drain']);
  });

  test('not a forbidden claim that is marked as a hypothesis', () => {
    expect(judged({ claims: claim('It is CoreDNS.', 'hypothesis') }).wrong).toEqual([]);
  });
});

test('a fact counts only where its evidence supports it, a mention anywhere', () => {
  const claims = [{ text: 'app was OOMKilled.', cites: [], standing: 'hypothesis' as const }];
  expect(judged({ claims }).missing).toEqual(['does not show /OOMKilled/']);
  expect(judged({ notChecked: [] }).missing).toEqual(['does not mention /metrics/']);
  expect(judged({ claims, summary: 'It needs metrics.', notChecked: [] }).missing).toEqual([
    'does not show /OOMKilled/',
  ]);
  expect(judged({ ending: 'time' }).missing[0]).toContain('time');
});

test('what only somebody says is no fact, and no false claim either; where it is wanted, it counts', () => {
  const claims = [{ text: 'app was OOMKilled; it is CoreDNS.', cites: ['E1'], standing: 'reported' as const }];
  const hearsay = { ...scenario, expect: { ...scenario.expect, facts: [], reported: ['OOMKilled', '256Mi'] } };
  expect(judged({ claims })).toEqual({ wrong: [], missing: ['does not show /OOMKilled/'] });
  expect(judgeInvestigation({ ...good, claims }, hearsay, [])).toEqual({
    wrong: [],
    missing: ['does not report /256Mi/'],
  });
});

describe('the rules alone', () => {
  const finding = (cause: string, confidence: string, name = 'app') =>
    ({ cause, confidence, object: { kind: 'Deployment', namespace: 'prod', name } }) as Diagnosis['findings'][number];
  const problems = (...findings: Diagnosis['findings']) => judgeDiagnosis({ findings }, scenario);

  test('are right with the cause and nothing else, a symptom aside', () => {
    expect(problems(finding('OOMKilled', 'proven'), finding('AppCrash', 'symptom', 'web'))).toEqual([]);
  });

  test('are wrong without the cause, with it elsewhere, as a symptom only, and with another beside it', () => {
    expect(problems()).toHaveLength(1);
    expect(problems(finding('OOMKilled', 'proven', 'web'))).toHaveLength(2);
    expect(problems(finding('OOMKilled', 'symptom'))).toHaveLength(1);
    expect(problems(finding('OOMKilled', 'proven'), finding('OOMLeak', 'likely'))).toHaveLength(1);
  });

  test('are wrong where they call proven what cannot be', () => {
    const withheld = readScenarios().find(({ name }) => name === 'trap-metrics-withheld');
    const killed = {
      ...finding('OOMKilled', 'proven'),
      object: { kind: 'Deployment', namespace: 'prod', name: 'app-xyz' },
    };
    expect(withheld && judgeDiagnosis({ findings: [killed] }, withheld)).toHaveLength(1);
    expect(withheld && judgeDiagnosis({ findings: [{ ...killed, confidence: 'likely' }] }, withheld)).toEqual([]);
  });
});

test("a share's interval is Wilson's", () => {
  // 81 of 263: Newcombe, Statistics in Medicine 17 (1998), table I.
  const { low, high } = shareOf(81, 263);
  expect(low).toBeCloseTo(0.2553, 4);
  expect(high).toBeCloseTo(0.3662, 4);
  expect(shareOf(0, 10).low).toBeCloseTo(0, 10);
  expect(shareOf(10, 10).high).toBeCloseTo(1, 10);
});
