import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../../adapters/slack/render.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { Card } from '../../../src/chat/types.ts';
import { sampleMessages } from '../../support/cards.ts';
import { refusals } from './limits.ts';

const translate = loadMessages('templates/messages');
const options = { translate, charts: 'native', timeZone: 'Asia/Shanghai' } as const;
const drawn = (name: string, change = {}) => {
  const message = sampleMessages[name];
  if (!message) throw new Error(`No sample ${name}`);
  return renderMessage({ ...message, ...change }, options);
};
const blocksOf = (name: string) => drawn(name).parts.flatMap(({ blocks }) => blocks);
const json = (value: unknown) => JSON.stringify(value);

const golden = Object.keys(sampleMessages).filter((name) => !/huge|report|long/.test(name));

describe('a message on Slack', () => {
  test.each(golden)('%s is drawn as it was looked over', async (name) => {
    await expect(`${JSON.stringify(drawn(name), null, 1)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });

  test.each(Object.keys(sampleMessages))(
    '%s is taken by Slack in every part, with and without the younger blocks',
    (name) => {
      const message = sampleMessages[name];
      if (!message) throw new Error(`No sample ${name}`);
      for (const charts of ['native', 'none'] as const) {
        const { parts } = renderMessage(message, { translate, charts });
        expect(parts.length).toBeGreaterThan(0);
        for (const { text, blocks } of parts) {
          expect(refusals(blocks, 'message')).toEqual([]);
          expect(text.length).toBeGreaterThan(0);
          expect(text.length).toBeLessThanOrEqual(4000);
        }
      }
    },
  );

  test('says all of it in its text, too, without markup and without a mention', () => {
    const [part] = drawn('incident-en').parts;
    expect(part?.text).toContain('I-7K3F · OOMKilled · Deployment shop/checkout');
    expect(part?.text).toContain(
      'Container app of Deployment shop/checkout needs more memory than its limit of 256Mi.',
    );
    expect(part?.text).toContain('Raise the limit to 512Mi');
    expect(part?.text).not.toMatch(/\\|\*\*/);
    expect(drawn('hostile').parts[0]?.text).not.toMatch(/<[!@#h]/);
  });

  test('without a card is rich text', () => {
    expect(blocksOf('words-en')).toEqual([
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'No such task: ' },
              { type: 'text', text: 'T-0000', style: { bold: true } },
              { type: 'text', text: '. Type ' },
              { type: 'text', text: 'tasks', style: { code: true } },
              { type: 'text', text: '.' },
            ],
          },
        ],
      },
    ]);
  });
});

describe('a long message', () => {
  test('goes over several, the controls together on the last', () => {
    const { parts, files } = drawn('report-en');
    expect(parts.length).toBeGreaterThan(1);
    const where = parts.map(({ blocks }) => blocks.some(({ type }) => type === 'actions'));
    expect(where).toEqual([...parts.slice(1).map(() => false), true]);
    expect(json(parts)).toContain('team-19');
    expect(files).toEqual([]);
    expect(parts[1]?.text).toBe(`Report of 20 namespaces (2 of ${parts.length})`);
  });

  test('that would take too many is a file from there on, and says so', () => {
    const { parts, files } = drawn('huge');
    const names = files.map(({ name }) => name);
    expect(names).toContain('incident-I-0BGE-text.txt');
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(json(parts)).toContain(name);
    expect(files.find(({ name }) => name === 'incident-I-0BGE-text.txt')?.content).toContain('Finding 399');
    expect(files.find(({ name }) => name.endsWith('table.csv'))?.content).toContain('r199c24');
    expect(files.find(({ name }) => name.endsWith('code.txt'))?.content).toContain('pod-1999');
  });

  test('of words only is shown from its beginning, the whole of it is a file', () => {
    const { parts, files } = drawn('long-words');
    expect(json(parts)).toContain('Line 0 of a ');
    expect(files.map(({ name }) => name)).toEqual(['message-text.txt']);
    expect(files[0]?.content).toContain('Line 899 of a long answer.');
  });

  test('of a log shows its last lines, and all of them are a file', () => {
    const { parts, files } = drawn('long-log-en');
    expect(parts).toHaveLength(1);
    expect(json(parts)).toContain('Z 2000 GET /cart');
    const [{ name = '', content = '' } = {}, ...others] = files;
    expect(others).toEqual([]);
    expect(json(parts)).toContain(`All 2000 lines: ${name}, in this thread`);
    for (let n = 1; n <= 2000; n += 1) expect(content).toContain(`Z ${n} GET /cart`);
  });

  test('whose end matters is shown from there, with a word on where the rest is', () => {
    const lines = Array.from({ length: 60 }, (_, n) => `${n} ${'é"'.repeat(40)}`);
    const long = 'x'.repeat(9000);
    for (const text of [lines.join('\n'), long, `${lines.join('\n')}\n${long}`]) {
      const card: Card = { id: 'r-1', rev: 1, title: 'Log', tone: 'info', blocks: [{ type: 'code', text, end: true }] };
      const { parts, files } = drawn('words-en', { card });
      expect(parts.flatMap(({ blocks }) => refusals(blocks, 'message'))).toEqual([]);
      expect(json(parts)).toContain('the whole text is in r-1-code.txt');
      expect(files).toMatchObject([{ name: 'r-1-code.txt', content: text }]);
      expect(json(parts)).toContain(json(text.split('\n').at(-1)?.slice(0, 80)).slice(1, -1));
      expect(json(parts)).not.toContain(`"${lines[0]}`);
    }
  });

  test('keeps the names of its files from edit to edit', () => {
    const { card } = sampleMessages.huge ?? {};
    const names = (rev: number) => drawn('huge', card ? { card: { ...card, rev } } : {}).files.map(({ name }) => name);
    expect(names(12)).toEqual(names(13));
  });
});

