import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  CARD_VARIABLES,
  PRIVATE_VARIABLES,
  renderCard,
  renderConfirm,
  renderNote,
} from '../../../adapters/dingtalk/render-card.ts';
import { template } from '../../../scripts/dingtalk-card.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { Block, Outgoing } from '../../../src/chat/types.ts';
import { sampleMessages } from '../../support/cards.ts';

const translate = loadMessages('templates/messages');
const render = (message: Outgoing) => renderCard(message, { translate });
const sample = (name: string): Outgoing => {
  const message = sampleMessages[name];
  if (!message) throw new Error(`No sample ${name}`);
  return message;
};
const buttonsOf = (message: Outgoing) => JSON.parse(render(message).params.btns ?? '');
const editor = JSON.parse(JSON.parse(template).editorData);

describe('a card as variables of the template', () => {
  test.each(Object.keys(sampleMessages).filter((name) => !/huge|report|long/.test(name)))(
    'shows the sample %s as it always did',
    async (name) => {
      const { params, files, pictures } = render(sample(name));
      const shown = [
        ...Object.entries(params)
          .filter(([, value]) => value !== '')
          .map(([key, value]) =>
            key.endsWith('btns')
              ? `<!-- ${key} -->\n${JSON.stringify(JSON.parse(value), null, 1)}`
              : `<!-- ${key} -->\n${value}`,
          ),
        ...files.map((file) => `<!-- file ${file.name}, ${file.content.length} characters -->`),
        ...pictures.map(({ title }) => `<!-- picture ${title} -->`),
      ];
      await expect(`${shown.join('\n\n')}\n`).toMatchFileSnapshot(`golden/card-${name}.md`);
    },
  );

  test.each(Object.entries(sampleMessages))('has the same variables for %s, and all are strings', (_, message) => {
    const { params } = render(message);
    expect(Object.keys(params)).toEqual(CARD_VARIABLES);
    expect(Object.values(params).every((value) => typeof value === 'string')).toBe(true);
    expect(params.content?.length).toBeLessThan(20_000);
  });

  test('has a button that names the card, its revision and the action, and nothing else', () => {
    expect(buttonsOf(sample('approval-zh'))[2]).toEqual({
      text: '拒绝',
      color: 'red',
      status: 'normal',
      event: {
        type: 'sendCardRequest',
        params: { actionId: 'reject:a1b2', params: { cardId: 'approval-a1b2', rev: '1' } },
      },
    });
  });

  test('shows six buttons, and the words for the others', () => {
    const { params } = render(sample('huge'));
    expect(buttonsOf(sample('huge'))).toHaveLength(6);
    expect(params.content).not.toContain('`press incident-I-0BGE heal:I-0BGE:remedy-5`');
    for (let at = 6; at < 40; at++)
      expect(params.content).toContain(`\`press incident-I-0BGE heal:I-0BGE:remedy-${at}\``);
  });

  test('has no links that speak, which cards do not know, and no control once it is closed', () => {
    expect(Object.values(render(sample('incident-en')).params).join()).not.toContain('dtmd');
    const { params } = render(sample('closed-hostile'));
    expect(params.btns).toBe('[]');
    expect(params.content).not.toContain('I-6HST 4 h');
  });

  test('has real tables with an empty line before, and breaks lines as cards do', () => {
    const { content = '' } = render(sample('approval-en')).params;
    expect(content).toContain('\n\n| Step | Minutes |\n| --- | --- |\n');
    expect(content).toContain('<br>**Risk** high<br>');
  });

  test('folds what is folded, and keeps forms in sight', () => {
    const { params } = render(sample('incident-en'));
    expect(params.fold1_title).toBe('Evidence (3)');
    expect(params.fold1_text).toContain('| E1 | k8s_get Pod shop/checkout |');
    expect(params.fold3_title).toBe('');
    expect(params.content).toContain('`mute I-7K3F 4 h because …`');
  });

  test('folds three parts; further ones are shown by their first lines', () => {
    const details = (name: string): Block => ({
      type: 'details',
      summary: name,
      blocks: [{ type: 'text', markdown: `inside ${name}` }],
    });
    const blocks = ['a', 'b', 'c', 'd'].map(details);
    const { params } = render({
      text: '',
      language: 'en',
      card: { id: 'x', rev: 1, title: 't', tone: 'info', blocks },
    });
    expect(params.fold3_text).toBe('inside c');
    expect(params.content).toContain('inside d');
    expect(params.content).not.toContain('inside c');
  });

  test('words without a card are content', () => {
    expect(render(sample('words-en')).params.content).toBe('No such task: **T-0000**. Type `tasks`.');
  });
});

