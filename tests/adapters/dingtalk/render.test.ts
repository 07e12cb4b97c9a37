import { lexer, type Token } from 'marked';
import { describe, expect, test } from 'vitest';
import { PART_CHARS, renderMarkdown, signatureOf } from '../../../adapters/dingtalk/render.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { Block, Card, Outgoing } from '../../../src/chat/types.ts';
import { HOSTILE, sampleMessages } from '../../support/cards.ts';

const translate = loadMessages('templates/messages');
const render = (message: Outgoing, more: { pictures?: Map<string, string>; consoleUrl?: string } = {}) =>
  renderMarkdown(message, { translate, ...more });
const textOf = (message: Outgoing) =>
  render(message)
    .parts.map(({ text }) => text)
    .join('\n\n');
const sample = (name: string): Outgoing => {
  const message = sampleMessages[name];
  if (!message) throw new Error(`No sample ${name}`);
  return message;
};
const cardOf = (change: Partial<Card> | Block[], language: 'en' | 'zh' = 'en'): Outgoing => ({
  text: 'x',
  language,
  card: {
    id: 'task-T-7K3F',
    rev: 1,
    title: 'T',
    tone: 'info',
    blocks: [],
    ...(Array.isArray(change) ? { blocks: change } : change),
  },
});
const buttons = (...ids: string[]): Block => ({ type: 'buttons', items: ids.map((id) => ({ id, label: id })) });
const said = (text: string) =>
  [...text.matchAll(/dtmd:\/\/dingtalkclient\/sendMessage\?content=([^)]*)\)/g)].map(([, words = '']) =>
    decodeURIComponent(words),
  );
const flat = (tokens: Token[]): Token[] =>
  tokens.flatMap((token) => [
    token,
    ...flat('tokens' in token && token.tokens ? token.tokens : []),
    ...flat(token.type === 'list' ? token.items : []),
  ]);

describe('a message in DingTalk markdown', () => {
  test.each(Object.keys(sampleMessages).filter((name) => !/huge|report|long/.test(name)))(
    'shows the sample %s as it always did',
    async (name) => {
      const { parts, files, pictures } = render(sample(name));
      const shown = [
        ...parts.map(({ title, text }) => `<!-- ${title} -->\n\n${text}`),
        ...files.map((file) => `<!-- file ${file.name}, ${file.mime}, ${file.content.length} characters -->`),
        ...pictures.map(({ title }) => `<!-- picture ${title} -->`),
      ];
      await expect(`${shown.join('\n\n')}\n`).toMatchFileSnapshot(`golden/${name}.md`);
    },
  );

  test.each(Object.entries(sampleMessages))('keeps %s within what a message holds', (_, message) => {
    const { parts } = render(message);
    expect(parts.length).toBeGreaterThan(0);
    expect(Math.max(...parts.map(({ text }) => text.length))).toBeLessThanOrEqual(PART_CHARS);
    expect(Math.max(...parts.map(({ title }) => title.length))).toBeLessThanOrEqual(80);
    expect(parts.every(({ title, text }) => title.length > 0 && text.length > 0)).toBe(true);
  });

  test('of a log shows its last lines, and all of them are a file', () => {
    const { parts, files } = render(sample('long-log-zh'));
    expect(parts).toHaveLength(1);
    expect(parts[0]?.text).toMatch(/```\n…\n2026\S+ \d+ GET[\s\S]*Z 2000 GET \/cart[^\n]*\n```/);
    expect(files).toHaveLength(1);
    for (let n = 1; n <= 2000; n += 1) expect(files[0]?.content).toContain(`Z ${n} GET /cart`);
  });

  test('of one long line whose end matters shows its beginning', () => {
    const block: Block = { type: 'code', text: `a\n${'0123456789'.repeat(900)}`, end: true };
    const text = textOf(cardOf([block]));
    expect(text).toContain('…\n0123456789');
    expect(text.length).toBeLessThan(2000);
  });

  test('ends lines with two spaces and knows no tables', () => {
    const text = textOf(sample('approval-en'));
    expect(text).toMatch(/^\*\*Cluster\*\* shop-prod {2}$/m);
    expect(text).not.toMatch(/^\|/m);
    expect(flat(lexer(text)).some(({ type }) => type === 'table')).toBe(false);
  });

  test('a row of a table is an item that names its columns', () => {
    expect(textOf(sample('table-en'))).toContain('- **Recommended** · Nodes: 3 × ecs.g7.xlarge · A month: ¥3,412');
  });
});

