import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { answersIn, finish, investigator, wants } from './investigator.ts';

// Loading LangChain takes a second, and many where the machine is busy.
beforeAll(async () => {
  await import('../../src/agent/loop/framework.ts');
}, 120_000);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function prepared(setup: Parameters<typeof investigator>[0]) {
  const made = await investigator(setup);
  closing.push(made.close);
  return made;
}

const GET = ['k8s_get', { kind: 'Pod', namespace: 'prod', name: 'app-1' }] as const;
const RESTARTS = finish([{ text: 'Pod app-1 has restarted 7 times.', cites: ['E1'] }]);

describe('an investigation', () => {
  test('looks with tools, and ends with claims that cite what was seen', async () => {
    const { investigate, fake, reads, events } = await prepared({ says: [wants([...GET]), RESTARTS] });
    const found = await investigate();
    expect(found).toMatchObject({
      ending: 'answered',
      summary: 'The app restarts.',
      claims: [{ text: 'Pod app-1 has restarted 7 times.', cites: ['E1'], standing: 'supported' }],
      evidence: [{ id: 'E1', source: 'k8s_get Pod prod/app-1', text: 'kind: Pod\nname: app-1\nrestarts: 7' }],
      usage: { steps: 2, toolCalls: 1, tokens: 60 },
    });
    expect(reads).toMatchObject([{ tool: 'k8s_get', args: { clusterId: 'c-1', kind: 'Pod' }, actor: { id: 'ann' } }]);
    expect(answersIn(fake.asked[1])).toEqual([
      'E1 k8s_get Pod prod/app-1\n==== MARK-7 ====\nkind: Pod\nname: app-1\nrestarts: 7\n==== MARK-7 ====',
    ]);
    expect(events.filter(({ type }) => type === 'step')).toMatchObject([
      { source: 'k8s_get Pod prod/app-1', status: 'running' },
      { source: 'k8s_get Pod prod/app-1', status: 'done' },
    ]);
  });

  test('streams the summary as it is written', async () => {
    const { investigate, events } = await prepared({
      says: [wants([...GET]), finish([], { summary: 'Speicher "voll" – 内存不足 \u{1f600}\n!' })],
    });
    await investigate();
    const said = events.flatMap((event) => (event.type === 'token' ? [event.text] : []));
    expect(said.join('')).toBe('Speicher "voll" – 内存不足 \u{1f600}\n!');
    expect(said.length).toBeGreaterThan(3);
  });

  test('takes back what was said before another look', async () => {
    const { investigate, events } = await prepared({
      says: [{ text: 'Let me see.', calls: [{ name: GET[0], args: GET[1] }] }, { text: 'Pod app-1 restarted [E1].' }],
    });
    expect(await investigate()).toMatchObject({
      ending: 'answered',
      claims: [{ cites: ['E1'], standing: 'supported' }],
    });
    const kinds = events.map((event) => (event.type === 'step' ? event.status : event.type));
    const inShort = kinds.filter((kind, at) => kind !== kinds[at - 1]);
    expect(inShort).toEqual(['token', 'reset', 'running', 'done', 'token']);
  });

  test('offers the reading tools that are fit, with their schemas, and neither others nor the cluster to choose', async () => {
    const { investigate, fake } = await prepared({ says: [RESTARTS] });
    await investigate();
    const tools = fake.asked[0]?.tools?.map((tool) => tool.function) ?? [];
    expect(tools.map(({ name }) => name)).toEqual([
      'k8s_get',
      'k8s_logs',
      'metrics_query_range',
      'shop__get_thing',
      'evidence_search',
      'evidence_page',
      'finish',
    ]);
    expect(tools[0]?.parameters).toEqual({
      type: 'object',
      required: [],
      properties: { kind: { type: 'string' }, namespace: { type: 'string' }, name: { type: 'string' } },
    });
    expect(tools[3]?.description).toContain('in its own words');
  });

  test('tells the rules of the house, what is known, and the question', async () => {
    const { investigate, fake } = await prepared({
      says: [RESTARTS],
      options: {
        runbooks: () => [
          {
            name: 'oom',
            title: { en: 'Memory', zh: '内存' },
            when: 'x',
            causes: [],
            keywords: [],
            body: 'Raise it.',
            language: 'en',
            translation: { when: '内存不足时。', body: '提高限制。' },
          },
        ],
      },
    });
    const found = await investigate({
      language: 'zh',
      history: [{ question: 'And before?', answer: 'All was well.' }],
      pack: {
        evidence: [{ id: 'E1', source: 'rule OOMKilled', text: 'Deployment prod/app: app-1 ran out of memory' }],
        findings: [
          {
            cause: 'OOMKilled',
            confidence: 'proven',
            object: { kind: 'Deployment', namespace: 'prod', name: 'app' },
            summary: 'x',
            cites: ['E1'],
          },
        ],
        unknown: [],
      },
    });
    const [system, before, answer, question] = fake.asked[0]?.messages ?? [];
    expect(system?.content).toContain('in Chinese');
    expect(system?.content).toContain('restart {"namespace","name"}');
    expect(system?.content).toContain('==== MARK-7 ====');
    expect(system?.content).not.toContain('{{');
    expect([before?.content, answer?.content]).toEqual(['And before?', 'All was well.']);
    expect(question?.content).toMatch(/Why does prod\/app restart\?[\s\S]*OOMKilled[\s\S]*"内存"[\s\S]*提高限制。/);
    expect(question?.content).not.toContain('Raise it.');
    expect(found).toMatchObject({ runbooks: ['oom'], evidence: [{ id: 'E1' }] });
  });

  test('goes on counting evidence where the rules ended', async () => {
    const { investigate } = await prepared({ says: [wants([...GET]), finish([{ text: 'x', cites: ['E8'] }])] });
    const pack = { evidence: [{ id: 'E7', source: 'rule', text: 'x' }], findings: [], unknown: [] };
    expect(await investigate({ pack })).toMatchObject({ evidence: [{ id: 'E7' }, { id: 'E8' }] });
  });

  test('never sends a secret of the question', async () => {
    const { investigate, fake } = await prepared({ says: [RESTARTS] });
    const key = `LTAI${'5tAbCdEfGhIjKlMn'}`;
    await investigate({ question: `Why, with password=hunter2-${key}?` });
    expect(JSON.stringify(fake.asked)).not.toContain(key);
  });

  test('carries out calls side by side, at most six at once', async () => {
    let [now, most] = [0, 0];
    const { investigate } = await prepared({
      says: [
        wants(...Array.from({ length: 10 }, (_, n) => ['k8s_get', { name: `p${n}` }] as [string, object])),
        RESTARTS,
      ],
      async read() {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 5));
        now--;
        return { ok: true, data: {} };
      },
    });
    expect(await investigate()).toMatchObject({ usage: { toolCalls: 10 } });
    expect(most).toBe(6);
  });

  test('shows the model the head and the tail of a long answer and lets it search and read the rest', async () => {
    const lines = Array.from({ length: 2000 }, (_, n) => (n === 999 ? 'a needle in it' : `line number ${n + 1}`));
    const { investigate, fake, rows } = await prepared({
      says: [
        wants(['k8s_logs', { pod: 'app-1' }]),
        wants(
          ['evidence_search', { id: 'e1', text: 'NEEDLE' }],
          ['evidence_page', { id: 'E1', line: '1500' }],
          ['evidence_search', { id: 'E9', text: 'x' }],
        ),
        finish([{ text: 'There is a needle.', cites: ['E2'] }]),
      ],
      read: () => ({ ok: true, data: { text: lines.join('\n') } }),
    });
    const found = await investigate();
    const [log = ''] = answersIn(fake.asked[1]);
    expect(log.length).toBeLessThan(6500);
    expect(log).toMatch(/line number 1\n[\s\S]*left out[\s\S]*line number 2000/);
    expect(answersIn(fake.asked[2])[1]).toContain('1001:   a needle in it');
    expect(answersIn(fake.asked[2])[2]).toMatch(/1500: {3}line number 1499[\s\S]*1600:/);
    expect(answersIn(fake.asked[2])[3]).toBe('There is no evidence E9.');
    expect(found.claims).toMatchObject([{ standing: 'reported', heard: ['log'] }]);
    expect(found.evidence[0]?.whole?.bytes).toBeGreaterThan(30_000);
    expect((await rows.get(found.evidence[0]?.whole?.key ?? ''))?.text).toContain('needle');
  });

  test('makes a picture of a curve for people, and figures for the model', async () => {
    const points = Array.from({ length: 100 }, (_, n) => [1_764_000_000 + 60 * n, String((100 + n) * 2 ** 20)]);
    const { investigate, fake } = await prepared({
      says: [wants(['metrics_query_range', { promql: 'container_memory_working_set_bytes' }]), RESTARTS],
      read: () => ({
        ok: true,
        data: { resultType: 'matrix', series: [{ metric: { pod: 'app-1' }, points }], truncated: false },
      }),
    });
    const { evidence } = await investigate();
    expect(answersIn(fake.asked[1])[0]).toMatch(
      /\{pod="app-1"\}: 100 points from 2025-11-24T16:00:00Z to .*; min 104858000 \(100\.0 MiB\), max .*\(199\.0 MiB\), .* last .*\(199\.0 MiB\), rising by 73%/,
    );
    expect(evidence[0]?.chart?.chart).toMatchObject({ unit: 'bytes', series: [{ name: '{pod="app-1"}' }] });
    expect(evidence[0]?.whole?.bytes).toBeGreaterThan(2000);
  });

  test('takes a failure for an answer: it shows something of the world', async () => {
    const { investigate, events } = await prepared({
      says: [wants([...GET]), finish([{ text: 'There is no Pod app-1.', cites: ['E1'] }])],
      read: () => ({
        ok: false,
        error: { code: 'NotFound', message: 'pods "app-1" not found', retryable: false, ambiguous: false },
      }),
    });
    expect(await investigate()).toMatchObject({
      claims: [{ standing: 'supported' }],
      evidence: [{ text: 'error NotFound: pods "app-1" not found' }],
    });
    expect(events).toContainEqual(expect.objectContaining({ status: 'failed', detail: 'NotFound' }));
  });

  test('tells the model what it did wrong, and goes on', async () => {
    const { investigate, fake, reads } = await prepared({
      says: [
        wants(
          ['k8s_scale', { replicas: 0 }],
          ['K8S_GET', {}],
          ['k8s_survey', {}],
          ['k8s_get', '{"kind":'],
          ['k8s_get', { clusterId: 'c-2', kind: 'Pod' }],
          ['k8s_get', { clusterId: 'staging', kind: 'Node' }],
        ),
        RESTARTS,
      ],
    });
    const found = await investigate();
    expect(reads.map(({ args }) => args)).toEqual([{ clusterId: 'c-1', kind: 'Node' }]);
    expect(answersIn(fake.asked[1])).toEqual([
      expect.stringMatching(/^There is no tool k8s_scale\. There are: k8s_get, /),
      expect.stringMatching(/^There is no tool K8S_GET/),
      expect.stringMatching(/^There is no tool k8s_survey/),
      'k8s_get was not called: of its arguments, they are not JSON.',
      'This investigation is about the cluster staging only; nothing was read of another.',
      expect.stringMatching(/^E1 k8s_get Node/),
    ]);
    expect(found.ending).toBe('answered');
  });

  test('asks for remedies of the catalogue once, and leaves out what is none', async () => {
    const remedies = [
      { id: 'delete-cluster', why: 'Why not' },
      { id: 'restart', name: 'app', why: 'It hangs' },
    ];
    const { investigate, fake } = await prepared({ says: [finish([], { remedies }), finish([], { remedies })] });
    expect(await investigate()).toMatchObject({
      ending: 'answered',
      remedies: [{ remedy: { id: 'restart', name: 'app' }, why: 'It hangs' }],
    });
    expect(answersIn(fake.asked[1])[0]).toMatch(/no remedies:\n"delete-cluster": no such remedy/);
  });

  test('of a question has no remedies', async () => {
    const { investigate } = await prepared({ says: [finish([], { remedies: [{ id: 'restart', why: 'x' }] })] });
    expect((await investigate({ purpose: 'ask' })).remedies).toEqual([]);
  });

  test('calls a claim without evidence a hypothesis', async () => {
    const { investigate } = await prepared({
      says: [wants([...GET]), finish([{ text: 'The database is down.', cites: ['E99'] }])],
    });
    expect((await investigate()).claims).toMatchObject([{ cites: [], standing: 'hypothesis' }]);
  });
});
