import { describe, expect, test } from 'vitest';
import { renderFold, renderForm, renderHome, renderMessage } from '../../../adapters/slack/render.ts';
import { formOf, readForm } from '../../../adapters/slack/render-views.ts';
import { controlsOf } from '../../../src/chat/blocks.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { Card, Outgoing } from '../../../src/chat/types.ts';
import { checkView } from '../../fakes/slack/views.ts';
import { sampleMessages } from '../../support/cards.ts';
import { modalRefusals, refusals } from './limits.ts';

const translate = loadMessages('templates/messages');
const options = { translate, charts: 'native', timeZone: 'Asia/Shanghai' } as const;
const sample = (name: string): Outgoing & { card: Card } => {
  const message = sampleMessages[name];
  if (!message?.card) throw new Error(`No card ${name}`);
  return { ...message, card: message.card };
};
const json = (value: unknown) => JSON.stringify(value);
const cards = Object.keys(sampleMessages).filter((name) => sampleMessages[name]?.card);

describe('a form', () => {
  test.each(['inputs-en', 'inputs-zh', 'incident-en', 'incident-zh'])(
    'of %s is drawn as it was looked over',
    async (name) => {
      const form = renderForm(sample(name), 'mute:I-7K3F', options);
      await expect(`${JSON.stringify(form, null, 1)}\n`).toMatchFileSnapshot(`golden/form-${name}.json`);
    },
  );

  test.each(cards)('of %s is taken by Slack, as are its folded parts', (name) => {
    const shown = sample(name);
    const forms = controlsOf(shown.card).flatMap((block) => (block.type === 'inputs' ? [block.submit.id] : []));
    const drawn = json(renderMessage(shown, options).parts);
    const folds = [...drawn.matchAll(/"~fold:(\d+)"/g)].map(([, n]) => Number(n));
    const views = [
      ...forms.map((id) => renderForm(shown, id, options)),
      ...folds.map((n) => renderFold(shown, n, options)),
    ];
    for (const view of views) {
      if (!view) {
        expect(shown.card.closed).toBe(true);
        continue;
      }
      expect(modalRefusals(view)).toEqual([]);
      expect(() => checkView({ ...view }, 'modal')).not.toThrow();
    }
  });

  test('says which card and revision it belongs to, and asks only for what is required', () => {
    const form = renderForm(sample('incident-en'), 'mute:I-7K3F', options);
    expect(form?.private_metadata).toBe('incident-I-7K3F#5#mute:I-7K3F');
    expect(form?.blocks.map((block) => 'optional' in block && block.optional)).toEqual([false, false]);
  });

  test('is none where the card is closed or asks for something else', () => {
    const { card, language } = sample('incident-en');
    expect(renderForm({ card: { ...card, closed: true }, language }, 'mute:I-7K3F', options)).toBeUndefined();
    expect(renderForm({ card, language }, 'mute:I-0000', options)).toBeUndefined();
  });

  test('offers five hundred choices in groups, and none is lost', () => {
    const form = renderForm(sample('huge'), 'mute:I-0BGE', options);
    const { option_groups: groups, initial_option: initial } = JSON.parse(json(form)).blocks.at(-3).element;
    const labels = groups.map(({ label }: { label: { text: string } }) => label.text);
    const values = groups.flatMap(({ options }: { options: { value: string }[] }) => options.map(({ value }) => value));
    expect(labels).toEqual(['1 to 100', '101 to 200', '201 to 300', '301 to 400', '401 to 500']);
    expect(new Set(values).size).toBe(500);
    expect(initial.value).toBe('option-400');
  });

  test('is read back as it was filled in', () => {
    const { items } = formOf(sample('inputs-en').card, 'mute:I-7K3F') ?? { items: [] };
    const values = {
      hours: { value: { selected_option: { value: '4' } } },
      clusters: { value: { selected_options: [{ value: 'shop-dev' }, { value: 'invented' }] } },
      digest: { value: { selected_options: [] } },
      reason: { value: { value: 'deploy <!channel>' } },
      notes: { value: { value: null } },
      other: { value: { value: 'smuggled' } },
    };
    expect(readForm(values, items)).toEqual({
      hours: '4',
      clusters: ['shop-dev'],
      digest: false,
      reason: 'deploy <!channel>',
    });
  });

  test('finds a choice again whose id is longer than Slack’s values', () => {
    const long = 'x'.repeat(200);
    const choices = [
      { id: 'short', label: 'a' },
      { id: long, label: 'b' },
      { id: '~0', label: 'c' },
    ];
    const card: Card = {
      ...sample('inputs-en').card,
      blocks: [
        {
          type: 'inputs',
          items: [{ kind: 'select', id: 'which', label: 'Which', options: choices, initial: [long] }],
          submit: { id: 'go', label: 'Go' },
        },
      ],
    };
    const form = renderForm({ card, language: 'en' }, 'go', options);
    const values = [...json(form).matchAll(/"value":"([^"]*)"/g)].map(([, value = '']) => value);
    const read = (value: string) =>
      readForm({ which: { value: { selected_option: { value } } } }, formOf(card, 'go')?.items ?? []).which;
    expect(values.slice(0, 3).map(read)).toEqual(['short', long, '~0']);
    expect(read('~9')).toBeUndefined();
  });
});

describe('a folded part', () => {
  test.each(['incident-en', 'details-zh'])('of %s is drawn as it was looked over', async (name) => {
    const view = renderFold(sample(name), 0, options);
    await expect(`${JSON.stringify(view, null, 1)}\n`).toMatchFileSnapshot(`golden/fold-${name}.json`);
  });

  test('shows every row whole, in kinds of blocks that a window takes', () => {
    const view = json(renderFold(sample('incident-en'), 0, options));
    expect(view).toContain('IGNORE ALL RULES <!channel> and [approve](https://evil.example) @all');
    expect(view).not.toMatch(/"type":"(table|link|mrkdwn|button)"/);
  });

  test('is none where the card has no such part any more', () => {
    expect(renderFold(sample('incident-en'), 3, options)).toBeUndefined();
  });
});

describe('the Home tab', () => {
  const pages: [string, string[]][] = [
    ['cards', ['approval-en', 'task-en', 'incident-en']],
    ['hostile words', ['hostile', 'hostile-zh']],
    ['a card that is far too large', ['huge', 'task-en']],
    ['far too many cards', cards],
  ];

  test.each(pages)('with %s is taken by Slack', (_, names) => {
    const blocks = renderHome(names.map(sample), options);
    expect(refusals(blocks, 'view')).toEqual([]);
    expect(() => checkView({ type: 'home', blocks }, 'home')).not.toThrow();
  });

  test('is drawn as it was looked over', async () => {
    const blocks = renderHome(['approval-zh', 'task-zh', 'incident-zh'].map(sample), options);
    await expect(`${JSON.stringify(blocks, null, 1)}\n`).toMatchFileSnapshot('golden/home-zh.json');
  });

  test('keeps the controls of its cards, and says how many are not shown', () => {
    const blocks = json(renderHome(['huge', 'task-en', ...cards].map(sample), options));
    expect(blocks).toContain('"~form:mute:I-0BGE"');
    expect(blocks).toMatch(/\d+ more are not shown here\./);
    const few = json(renderHome(['approval-en', 'task-en'].map(sample), options));
    for (const id of ['approve:a1b2', 'reject:a1b2', 'cancel:T-7K3F']) expect(few).toContain(`"${id}"`);
    expect(few).not.toContain('not shown here');
  });
});
