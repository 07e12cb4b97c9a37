import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createBudget } from '../../src/agent/budget.ts';
import { usageSpec } from '../../src/agent/records.ts';
import type { Asked, Reply } from '../fakes/openai/openai.ts';
import { temporaryStore } from '../support/store.ts';
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

const PACK = {
  evidence: [{ id: 'E1', source: 'rule OOMKilled', text: 'Deployment prod/app: app-1 ran out of memory' }],
  findings: [
    {
      cause: 'OOMKilled',
      confidence: 'proven' as const,
      object: { kind: 'Deployment', namespace: 'prod', name: 'app' },
      summary: 'app-1 ran out of memory',
      cites: ['E1'],
    },
  ],
  unknown: [{ what: 'metrics', why: 'no Prometheus' }],
};
/** What was known without the model. */
const KNOWN = {
  summary: 'app-1 ran out of memory',
  claims: [{ text: 'app-1 ran out of memory', cites: ['E1'], standing: 'supported' }],
  notChecked: ['metrics: no Prometheus'],
};

const toolsOf = (asked: Asked | undefined) => asked?.tools?.map((tool) => tool.function.name);
const lastOf = (asked: Asked | undefined) => asked?.messages.at(-1)?.content;
/** Looks at something else each time, and concludes when it is told to. */
const curious = (asked: Asked, at: number): Reply =>
  toolsOf(asked)?.length === 1
    ? finish([{ text: 'Pod app-1 has 7 restarts.', cites: ['E2'] }])
    : wants(['k8s_get', { kind: 'Pod', name: `p${at}` }]);

