import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { answerForm, answerFromText, rawAnswerSchema } from '../../src/agent/answer.ts';

describe('the answer of a model', () => {
  test('is read as it was asked for', () => {
    const read = rawAnswerSchema.parse({
      summary: 'It runs out of memory.',
      claims: [{ text: 'It was killed.', cites: ['E1', 'E2'] }],
      notChecked: ['the database'],
      remedies: [{ id: 'restart', why: 'to gain time', target: { kind: 'Deployment', name: 'app' } }],
    });
    expect(read).toEqual({
      summary: 'It runs out of memory.',
      claims: [{ text: 'It was killed.', cites: ['E1', 'E2'] }],
      notChecked: ['the database'],
      remedies: [{ choice: { id: 'restart', target: { kind: 'Deployment', name: 'app' } }, why: 'to gain time' }],
    });
  });

  test('is understood where a model is sloppy about lists, ids and nesting', () => {
    const read = rawAnswerSchema.parse({
      summary: '  ok ',
      claims: [
        'It was killed [E1, E2].',
        { text: 'It leaks (E3)', cites: 'e4' },
        { claim: 'Slow', cites: [5, null] },
        7,
      ],
      notChecked: 'the database',
      remedies: [
        { remedy: { id: 'restart' } },
        { id: 'uncordon', parameters: { node: 'n1' }, reason: 'so' },
        'restart',
      ],
    });
    expect(read.claims).toEqual([
      { text: 'It was killed.', cites: ['E1', 'E2'] },
      { text: 'It leaks', cites: ['E3', 'E4'] },
      { text: 'Slow', cites: ['E5'] },
    ]);
    expect(read.notChecked).toEqual(['the database']);
    expect(read.remedies).toEqual([
      { choice: { id: 'restart' }, why: '' },
      { choice: { id: 'uncordon', node: 'n1' }, why: 'so' },
    ]);
  });

  test('has bounds, whatever a model writes', () => {
    const endless = { text: 'x'.repeat(10_000), cites: Array.from({ length: 500 }, (_, n) => `E${n}`) };
    const read = rawAnswerSchema.parse({
      summary: 'y'.repeat(1e5),
      claims: Array.from({ length: 1000 }, () => endless),
    });
    expect(read.claims).toHaveLength(60);
    expect(read.claims[0]?.cites).toHaveLength(20);
    expect(JSON.stringify(read).length).toBeLessThan(120_000);
    expect(rawAnswerSchema.safeParse('words').success).toBe(false);
    expect(rawAnswerSchema.safeParse(null).success).toBe(false);
    expect(rawAnswerSchema.parse({})).toEqual({ summary: '', claims: [], notChecked: [], remedies: [] });
  });

  test('in prose has a claim in each sentence and item, with the ids that stand in or after it', () => {
    const read = answerFromText(
      [
        '## What happened',
        'The pod app-1 was killed. [E1] Its limit is 64Mi [E2]. Nobody knows why.',
        'What I saw:',
        '- **Memory** grew for 2.5 hours [E3][E4]',
        '1. 内存用尽【E5】。重启了 3 次[E6、E7]。',
        '### Not checked',
        '- The database.',
      ].join('\n'),
    );
    expect(read.claims).toEqual([
      { text: 'The pod app-1 was killed.', cites: ['E1'] },
      { text: 'Its limit is 64Mi.', cites: ['E2'] },
      { text: 'Nobody knows why.', cites: [] },
      { text: 'Memory grew for 2.5 hours', cites: ['E3', 'E4'] },
      { text: '内存用尽。', cites: ['E5'] },
      { text: '重启了 3 次。', cites: ['E6', 'E7'] },
    ]);
    expect(read.summary).toBe('The pod app-1 was killed.');
    expect(read.notChecked).toEqual(['The database.']);
  });

  test('that is JSON written as text, in a fence or not, is the same answer', () => {
    const said = '```json\n{"summary":"s","claims":[{"text":"c","cites":["E1"]}]}\n```';
    expect(answerFromText(said)).toEqual({
      summary: 's',
      claims: [{ text: 'c', cites: ['E1'] }],
      notChecked: [],
      remedies: [],
    });
  });

  test('is asked for by a form that has a JSON Schema', () => {
    expect(z.toJSONSchema(answerForm)).toMatchObject({ required: ['summary', 'claims', 'notChecked'] });
  });
});