describe('a button without a card', () => {
  test.each([
    ['en', 'approve:a1b2', 'approve a1b2'],
    ['zh', 'approve:a1b2', '批准 a1b2'],
    ['zh', 'reject:a1b2', '拒绝 a1b2'],
    ['en', 'cancel:T-7K3F', 'cancel T-7K3F'],
    ['zh', 'undo:T-7K3F', '撤销 T-7K3F'],
    ['en', 'change:a1b2', 'press task-T-7K3F change:a1b2'],
    ['zh', 'heal:I-7K3F:raise-memory-limit', '按 task-T-7K3F heal:I-7K3F:raise-memory-limit'],
    ['zh', 'send:查看 我的任务', '查看 我的任务'],
  ] as const)('says in %s for %s: %s', (language, id, words) => {
    const text = textOf(cardOf([buttons(id)], language));
    expect(said(text)).toEqual([words]);
    expect(text).toContain(`\`${words}\``);
  });

  test('parentheses in the words do not end the link', () => {
    expect(said(textOf(cardOf([buttons('send:scale (fast) *now*')])))).toEqual(['scale (fast) *now*']);
  });

  test('shows beside the link what it would ask before it acts', () => {
    expect(textOf(sample('buttons-en'))).toContain('Create shop-prod? It costs about CNY 3,412 a month.');
  });

  test('an answer shows the number that can be typed, and the link names the very answer', () => {
    const text = textOf(sample('question-en'));
    expect(text).toContain('[1. High]');
    expect(text).toContain('[2. Single zone]');
    expect(said(text)[1]).toBe('press r-0a1b2c3d4e5f-0 choice:availability:low');
  });

  test('is gone once the card is closed, in folded parts too', () => {
    const blocks: Block[] = [buttons('approve:a1b2'), { type: 'details', summary: 's', blocks: [buttons('look:I-1')] }];
    const text = textOf(cardOf({ blocks, closed: true }));
    expect(said(text)).toEqual([]);
    expect(text).not.toContain('press');
  });

  test('in folded parts is shown as well', () => {
    const text = textOf(cardOf([{ type: 'details', summary: 's', blocks: [buttons('look:I-1')] }]));
    expect(said(text)).toEqual(['press task-T-7K3F look:I-1']);
  });
});

describe('a form without a card', () => {
  const form = (id: string, asks: boolean): Block => ({
    type: 'inputs',
    items: asks ? [{ kind: 'text', id: 'why', label: 'Why' }] : [],
    submit: { id, label: 'Send' },
  });

  test('says what to type where there are words for it', () => {
    expect(textOf(sample('incident-en'))).toContain('`mute I-7K3F 4 h because …`');
    expect(textOf(sample('incident-zh'))).toContain('`静默 I-7K3F 4 小时 因为 …`');
  });

  test('that has no words of its own is filled in in the console', () => {
    const { parts } = render(cardOf([form('limits:x', true)]), { consoleUrl: 'https://copilot.example' });
    expect(parts[0]?.text).toContain('[https：//copilot.example](https://copilot.example)');
    expect(parts[0]?.text).not.toContain('press');
  });

  test('that asks for nothing can be pressed', () => {
    expect(textOf(cardOf([form('limits:x', false)]))).toContain('`press task-T-7K3F limits:x`');
  });
});

describe('what is too long', () => {
  test('goes along whole as one file, and the message says so', () => {
    const { parts, files } = render(sample('huge'));
    expect(files).toHaveLength(1);
    expect(files[0]?.name).toBe('incident-I-0BGE.docx');
    expect(files[0]?.content).toContain('r199c24');
    expect(files[0]?.content).toContain('pod-1999');
    expect(parts.at(-1)?.text).toContain('Everything is in the file below');
  });

  test('and is folded shows its first lines', () => {
    const line = 'The quick brown fox jumps over the lazy dog and runs.';
    const details: Block = {
      type: 'details',
      summary: 'Evidence',
      blocks: Array.from({ length: 40 }, (_, at): Block => ({ type: 'text', markdown: `${at}: ${line}` })),
    };
    const { parts, files } = render(cardOf([details]));
    expect(parts[0]?.text).toContain(`0: ${line}`);
    expect(parts[0]?.text).not.toContain(`39: ${line}`);
    expect(files[0]?.content).toContain(`39: ${line}`);
  });

  test('keeps every button, each whole and once', () => {
    const ids = Array.from({ length: 40 }, (_, at) => `press incident-I-0BGE heal:I-0BGE:remedy-${at}`);
    expect(said(textOf(sample('huge')))).toEqual(ids);
  });

  test('nothing is attached where nothing is missing', () => {
    expect(render(sample('approval-en')).files).toEqual([]);
  });

  test('steps that failed or wait are shown among many', () => {
    const steps = Array.from({ length: 60 }, (_, at) => ({
      id: `s${at}`,
      title: `Step ${at}`,
      status: at === 55 ? ('failed' as const) : at === 58 ? ('waiting' as const) : ('done' as const),
    }));
    const text = textOf(cardOf([{ type: 'progress', title: 'p', steps }]));
    expect(text).toContain('✗ Step 55');
    expect(text).toContain('◔ Step 58');
  });
});

