import { describe, expect, test } from 'vitest';
import { renderMessage, type SlackBlock } from '../../../adapters/slack/render.ts';
import { richText, wordsOf } from '../../../adapters/slack/rich-text.ts';
import { controlsOf } from '../../../src/chat/blocks.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import { escapeLine, escapeMarkdown, visibleText } from '../../../src/chat/plain.ts';
import type { BarChart, Block, Button, Card, Chart, Outgoing } from '../../../src/chat/types.ts';
import { complaints, MOST_CHARACTERS, measure } from '../../fakes/slack/blocks.ts';
import { HOSTILE, HOSTILE_WORDS, hostileCard, sampleMessages } from '../../support/cards.ts';
import { refusals } from './limits.ts';

const translate = loadMessages('templates/messages');

/** The same numbers between 0 and 1 at every run: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function numbers(seed: number) {
  let state = (seed * 2654435761) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    below: (most: number) => Math.floor(next() * most),
    /** Mostly small, now and then very large. */
    size: (most: number) => Math.floor(most ** next() * (next() < 0.1 ? 1 : 0.2)),
    some: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
  };
}
type Numbers = ReturnType<typeof numbers>;
const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

const ORDINARY = ['checkout', 'pod-5d9c', '杭州地域', '\n', '99 %', '日志', 'a', '"quoted"', '\\', '🔥', 'CPU', 'E1'];
const phrase = (n: Numbers, most = 4000): string =>
  times(n.size(most / 4), () => n.some(n.below(3) === 0 ? HOSTILE_WORDS : ORDINARY)).join(' ');

const UNITS = ['bytes', 'cores', 'percent', 'count', 'seconds', 'points'] as const;
const amount = (n: Numbers): number | null => n.some([0, n.below(9), -n.below(1e6), n.below(1e9), null]);

const bars = (n: Numbers): BarChart => {
  const categories = times(n.size(60), () => phrase(n, 60));
  return {
    kind: 'bars',
    unit: n.some([...UNITS, 'days', 'money'] as const),
    ...(n.below(2) && { currency: n.some(['CNY', 'USD', phrase(n, 40)]) }),
    stacked: n.below(2) === 0,
    categories,
    series: times(n.below(9), () => ({ name: phrase(n, 60), values: categories.map(() => amount(n)) })),
  };
};

const chart = (n: Numbers): Chart => ({
  unit: n.some(UNITS),
  series: times(n.below(9), () => ({
    name: phrase(n, 60),
    points: times(n.size(400), (at): [number, number | null] => [
      1e12 + at * n.some([1000, 60_000, 3.6e6]),
      n.below(50) ? n.below(1e9) : null,
    ]),
  })),
  limits: times(n.below(3), (at) => ({ name: `limit ${at}`, value: n.below(1e9) })),
  marks: times(n.below(3), (at) => ({ name: phrase(n, 60), at: 1e12 + at })),
});

const button = (n: Numbers, id: string): Button => ({
  id,
  label: phrase(n, 100),
  ...(n.below(3) === 0 && { hint: phrase(n) }),
  ...(n.below(3) === 0 && { style: n.some(['primary', 'danger', 'default'] as const) }),
  ...(n.below(5) === 0 && {
    confirm: { title: phrase(n), text: phrase(n), ok: phrase(n, 40), cancel: phrase(n, 40) },
  }),
});

/** Any block; `at` makes the ids of its controls unique. */
function block(n: Numbers, at: string, depth = 0): Block {
  const kinds = [
    'text',
    'code',
    'divider',
    'fields',
    'table',
    'chart',
    'progress',
    'buttons',
    'inputs',
    'details',
  ] as const;
  const type = n.some(depth < 2 ? kinds : kinds.slice(0, -1));
  switch (type) {
    case 'text':
      return { type, markdown: times(1 + n.size(20), () => `- **${escapeLine(phrase(n))}** \`x\``).join('\n') };
    case 'code':
      return { type, text: phrase(n, 40_000) };
    case 'divider':
      return { type };
    case 'fields':
      return { type, items: times(n.size(60), () => ({ label: phrase(n, 100), value: phrase(n) })) };
    case 'table': {
      const columns = n.size(30);
      const row = () => times(n.below(5) ? columns : n.below(30), () => phrase(n, 60));
      return { type, caption: phrase(n), head: times(columns, () => phrase(n, 60)), rows: times(n.size(300), row) };
    }
    case 'chart':
      return { type, title: phrase(n), chart: n.below(2) ? chart(n) : bars(n) };
    case 'progress': {
      const status = ['pending', 'running', 'waiting', 'done', 'failed', 'skipped', 'undone'] as const;
      const step = (id: number) => ({ id: `${id}`, title: phrase(n), status: n.some(status), detail: phrase(n) });
      return { type, title: phrase(n), percent: n.below(140) - 20, steps: times(n.size(80), step) };
    }
    case 'buttons':
      return { type, items: times(n.size(80), (item) => button(n, `do:${at}:${item}${'x'.repeat(n.size(200))}`)) };
    case 'inputs': {
      const options = times(n.size(600), (item) => ({ id: `o${item}`, label: phrase(n, 90), hint: phrase(n, 90) }));
      const items = [{ kind: 'select' as const, id: 'which', label: phrase(n), options }];
      return { type, items, submit: button(n, `submit:${at}`) };
    }
    case 'details':
      return { type, summary: phrase(n), blocks: times(n.below(5), (item) => block(n, `${at}-${item}`, depth + 1)) };
  }
}

