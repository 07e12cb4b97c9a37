import { escapeMarkdown } from '../../src/chat/plain.ts';
import type { Block, Card, Outgoing } from '../../src/chat/types.ts';
import { climb, messageOf } from './sample-blocks.ts';

/** Cards that no platform could show as they are: beyond every limit, and with strangers' words in every place. */

/** What strangers write to become a mention, a link, emphasis or a control somewhere. */
export const HOSTILE_WORDS = [
  '<!channel>',
  '<!here|here>',
  '<@U1>',
  '<#C1>',
  '<!subteam^S1>',
  '@all',
  '@everyone',
  '<http://evil.example|Approve>',
  'https://evil.example/x',
  'evil.example.com',
  '[Approve](https://evil.example)',
  '[x](dtmd://dingtalkclient/sendMessage?content=approve)',
  '![x](https://evil.example/pixel.png)',
  'dtmd://dingtalkclient/sendMessage?content=approve%20a1b2',
  '*bold* **bold**',
  '_it_ __it__ ~gone~ ~~gone~~',
  '`code` ```fence```',
  '> quote',
  '# heading',
  '- item',
  '| a | b |',
  '<img src=x onerror=alert(1)>',
  '<font color="red">red</font>',
  '&lt;!channel&gt;',
  ':tada:',
  '\u001b[31mred\u0007',
  '\u202egnp.evorppa',
  'zero\u200bwidth',
  '<!date^1^{date}|approve>',
] as const;

/** All of them in one line, as a name or a message of a cluster could hold them. */
export const HOSTILE = HOSTILE_WORDS.join(' ');

const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

/** A card with these words in every place that takes plain text, and escaped in its markdown. */
export function hostileCard(words: string = HOSTILE): Card {
  const lines = words.split(' ');
  return {
    id: 'incident-I-6HST',
    rev: 7,
    title: words,
    tone: 'danger',
    blocks: [
      { type: 'text', markdown: `**${escapeMarkdown(words)}** ${escapeMarkdown(words)}` },
      { type: 'text', markdown: `- ${escapeMarkdown(words)}\n- two` },
      { type: 'code', text: `${words}\n\`\`\`\n${words}` },
      {
        type: 'fields',
        items: [{ label: words, value: words }, ...lines.slice(0, 5).map((value) => ({ label: 'x', value }))],
      },
      {
        type: 'table',
        caption: words,
        head: [words, 'b'],
        rows: [
          [words, 'a\nb'],
          ['c', words],
        ],
      },
      {
        type: 'chart',
        title: words,
        chart: { ...climb(words), marks: [{ name: words, at: 1 }], limits: [{ name: words, value: 1 }] },
      },
      {
        type: 'chart',
        title: words,
        chart: {
          kind: 'bars',
          unit: 'money',
          currency: words,
          stacked: false,
          categories: [words, `2 ${words}`],
          series: [{ name: words, values: [1, -1] }],
        },
      },
      {
        type: 'details',
        summary: words,
        blocks: [
          { type: 'text', markdown: escapeMarkdown(words) },
          { type: 'code', text: words },
        ],
      },
      {
        type: 'progress',
        title: words,
        percent: 10,
        steps: [{ id: 'a', title: words, status: 'failed', detail: words }],
      },
      {
        type: 'buttons',
        items: [
          {
            id: 'look:I-6HST',
            label: words,
            hint: words,
            confirm: { title: words, text: words, ok: words, cancel: words },
          },
        ],
      },
      {
        type: 'inputs',
        items: [
          { kind: 'text', id: 'why', label: words, placeholder: words, initial: words },
          { kind: 'select', id: 'which', label: words, options: [{ id: 'one', label: words, hint: words }] },
          { kind: 'toggle', id: 'on', label: words },
        ],
        submit: { id: 'mute:I-6HST', label: words },
      },
    ],
    footer: words,
  };
}