describe('a chart', () => {
  test('is a picture once it was uploaded, and words always', () => {
    const message = sample('incident-en');
    const wanted = render(message).pictures;
    expect(wanted.map(({ title }) => title)).toEqual(['Memory of the containers']);
    expect(textOf(message)).not.toContain('![');
    const text = render(message, { pictures: new Map([['Memory of the containers', '@lADPDetfXH_Pn3HNAbrNBDg']]) })
      .parts[0]?.text;
    expect(text).toContain('![Memory of the containers](@lADPDetfXH_Pn3HNAbrNBDg)');
    expect(text).toContain('from 110 MiB, peak 255 MiB, now 255 MiB');
  });

  test('of the same title as another has a picture of its own', () => {
    const chart = { unit: 'count' as const, series: [], limits: [], marks: [] };
    const same: Block[] = [1, 2].map((value) => ({
      type: 'chart',
      title: 'Load',
      chart: { ...chart, series: [{ name: 'a', points: [[0, value]] }] },
    }));
    const message = cardOf(same);
    expect(render(message).pictures.map(({ title }) => title)).toEqual(['Load', 'Load (2)']);
    const text =
      render(message, {
        pictures: new Map([
          ['Load', '@a'],
          ['Load (2)', '@b'],
        ]),
      }).parts[0]?.text ?? '';
    expect(text.indexOf('(@a)')).toBeLessThan(text.indexOf('(@b)'));
    expect(text.indexOf('(@a)')).toBeGreaterThan(0);
  });

  test('of bars says every amount in its unit, and that one is not known', () => {
    const text = textOf(sample('chart-bars-unknown-zh'));
    expect(text).toContain('prod/checkout：request 4 核 · p95 0.42 核');
    expect(text).toContain('prod/recommendation-engine-worker：request 2.5 核 · p95 –');
    expect(textOf(sample('chart-money-en'))).toContain('prod: so far 12345.68 CNY · forecast 15000 CNY');
    expect(render(sample('chart-stacked-en')).pictures.map(({ title }) => title)).toEqual(['Restarts a day']);
  });

  test('of many bars names twenty, and says how many more there are', () => {
    const categories = Array.from({ length: 23 }, (_, n) => `c${n}`);
    const series = [{ name: 'a', values: categories.map((_, n) => n) }];
    const chart = { kind: 'bars' as const, unit: 'days' as const, stacked: false, categories, series };
    const message = cardOf([{ type: 'chart', title: 'c', chart }]);
    expect(textOf(message)).toContain('c19: 19 d');
    expect(textOf(message)).not.toContain('c20: 20 d');
    expect(textOf(message)).toContain('3 more rows');
  });

  test('without a point says so', () => {
    const empty = { unit: 'bytes' as const, series: [{ name: 'a', points: [] }], limits: [], marks: [] };
    expect(textOf(cardOf([{ type: 'chart', title: 'c', chart: empty }]))).toContain('a: no values');
  });
});