describe('a table', () => {
  test('is Slack’s own once a message, further ones are aligned or a list', () => {
    const table = sampleMessages['table-en']?.card?.blocks[0];
    const card = sampleMessages['table-en']?.card;
    if (!table || !card) throw new Error('No table');
    const { parts } = drawn('table-en', { card: { ...card, blocks: [table, table] } });
    const [{ blocks } = { blocks: [] }] = parts;
    expect(blocks.filter(({ type }) => type === 'table')).toHaveLength(1);
    expect(json(blocks)).toContain('Option       Nodes              A month\\nRecommended  3 × ecs.g7.xlarge  ¥3,412');
  });

  test('keeps what a spreadsheet would run from running', () => {
    const card = sampleMessages['table-en']?.card;
    if (!card) throw new Error('No card');
    const rows = [['=HYPERLINK("http://x")', '-1.5'], ...Array.from({ length: 150 }, () => ['a', 'b'])];
    const blocks = [{ type: 'table', caption: 'c', head: ['a', 'b'], rows }];
    const { files } = drawn('table-en', { card: { ...card, blocks } });
    expect(files[0]?.content).toContain('"\'=HYPERLINK(""http://x"")",-1.5');
  });
});

describe('a chart', () => {
  test('keeps its peaks when it is thinned to twenty points, and its limit as a line', () => {
    const chart = blocksOf('chart-en').find(({ type }) => type === 'data_visualization');
    if (chart?.type !== 'data_visualization') throw new Error('No chart');
    const [curve, limit] = chart.chart.series;
    expect(curve?.data).toHaveLength(20);
    expect(Math.max(...(curve?.data.map(({ value }) => value) ?? []))).toBe(255);
    expect(new Set(limit?.data.map(({ value }) => value))).toEqual(new Set([256]));
    expect(chart.chart.axis_config).toMatchObject({ x_label: 'Asia/Shanghai', y_label: 'MiB' });
    expect(chart.chart.axis_config.categories[0]).toBe('10:00');
    expect(json(blocksOf('chart-en'))).toContain('OOMKilled 25/11, 11:28 Asia/Shanghai');
  });

  test('with gaps, too many lines or as a third one becomes a picture', () => {
    const card = sampleMessages['chart-en']?.card;
    const block = card?.blocks[0];
    if (!card || block?.type !== 'chart' || 'kind' in block.chart) throw new Error('No chart');
    const pictures = (...blocks: unknown[]) => {
      const rendered = drawn('chart-en', { card: { ...card, blocks } });
      expect(json(rendered.parts)).toContain('peak 255 MiB');
      return rendered.pictures.map(({ title }) => title);
    };
    const [one] = block.chart.series;
    const late = { name: 'late', points: one?.points.slice(60) ?? [] };
    expect(pictures({ ...block, title: 'gap', chart: { ...block.chart, series: [one, late] } })).toEqual(['gap']);
    const many = Array.from({ length: 6 }, (_, n) => ({ name: `s${n}`, points: one?.points }));
    expect(pictures({ ...block, title: 'many', chart: { ...block.chart, series: many } })).toEqual(['many']);
    expect(pictures(block, block, { ...block, title: 'third' })).toEqual(['third']);
  });

  test('of bars side by side is native, with long names whole below it', () => {
    const chart = blocksOf('chart-bars-en').find(({ type }) => type === 'data_visualization');
    if (chart?.type !== 'data_visualization') throw new Error('No chart');
    expect(chart.chart).toMatchObject({ type: 'bar', axis_config: { y_label: 'cores' } });
    expect(chart.chart.series.map(({ data }) => data.map(({ value }) => value))).toEqual([
      [4, 2.5, 1],
      [0.42, 0.3, 0.05],
    ]);
    expect(json(blocksOf('chart-bars-en'))).toContain('"prod/recommendation-engine-worker"');
    expect(json(blocksOf('chart-money-zh'))).toContain('"y_label":"CNY"');
  });

  test.each([
    ['chart-bars-unknown-en', 'prod/recommendation-engine-worker: request 2.5 cores, p95 –'],
    ['chart-stacked-en', '11-24: prod/checkout 3, prod/cart –'],
    ['chart-band-en', 'p50: peak'],
  ])('that Slack would draw as something else is a picture and words: %s', (name, said) => {
    const { parts, pictures } = drawn(name);
    expect(pictures).toHaveLength(1);
    expect(json(parts)).not.toContain('data_visualization');
    expect(json(parts)).toContain(said);
  });

  test('of more than twenty bars, or none, is no native one', () => {
    const message = sampleMessages['chart-bars-en'];
    const block = message?.card?.blocks[0];
    if (!message?.card || block?.type !== 'chart' || !('kind' in block.chart)) throw new Error('No bars');
    for (const count of [0, 21]) {
      const categories = Array.from({ length: count }, (_, n) => `c${n}`);
      const chart = { ...block.chart, categories, series: [{ name: 'a', values: categories.map((_, n) => n) }] };
      const card = { ...message.card, blocks: [{ ...block, chart }] };
      expect(drawn('chart-bars-en', { card }).pictures).toHaveLength(1);
    }
  });

  test('is a picture wherever Slack refused the native kind', () => {
    const message = sampleMessages['incident-en'];
    if (!message) throw new Error('No incident');
    const { parts, pictures } = renderMessage(message, { translate, charts: 'none' });
    expect(pictures.map(({ title }) => title)).toEqual(['Memory of the containers']);
    expect(json(parts)).not.toContain('data_visualization');
  });
});

describe('a closed card', () => {
  test.each(['closed-hostile', 'closed-huge', 'resolved-en', 'approved-zh'])('%s has no control', (name) => {
    expect(blocksOf(name).filter(({ type }) => type === 'actions')).toEqual([]);
    expect(json(drawn(name))).not.toMatch(/"(~form|~fold|heal|mute|look|approve):/);
  });

  test('lays open what was folded and is short; what is long is a file', () => {
    expect(json(blocksOf('resolved-en'))).toContain('lastState.terminated.reason=OOMKilled');
    expect(drawn('resolved-en').files).toEqual([]);
    const { files, parts } = drawn('closed-hostile');
    expect(files.map(({ name }) => name)).toContain('incident-I-6HST-fold-0.txt');
    expect(json(parts)).toContain('incident-I-6HST-fold-0.txt');
  });
});