describe('the bounds of an investigation', () => {
  test('in steps: it is told once to conclude, with nothing left but that, and what it then says counts', async () => {
    const { investigate, fake } = await prepared({ says: curious });
    const found = await investigate({ pack: PACK, limits: { steps: 4 } });
    expect(found).toMatchObject({ ending: 'steps', summary: 'The app restarts.', usage: { steps: 4, toolCalls: 3 } });
    expect(fake.asked.map((asked) => toolsOf(asked)?.length)).toEqual([7, 7, 7, 1]);
    expect(toolsOf(fake.asked[3])).toEqual(['finish']);
    expect(lastOf(fake.asked[3])).toContain('time to conclude');
    expect(fake.asked.slice(0, 3).map(lastOf).join()).not.toContain('time to conclude');
  });

  test('in steps, of a model that will not conclude: what the rules found is still told', async () => {
    const { investigate, fake } = await prepared({ says: (_, at) => wants(['k8s_get', { name: `p${at}` }]) });
    const found = await investigate({ pack: PACK, limits: { steps: 3 } });
    expect(found).toMatchObject({ ending: 'steps', ...KNOWN });
    expect(found.evidence).toHaveLength(3);
    expect(fake.asked).toHaveLength(3);
  });

  test('in calls of tools', async () => {
    const { investigate, fake, reads } = await prepared({
      says: (asked, at) =>
        toolsOf(asked)?.length === 1
          ? finish([])
          : wants(...Array.from({ length: 4 }, (_, n) => ['k8s_get', { name: `p${at}-${n}` }] as [string, object])),
    });
    expect(await investigate({ limits: { toolCalls: 6 } })).toMatchObject({ ending: 'steps', usage: { toolCalls: 6 } });
    expect(reads).toHaveLength(6);
    expect(answersIn(fake.asked[2]).slice(-2)).toEqual(Array(2).fill(expect.stringContaining('No call is left')));
  });

  test('in tokens, as the endpoint counts them or as they are estimated', async () => {
    for (const usage of [[9000, 100] as [number, number], null]) {
      const says = (asked: Asked, at: number) => ({ ...curious(asked, at), usage });
      const data = { text: 'word '.repeat(1500) };
      const { investigate, fake } = await prepared({ says, read: () => ({ ok: true, data }) });
      const found = await investigate({ limits: { tokens: 30_000 } });
      expect(found).toMatchObject({ ending: 'tokens', summary: 'The app restarts.' });
      expect(found.usage.tokens).toBeLessThanOrEqual(30_000);
      expect(toolsOf(fake.asked.at(-1))).toEqual(['finish']);
    }
  });

  test('in tokens, where there is not even room for the question', async () => {
    const { investigate, fake } = await prepared({ says: curious });
    expect(await investigate({ pack: PACK, limits: { tokens: 500 } })).toMatchObject({ ending: 'tokens', ...KNOWN });
    expect(fake.asked).toEqual([]);
  });

  test('in time: it is told to conclude when three quarters are over', async () => {
    let now = 0;
    const says = (asked: Asked, at: number) => {
      now += 40_000;
      return curious(asked, at);
    };
    const { investigate } = await prepared({ says, options: { clock: () => now } });
    expect(await investigate()).toMatchObject({ ending: 'time', usage: { steps: 4, seconds: 160 } });
  });

  test('in time, of a model that is too slow', async () => {
    const { investigate } = await prepared({ says: () => ({ silence: true, headers: true }) });
    expect(await investigate({ pack: PACK, limits: { seconds: 0.2 } })).toMatchObject({ ending: 'time', ...KNOWN });
  });

  test('in time, of a tool that is too slow', async () => {
    const { investigate } = await prepared({ says: curious, read: () => new Promise(() => {}) });
    expect(await investigate({ limits: { seconds: 0.3 } })).toMatchObject({ ending: 'time' });
  });

  test.each([
    ['the model is silent', () => ({ silence: true, headers: true }) as const, undefined],
    ['the model speaks', () => ({ text: 'x'.repeat(5000), pieces: 1, pauseMs: 20 }), undefined],
    ['a tool is silent', curious, () => new Promise<never>(() => {})],
  ])('somebody stops it while %s: it ends within 100 ms, with what is known', async (_, says, read) => {
    const stop = new AbortController();
    let stoppedAt = 0;
    const begun = () => {
      setTimeout(() => {
        stoppedAt = performance.now();
        stop.abort();
      }, 50);
    };
    const { investigate, events } = await prepared({
      says: (asked, at) => {
        if (!read) begun();
        return says(asked, at);
      },
      ...(read && {
        read: () => {
          begun();
          return read();
        },
      }),
    });
    const found = await investigate({ pack: PACK, signal: stop.signal });
    expect(performance.now() - stoppedAt).toBeLessThan(100);
    expect(found).toMatchObject({ ending: 'stopped', ...KNOWN });
    const told = events.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(events).toHaveLength(told);
  });

  test('somebody stopped it before it began', async () => {
    const { investigate, fake } = await prepared({ says: curious });
    expect(await investigate({ pack: PACK, signal: AbortSignal.abort() })).toMatchObject({
      ending: 'stopped',
      ...KNOWN,
    });
    expect(fake.asked).toEqual([]);
  });

  test('in budget: it ends with a clear word, and what was used is counted', async () => {
    const store = await temporaryStore();
    closing.push(() => store.dispose());
    const rows = store.collection(usageSpec);
    const limits = { user: {}, conversation: { calls: 2 }, all: {} };
    const budget = createBudget({ rows, limits, timeZone: 'UTC', clock: () => 0, onError: () => {} });
    const { investigate, fake } = await prepared({ says: curious, options: { budget } });
    const found = await investigate({ pack: PACK });
    expect(found).toMatchObject({
      ending: 'budget',
      failure: { code: 'BUDGET_SPENT', message: expect.stringContaining('LLM_CONVERSATION_CALLS_PER_DAY') },
      ...KNOWN,
    });
    expect(fake.asked).toHaveLength(2);
    for (const who of ['*', 'web:console:ann', 'conversation web:console:c1'])
      expect(await rows.get(`1970-01-01 ${who}`)).toMatchObject({ calls: 2, tokens: 60 });
  });

  test('the same call again and again: it is answered from before, and the third round is the last', async () => {
    const { investigate, fake, reads } = await prepared({
      says: (asked) => (toolsOf(asked)?.length === 1 ? finish([]) : wants(['k8s_get', { name: 'a', kind: 'Pod' }])),
    });
    expect(await investigate()).toMatchObject({ ending: 'steps', usage: { steps: 4 } });
    expect(reads).toHaveLength(1);
    expect(answersIn(fake.asked[2])[1]).toMatch(/^You made this very call just now[\s\S]*E1 k8s_get Pod a/);
  });

  test('looking again after something else, or after a while, is no repetition', async () => {
    let now = 0;
    const again = wants(['k8s_get', { name: 'a' }]);
    const { investigate, reads } = await prepared({
      says: (_, at) => {
        if (at === 4) now += 15_000;
        return (
          [again, wants(['k8s_get', { name: 'b' }]), again, wants(['k8s_logs', {}]), again, again][at] ?? finish([])
        );
      },
      options: { clock: () => now },
    });
    expect(await investigate()).toMatchObject({ ending: 'answered' });
    expect(reads.map(({ args }) => args.name)).toEqual(['a', 'b', 'a', undefined, 'a']);
  });

  test('the same call twice at once is made once', async () => {
    const { investigate, reads } = await prepared({
      says: [wants(['k8s_get', { name: 'a' }], ['k8s_logs', {}], ['k8s_get', { name: 'a' }]), finish([])],
    });
    expect(await investigate()).toMatchObject({ evidence: [{ id: 'E1' }, { id: 'E2' }] });
    expect(reads).toHaveLength(2);
  });

  test('a talk that grows forgets its oldest answers, which can be read again', async () => {
    const data = { text: 'word '.repeat(1190) };
    const { investigate, fake } = await prepared({
      says: (asked, at) =>
        at < 4 && (toolsOf(asked)?.length ?? 0) > 1
          ? wants(...Array.from({ length: 4 }, (_, n) => ['k8s_get', { name: `p${at}-${n}` }] as [string, object]))
          : finish([]),
      read: () => ({ ok: true, data }),
    });
    await investigate();
    const answers = answersIn(fake.asked[4]);
    expect(answers).toHaveLength(16);
    expect(answers[0]).toMatch(/^E1 k8s_get p0-0\n\(Left out here/);
    expect(answers.slice(-8).every((answer) => answer.includes('word word'))).toBe(true);
  });
});

describe('a model that fails', () => {
  test.each<[string, Reply, string]>([
    ['is not there', { status: 404, message: 'no such model', code: 'model_not_found' }, 'NO_SUCH_MODEL'],
    ['cannot call tools', { status: 400, message: 'big does not support tools' }, 'NO_TOOLS'],
    ['is broken', { status: 500, message: 'oops' }, 'FAILED'],
    ['breaks off', { text: 'It is the', cutAfter: 2 }, 'INVALID_ANSWER'],
    ['says nothing', { text: '' }, 'INVALID_ANSWER'],
    ['refuses', { text: null, refusal: 'no' }, 'REFUSED'],
    ['never ends', { text: 'x', finish: 'length' }, 'TOO_LONG'],
    ['talks rubbish', { raw: '<html>' }, 'INVALID_ANSWER'],
  ])('(%s) ends it with what the rules found', async (_, reply, code) => {
    const { investigate, warnings } = await prepared({ says: () => reply });
    expect(await investigate({ pack: PACK })).toMatchObject({ ending: 'failed', failure: { code }, ...KNOWN });
    expect(warnings).toMatchObject([{ failure: { code } }]);
  });

  test('once is asked again', async () => {
    const { investigate, fake } = await prepared({
      says: [{ text: 'It is', cutAfter: 2 }, wants(['k8s_get', {}]), { text: 'x', finish: 'length' }, finish([])],
    });
    expect(await investigate()).toMatchObject({ ending: 'answered', usage: { steps: 4 } });
    expect(lastOf(fake.asked[1])).toContain('did not arrive');
    expect(lastOf(fake.asked[3])).toContain('be brief');
  });

  test('where tools fail is told so, and ends as ever', async () => {
    const { investigate } = await prepared({
      says: curious,
      read: () => Promise.reject(new Error('gateway is gone')),
    });
    expect(await investigate({ limits: { steps: 3 } })).toMatchObject({ ending: 'steps' });
  });
});