describe("strangers' words", () => {
  test.each(['hostile', 'hostile-zh', 'closed-hostile'])('are neither link nor tag nor heading in %s', (name) => {
    const tokens = flat(lexer(textOf(sample(name))));
    const links = tokens
      .filter(({ type }) => type === 'link')
      .map((token) => ('href' in token ? String(token.href) : ''));
    expect(links.filter((href) => !href.startsWith('dtmd://dingtalkclient/sendMessage?content='))).toEqual([]);
    expect(links.length).toBe(name === 'closed-hostile' ? 0 : 1);
    expect(tokens.filter(({ type }) => ['html', 'image', 'del', 'em', 'def', 'table'].includes(type))).toEqual([]);
    expect(tokens.filter(({ type }) => type === 'heading')).toHaveLength(1);
  });

  test.each(Object.keys(sampleMessages).filter((name) => name.startsWith('hostile-')))(
    'lead nowhere but to words of ours in %s',
    (name) => {
      const tokens = flat(lexer(textOf(sample(name))));
      const links = tokens.flatMap((token) => (token.type === 'link' && 'href' in token ? [String(token.href)] : []));
      expect(links.filter((href) => !href.startsWith('dtmd://dingtalkclient/sendMessage?content='))).toEqual([]);
      for (const words of said(textOf(sample(name)))) expect(words).not.toMatch(/evil|approve a1b2/);
      expect(tokens.filter(({ type }) => ['html', 'image', 'del', 'def', 'table'].includes(type))).toEqual([]);
      expect(tokens.filter(({ type }) => type === 'heading')).toHaveLength(1);
    },
  );

  test('mention nobody and link nowhere, even where a client knows no code', () => {
    const text = textOf(sample('hostile')).replaceAll(/\]\(dtmd:[^)]*\)/g, '');
    expect(text).not.toMatch(/(?<![A-Za-z0-9])@\w/);
    expect(text).not.toMatch(/:\/\/|\]\(|<[a-z/!]|www\./i);
  });

  test.each([
    ['# heading', '＃ heading'],
    ['- item', '－ item'],
    ['1. item', '1． item'],
    ['---', '－－－'],
  ])('at the start of a footer, %j is no block', (footer, shown) => {
    expect(textOf(cardOf({ footer }))).toContain(`> ${shown}`);
  });

  test.each([
    'MAX_HEAP_SIZE=512m',
    'nginx@sha256',
    'registry.example.com/shop/checkout:1.2.3',
    'checkout-5d9c7b6f4-x2x9q',
    'lastState.terminated.reason=OOMKilled (exit 137)',
    '$HOME/a+b #3 50%',
  ])('that do nothing stay as they are: %s', (value) => {
    expect(textOf(cardOf([{ type: 'fields', items: [{ label: 'x', value }] }]))).toContain(`**x** ${value}`);
  });

  test('an address is no link to write to', () => {
    const text = textOf(cardOf([{ type: 'fields', items: [{ label: 'by', value: 'ann@example.com' }] }]));
    expect(flat(lexer(text)).some(({ type }) => type === 'link')).toBe(false);
  });

  test('in a file are as they were, but for what cannot be seen', () => {
    const content = render(sample('hostile')).files[0]?.content ?? '';
    expect(content).toContain('[Approve](https://evil.example)');
    for (const hidden of ['\u202e', '\u200b', '\u001b']) expect(content).not.toContain(hidden);
    expect(HOSTILE).toContain('\u202e');
  });
});

describe('the signature', () => {
  const base = sample('task-en');
  const card = base.card as Card;
  const changed = (change: Partial<Card>) => signatureOf({ ...base, card: { ...card, ...change } });
  const progress = (change: object): Block[] =>
    card.blocks.map((block) =>
      block.type === 'progress'
        ? { ...block, ...change, steps: block.steps.map((step, at) => (at === 2 ? { ...step, ...change } : step)) }
        : block,
    );

  test.each([
    ['percent', { blocks: progress({ percent: 99 }) }],
    ['details of running steps', { blocks: progress({ status: 'running', detail: '12 s' }) }],
    ['footer', { footer: 'about 3 minutes left' }],
    ['revision', { rev: 99 }],
  ] as [string, Partial<Card>][])('stays when only the %s has changed', (_, change) => {
    expect(changed(change)).toBe(signatureOf(base));
  });

  test.each([
    ['title', { title: 'another' }],
    ['tone', { tone: 'danger' }],
    ['end', { closed: true }],
    ['controls', { blocks: [...card.blocks, buttons('look:x')] }],
    ['failed step', { blocks: progress({ status: 'failed' }) }],
    ['waiting step', { blocks: progress({ status: 'waiting' }) }],
  ] as [string, Partial<Card>][])('changes with the %s', (_, change) => {
    expect(changed(change)).not.toBe(signatureOf(base));
  });

  test('of mere words is theirs', () => {
    expect(signatureOf({ text: 'a', language: 'en' })).not.toBe(signatureOf({ text: 'b', language: 'en' }));
    expect(signatureOf({ text: 'a', language: 'en' })).toMatch(/^[\w-]{12}$/);
  });
});