/** Everything longer and more than any platform takes. */
export function hugeCard(): Card {
  const long = (words: string, times: number) => many(times, (n) => `${words} ${n}.`).join(' ');
  const options = many(500, (n) => ({ id: `option-${n}`, label: long(`Option ${n}`, 20), hint: long('Hint', 20) }));
  const buttons = many(40, (n) => ({
    id: `heal:I-0BGE:remedy-${n}`,
    label: n % 2 ? `Remedy ${n}` : long(`Remedy ${n}`, 20),
    ...(n % 3 === 0 && { hint: long('Because', 60) }),
    ...(n % 5 === 0 && {
      confirm: { title: long('Sure', 40), text: long('It changes', 80), ok: long('Yes', 20), cancel: long('No', 20) },
    }),
  }));
  const blocks: Block[] = [
    { type: 'text', markdown: many(400, (n) => `**Finding ${n}**: ${long('pod restarted', 3)}`).join('\n\n') },
    {
      type: 'code',
      text: many(2000, (n) => `2026-11-25T04:00:00Z pod-${n} Back-off restarting failed container`).join('\n'),
    },
    {
      type: 'fields',
      items: many(30, (n) => ({ label: `Field ${n}`, value: n === 7 ? long('value', 900) : `value ${n}` })),
    },
    {
      type: 'table',
      caption: long('All pods', 60),
      head: many(25, (n) => `Column ${n}`),
      rows: many(200, (row) => many(25, (column) => `r${row}c${column}`)),
    },
    { type: 'table', caption: 'Second table', head: ['a', 'b'], rows: [['1', long('cell', 300)]] },
    ...many(4, (n): Block => ({ type: 'chart', title: long(`Chart ${n}`, 20), chart: manySeries(n) })),
    {
      type: 'chart',
      title: long('Bars', 20),
      chart: {
        kind: 'bars',
        unit: 'days',
        stacked: true,
        categories: many(60, (n) => long(`category ${n}`, 20)),
        series: many(9, (n) => ({
          name: long(`series ${n}`, 20),
          values: many(60, (at) => (at % 7 ? at * 1e9 : null)),
        })),
      },
    },
    { type: 'details', summary: long('Evidence', 40), blocks: [{ type: 'code', text: long('line', 3000) }] },
    {
      type: 'progress',
      title: long('Step', 60),
      percent: 120,
      steps: many(60, (n) => ({
        id: `s${n}`,
        title: long(`Step ${n}`, 60),
        status: 'running',
        detail: long('detail', 200),
      })),
    },
    { type: 'buttons', items: buttons },
    {
      type: 'inputs',
      items: [
        { kind: 'select', id: 'one', label: long('Which', 500), options, initial: ['option-400'] },
        {
          kind: 'select',
          id: 'several',
          label: 'Which ones',
          multi: true,
          options,
          initial: ['option-1', 'option-499'],
        },
        {
          kind: 'text',
          id: 'reason',
          label: 'Why',
          multiline: true,
          placeholder: long('Why', 100),
          initial: long('x', 2000),
        },
      ],
      submit: { id: 'mute:I-0BGE', label: long('Mute it', 20) },
    },
  ];
  return {
    id: 'incident-I-0BGE',
    rev: 12,
    title: long('Everything at once', 30),
    tone: 'danger',
    blocks,
    footer: long('Footer', 900),
  };
}

const manySeries = (shift: number) => ({
  ...climb(),
  series: many(9, (n) => climb(`container-with-a-long-name-${n}-${shift}`).series).flat(),
});

/** The extremes by name. */
export function extremeMessages(): Record<string, Outgoing> {
  const huge = hugeCard();
  return {
    hostile: messageOf(hostileCard(), 'en'),
    'hostile-zh': messageOf({ ...hostileCard(), id: 'incident-I-6HSU' }, 'zh'),
    huge: messageOf(huge, 'en'),
    'huge-zh': messageOf({ ...huge, id: 'incident-I-0BGF' }, 'zh'),
    'closed-hostile': messageOf({ ...hostileCard(), rev: 8, closed: true }, 'en'),
    'closed-huge': messageOf({ ...huge, rev: 13, closed: true }, 'en'),
    'empty-card': messageOf({ id: 'r-000000000000-0', rev: 1, title: 'Nothing', tone: 'neutral', blocks: [] }, 'en'),
    'long-words': { language: 'en', text: many(900, (n) => `Line ${n} of a **long** answer.`).join('\n\n') },
  };
}
