import { escapeMarkdown } from '../../../src/chat/plain.ts';
import type { Block, Button, Card, Outgoing, Tone } from '../../../src/chat/types.ts';
import { HOSTILE_WORDS } from '../../support/cards.ts';

/** Cards nobody would write, the same for the same seed: any blocks, any lengths, strangers' words everywhere. */

type Random = () => number;

/** mulberry32: small, and good enough to vary cards. */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const many = <T>(random: Random, most: number, make: (at: number) => T): T[] =>
  Array.from({ length: Math.floor(random() * (most + 1)) }, (_, at) => make(at));
const FILLERS = [
  'checkout',
  '批准',
  'a_b',
  '1.',
  '-',
  '#',
  '](',
  '![',
  '@all',
  '\n',
  '**',
  '`',
  '😀',
  '\\',
  '|',
  ':',
  '//x',
  '===',
];

function words(random: Random): string {
  const count = 1 + Math.floor(random() ** 6 * 120);
  return Array.from({ length: count }, () => pick(random, random() < 0.5 ? FILLERS : HOSTILE_WORDS)).join(
    random() < 0.3 ? '' : ' ',
  );
}

function button(random: Random, id: string): Button {
  return {
    id,
    label: words(random),
    style: pick(random, ['default', 'primary', 'danger'] as const),
    ...(random() < 0.3 && { hint: words(random) }),
    ...(random() < 0.2 && {
      confirm: { title: words(random), text: words(random), ok: words(random), cancel: words(random) },
    }),
  };
}

function block(random: Random, name: string, depth: number): Block {
  const say = () => words(random);
  const kind = pick(random, KINDS.slice(0, depth > 0 ? KINDS.length - 1 : KINDS.length));
  switch (kind) {
    case 'text':
      return { type: 'text', markdown: many(random, 8, () => escapeMarkdown(say())).join('\n\n') };
    case 'list':
      return {
        type: 'text',
        markdown: many(random, 8, () => `- ${escapeMarkdown(say().replaceAll('\n', ' '))}`).join('\n'),
      };
    case 'code':
      return { type: 'code', text: many(random, 60, say).join('\n'), language: pick(random, ['yaml', 'x`y', '']) };
    case 'divider':
      return { type: 'divider' };
    case 'fields':
      return { type: 'fields', items: many(random, 30, () => ({ label: say(), value: say() })) };
    case 'table': {
      const head = ['#', ...many(random, 9, say)];
      return { type: 'table', caption: say(), head, rows: many(random, 25, () => head.map(say)) };
    }
    case 'bars': {
      const categories = many(random, 8, say);
      const value = () => pick(random, [0, random() * 1e9, -random() * 100, null]);
      const chart = {
        kind: 'bars' as const,
        unit: pick(random, ['days', 'money', 'bytes', 'count', 'points'] as const),
        currency: pick(random, ['CNY', say()]),
        stacked: random() < 0.5,
        categories,
        series: many(random, 4, () => ({ name: say(), values: categories.map(value) })),
      };
      return { type: 'chart', title: say(), chart };
    }
    case 'chart': {
      const points = many(random, 50, (at): [number, number | null] => [at, random() < 0.9 ? random() * 1e9 : null]);
      const chart = {
        unit: 'bytes' as const,
        series: many(random, 9, () => ({ name: say(), points })),
        limits: [],
        marks: [],
      };
      return { type: 'chart', title: say(), chart };
    }
    case 'progress': {
      const status = () =>
        pick(random, ['pending', 'running', 'waiting', 'done', 'failed', 'skipped', 'undone'] as const);
      const steps = many(random, 60, (at) => ({ id: `s${at}`, title: say(), status: status(), detail: say() }));
      return { type: 'progress', title: say(), percent: random() * 140 - 20, steps };
    }
    case 'buttons':
      return {
        type: 'buttons',
        items: many(random, 14, (at) => button(random, `${pick(random, WORDS)}:${name}-${at}`)),
      };
    case 'inputs':
      return {
        type: 'inputs',
        items: many(random, 12, (at) => ({
          id: `i${at}`,
          label: say(),
          kind: 'select' as const,
          options: many(random, 60, (option) => ({ id: `o${option}`, label: say() })),
          required: random() < 0.5,
        })),
        submit: button(random, `mute:${name}`),
      };
    case 'details':
      return {
        type: 'details',
        summary: say(),
        blocks: many(random, 5, (at) => block(random, `${name}-${at}`, depth + 1)),
      };
  }
}

const WORDS = ['approve', 'choice:field', 'heal', 'look', 'send'];
const KINDS = [
  'text',
  'list',
  'code',
  'divider',
  'fields',
  'table',
  'chart',
  'bars',
  'progress',
  'buttons',
  'inputs',
  'details',
] as const;

export function randomMessage(seed: number): Outgoing {
  const random = seeded(seed);
  const card: Card = {
    id: `incident-I-${seed}`,
    rev: 1 + Math.floor(random() * 50),
    title: words(random),
    tone: pick(random, ['neutral', 'info', 'success', 'warning', 'danger'] as Tone[]),
    blocks: many(random, 8, (at) => block(random, `b${at}`, 0)),
    ...(random() < 0.5 && { footer: words(random) }),
    ...(random() < 0.1 && { closed: true }),
  };
  return { text: words(random), card, language: pick(random, ['en', 'zh']) };
}
