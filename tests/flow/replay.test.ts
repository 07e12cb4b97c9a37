import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Message } from '../../src/chat/messages.ts';
import {
  type Answer,
  analyse,
  ask,
  defineFlow,
  type FlowContext,
  FlowError,
  investigate,
  propose,
  read,
  say,
  wait,
} from '../../src/flow/kit.ts';
import { type JournalEntry, replay } from '../../src/flow/replay.ts';

const context: FlowContext = {
  t: Object.assign((message: Message | string) => (typeof message === 'string' ? message : message.key), {
    has: () => true,
  }),
  language: 'en',
  user: { platform: 'web', tenant: 't', id: 'u' },
  startedAt: 0,
  text: '',
};
const ok = (value: Answer & { ok: true } extends { value: infer V } ? V : never): Answer => ({ ok: true, value });

const greet = defineFlow({
  id: 'greet',
  version: 1,
  input: z.object({ name: z.string() }),
  *run({ name }) {
    const pod = yield* read('k8s_get', { name });
    const answer = yield* ask({ key: 'sure', title: { key: 'sure' }, choices: [{ id: 'yes', label: 'Yes' }] });
    if ('choice' in answer && answer.choice === 'yes') yield* say('hello', { pod: String(pod.id) });
    yield* wait(5);
  },
});

describe('a flow', () => {
  test('stops at the first command without an answer, and goes on from its journal', () => {
    const journal: JournalEntry[] = [
      { key: 'read:k8s_get', answer: ok({ id: 'p1' }) },
      { key: 'ask:sure', answer: ok({ choice: 'yes' }) },
    ];
    const position = replay(greet, { name: 'web' }, context, journal).position();
    expect(position).toMatchObject({ kind: 'asks', key: 'say:hello', command: { message: { params: { pod: 'p1' } } } });
  });

  test('ends when its last command is answered', () => {
    const live = replay(greet, { name: 'web' }, context, [
      { key: 'read:k8s_get', answer: ok({ id: 'p1' }) },
      { key: 'ask:sure', answer: ok({ choice: 'no' }) },
    ]);
    expect(live.position()).toMatchObject({ key: 'wait' });
    expect(live.answer(ok(null))).toEqual({ kind: 'finished' });
  });

  test('that no longer asks what the journal answers is told so, never misread', () => {
    const journal: JournalEntry[] = [{ key: 'ask:colour', answer: ok({ choice: 'red' }) }];
    expect(replay(greet, { name: 'web' }, context, journal).position()).toEqual({
      kind: 'changed',
      at: 0,
      expected: 'ask:colour',
      found: 'read:k8s_get',
    });
  });

  test('that ended earlier than its journal is told so', () => {
    const journal: JournalEntry[] = [
      { key: 'read:k8s_get', answer: { ok: false, code: 'NOT_FOUND', message: 'gone' } },
      { key: 'ask:sure', answer: ok({ choice: 'yes' }) },
    ];
    expect(replay(greet, { name: 'web' }, context, journal).position()).toMatchObject({
      kind: 'changed',
      at: 1,
      found: 'failed',
    });
  });

  test('fails with the code, words and hint of the tool that failed', () => {
    const journal: JournalEntry[] = [
      { key: 'read:k8s_get', answer: { ok: false, code: 'FORBIDDEN', message: 'no', hint: 'ask an admin' } },
    ];
    expect(replay(greet, { name: 'web' }, context, journal).position()).toEqual({
      kind: 'failed',
      code: 'FORBIDDEN',
      message: 'no',
      hint: 'ask an admin',
    });
  });

  test('may catch a failed read and go on', () => {
    const tolerant = defineFlow({
      id: 'tolerant',
      version: 1,
      input: z.object({}),
      *run() {
        try {
          yield* read('prices');
        } catch (error) {
          if (!(error instanceof FlowError)) throw error;
          yield* say('no-prices', { code: error.code });
        }
      },
    });
    const journal: JournalEntry[] = [
      { key: 'read:prices', answer: { ok: false, code: 'Throttling', message: 'slow down' } },
    ];
    expect(replay(tolerant, {}, context, journal).position()).toMatchObject({
      key: 'say:no-prices',
      command: { message: { params: { code: 'Throttling' } } },
    });
  });

  test('is ended by a person at any question', () => {
    const journal: JournalEntry[] = [
      { key: 'read:k8s_get', answer: ok({ id: 'p1' }) },
      { key: 'ask:sure', answer: { ok: false, code: 'ENDED', message: 'cancelled' } },
    ];
    expect(replay(greet, { name: 'web' }, context, journal).position()).toEqual({ kind: 'ended' });
  });

  test('refuses input that its schema does not take', () => {
    expect(replay(greet, { name: 7 }, context, []).position()).toMatchObject({ kind: 'failed', code: 'INVALID_INPUT' });
  });

  test('asks its clarification template first', () => {
    const asking = defineFlow({
      id: 'a',
      version: 1,
      clarify: 'scale',
      input: z.object({ replicas: z.number() }),
      *run() {},
    });
    expect(replay(asking, {}, { ...context, text: 'scale it' }, []).position()).toMatchObject({
      key: 'clarify:scale',
      command: { text: 'scale it' },
    });
    expect(replay(asking, {}, context, [{ key: 'clarify:scale', answer: ok({ replicas: 3 }) }]).position()).toEqual({
      kind: 'finished',
    });
  });

  test('a mistake in its code is not taken for a refusal', () => {
    const broken = defineFlow({
      id: 'b',
      version: 1,
      input: z.object({}),
      run: () => {
        throw new TypeError('oops');
      },
    });
    expect(() => replay(broken, {}, context, [])).toThrow('oops');
  });

  test('proposes by action class', () => {
    const proposing = defineFlow({
      id: 'p',
      version: 1,
      input: z.object({}),
      *run() {
        const outcome = yield* propose({ action: 'node.cordon' } as Parameters<typeof propose>[0]);
        yield* say(outcome.kind === 'rejected' ? 'no' : 'yes');
      },
    });
    expect(
      replay(proposing, {}, context, [{ key: 'propose:node.cordon', answer: ok({ kind: 'rejected' }) }]).position(),
    ).toMatchObject({ key: 'say:no' });
  });

  test('has scripts and a model as verbs too, and goes on when there is neither', () => {
    const curious = defineFlow({
      id: 'curious',
      version: 1,
      input: z.object({}),
      *run() {
        const { mean } = yield* analyse('describe', { values: [1, 2, 3] });
        try {
          yield* investigate('why is it slow?', { mean: mean ?? null });
        } catch (error) {
          if (!(error instanceof FlowError)) throw error;
          yield* say('by-rules', { code: error.code });
        }
      },
    });
    const journal: JournalEntry[] = [
      { key: 'analyse:describe', answer: ok({ mean: 2 }) },
      { key: 'investigate', answer: { ok: false, code: 'NO_MODEL', message: 'No language model is configured' } },
    ];
    expect(replay(curious, {}, context, []).position()).toMatchObject({
      key: 'analyse:describe',
      command: { script: 'describe' },
    });
    expect(replay(curious, {}, context, journal.slice(0, 1)).position()).toMatchObject({
      command: { evidence: { mean: 2 } },
    });
    expect(replay(curious, {}, context, journal).position()).toMatchObject({
      key: 'say:by-rules',
      command: { message: { params: { code: 'NO_MODEL' } } },
    });
  });
});