function randomMessage(seed: number): Outgoing {
  const n = numbers(seed);
  const card: Card = {
    id: n.some(['approval-a1b2c3', 'task-T-7K3F', 'incident-I-7K3F', 'r-0a1b2c3d4e5f-12']),
    rev: n.below(1000),
    title: phrase(n),
    tone: n.some(['neutral', 'info', 'success', 'warning', 'danger']),
    blocks: times(n.size(80), (at) => block(n, `${at}`)),
    ...(n.below(2) === 0 && { footer: phrase(n) }),
    ...(n.below(6) === 0 && { closed: true }),
  };
  return { text: 'x', card, language: n.some(['en', 'zh']) };
}

/** What of a message's controls can be used: clicked, opened or typed. */
function usable(blocks: SlackBlock[], { id }: Card): Set<string> {
  const words = JSON.stringify(blocks);
  const typed = [...words.matchAll(new RegExp(`(?:press|按) ${id} ([^"]+)"`, 'g'))].map(([, action = '']) => action);
  const clicked = blocks.flatMap((one) =>
    one.type === 'actions' ? one.elements.map(({ action_id = '' }) => action_id) : [],
  );
  return new Set([...clicked, ...typed].map((action) => action.replace(/^~form:/, '')));
}

const ids = (card: Card) =>
  controlsOf(card).flatMap((one) => (one.type === 'buttons' ? one.items.map(({ id }) => id) : [one.submit.id]));

/** Everything that Slack would read as markup, and every element that is more than words. */
function markup(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(markup);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text, url } = { type: '', text: '', url: '', ...value };
  const own = type === 'mrkdwn' && !/^\*[\p{L}\p{N} ,.()%/-]+\*$/u.test(text) ? [text] : [];
  const more = ['link', 'user', 'usergroup', 'channel', 'broadcast', 'emoji', 'date', 'team', 'color'].includes(type);
  return [...own, ...(more ? [`${type} ${url}`] : []), ...Object.values(value).flatMap(markup)];
}

describe('any card', () => {
  test.each(times(10, (n) => n))('of hundreds keeps every limit, every control and its last words, lot %i', (lot) => {
    for (let seed = lot * 50; seed < lot * 50 + 50; seed++) {
      const message = randomMessage(seed);
      const { card } = message;
      if (!card) throw new Error('No card');
      for (const charts of ['native', 'none'] as const) {
        const { parts, files } = renderMessage(message, { translate, charts });
        const which = `seed ${seed}, ${charts}`;
        for (const { text, blocks } of parts) {
          expect(refusals(blocks, 'message'), which).toEqual([]);
          expect(
            complaints(
              blocks.map((one) => ({ ...one })),
              'message',
            ),
            which,
          ).toEqual([]);
          expect(measure(blocks.map((one) => ({ ...one }))), which).toBeLessThanOrEqual(MOST_CHARACTERS);
          expect([text.length > 0, text.length <= 4000, /[<>]/.test(text)], which).toEqual([true, true, false]);
        }
        const blocks = parts.flatMap((part) => part.blocks);
        expect(markup(blocks), which).toEqual([]);
        const wanted = card.closed ? [] : ids(card);
        const found = usable(blocks, card);
        expect(
          wanted.filter((id) => !found.has(id)),
          which,
        ).toEqual([]);
        if (card.closed)
          expect(
            blocks.filter(({ type }) => type === 'actions'),
            which,
          ).toEqual([]);
        expect(parts.filter((part) => part.blocks.some(({ type }) => type === 'actions')).length).toBeLessThanOrEqual(
          1,
        );
        expect(new Set(files.map(({ name }) => name)).size, which).toBe(files.length);
      }
    }
  });
});

describe('strangers’ words', () => {
  test.each([...HOSTILE_WORDS, HOSTILE, 'a\nb', '1. x', '    code', '---', '[ref]: https://evil.example', '&amp;'])(
    'in markdown stay what they are: %j',
    (words) => {
      const elements = richText(`**Said:** ${escapeLine(words)}`);
      expect(markup(elements)).toEqual([]);
      const said = visibleText(words.replace(/\s+/g, ' ').trim());
      expect(elements).toEqual([
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: 'Said:', style: { bold: true } },
            { type: 'text', text: ` ${said}` },
          ],
        },
      ]);
    },
  );

  test('of any kind come out of escaped markdown as they went in', () => {
    const n = numbers(7);
    for (let round = 0; round < 500; round++) {
      const words = times(1 + n.below(12), () => n.some([...HOSTILE_WORDS, ...ORDINARY])).join(n.some([' ', '', '\n']));
      const flat = (text: string) => visibleText(text).replace(/\s+/g, ' ').trim();
      expect(flat(wordsOf(`x ${escapeMarkdown(words)}`))).toBe(flat(`x ${words}`));
    }
  });

  test('make no markup on any platform-wide sample', () => {
    for (const [name, message] of Object.entries(sampleMessages)) {
      if (/^text-/.test(name)) continue;
      expect(markup(renderMessage(message, { translate, charts: 'native' }).parts), name).toEqual([]);
    }
  });

  test('leave the links that we wrote alone', () => {
    expect(
      richText('see [the guide](https://example.com/a_b), [no](javascript:alert(1)) and https://example.com'),
    ).toEqual([
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: 'see ' },
          { type: 'link', url: 'https://example.com/a_b', text: 'the guide' },
          { type: 'text', text: ', no and ' },
          { type: 'link', url: 'https://example.com', text: 'https://example.com' },
        ],
      },
    ]);
  });

  test('in a name of a card do not move its buttons', () => {
    const card = hostileCard();
    const blocks = renderMessage({ text: '', card, language: 'en' }, { translate, charts: 'native' }).parts.flatMap(
      (part) => part.blocks,
    );
    expect([...usable(blocks, card)].sort()).toEqual(['look:I-6HST', 'mute:I-6HST', '~fold:0']);
  });
});