describe('what one person sees on a card', () => {
  test('a button that wants to be sure asks first', () => {
    const [approve, change] = buttonsOf(sample('approval-en'));
    expect(approve.event.params.params.confirm).toBe('ask');
    expect(change.event.params.params.confirm).toBeUndefined();
    const asked = renderConfirm(sample('approval-en'), 'approve:a1b2');
    expect(asked?.note).toContain('**');
    const answers: { text: string; event: { params: { actionId: string; params: object } } }[] = JSON.parse(
      asked?.note_btns ?? '',
    );
    expect(answers.map(({ event }) => event.params)).toEqual([
      { actionId: 'approve:a1b2', params: { cardId: 'approval-a1b2', rev: '1', confirm: 'yes' } },
      { actionId: 'approve:a1b2', params: { cardId: 'approval-a1b2', rev: '1', confirm: 'no' } },
    ]);
  });

  test('nothing is asked for other buttons, unknown ones, and on closed cards', () => {
    expect(renderConfirm(sample('approval-en'), 'reject:a1b2')).toBeUndefined();
    expect(renderConfirm(sample('approval-en'), 'approve:zzzz')).toBeUndefined();
    expect(renderConfirm(sample('approved-en'), 'approve:a1b2')).toBeUndefined();
  });

  test('a note is words, and goes away', () => {
    expect(renderNote('# No, <font color=red>you</font> may not')).toEqual({
      note: '> ＃ No, ＜font color=red＞you＜/font＞ may not',
      note_btns: '[]',
    });
    expect(renderNote()).toEqual({ note: '', note_btns: '[]' });
  });

  test('fills exactly the private variables', () => {
    expect(Object.keys(renderNote('x'))).toEqual(PRIVATE_VARIABLES);
    expect(Object.keys(renderConfirm(sample('approval-en'), 'approve:a1b2') ?? {})).toEqual(PRIVATE_VARIABLES);
  });
});

describe('the template', () => {
  const nodes = (tree: { props: object; id: string; componentName: string; children?: never[] }[]): typeof tree =>
    tree.flatMap((node) => [node, ...nodes(node.children ?? [])]);
  const all = nodes(editor.schema.componentsTree);

  test('in the repository is what the script makes', () => {
    expect(readFileSync('deploy/dingtalk/card.json', 'utf8')).toBe(template);
  });

  test('declares exactly the variables that are filled, and which of them are private', () => {
    const list: { name: string; private: boolean }[] = editor.variableList;
    expect(list.filter((one) => !one.private).map(({ name }) => name)).toEqual(CARD_VARIABLES);
    expect(list.filter((one) => one.private).map(({ name }) => name)).toEqual(PRIVATE_VARIABLES);
  });

  test('shows every variable somewhere, and none that is not declared', () => {
    const used = [...JSON.stringify(all.map(({ props }) => props)).matchAll(/"variable":"(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect([...new Set(used)].sort()).toEqual([...CARD_VARIABLES, ...PRIVATE_VARIABLES].sort());
  });

  test('has components that it lists, with ids of their own', () => {
    const listed: string[] = editor.schema.componentsMap.map(({ exportName }: { exportName: string }) => exportName);
    expect([...new Set(all.map(({ componentName }) => componentName))].sort()).toEqual(listed.sort());
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  test('says that it was not verified against the editor', () => {
    expect(editor.variableList[0].description).toContain('not verified against the editor');
  });
});
