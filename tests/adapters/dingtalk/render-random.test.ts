import { lexer, type Token } from 'marked';
import { describe, expect, test } from 'vitest';
import { PART_CHARS, renderMarkdown } from '../../../adapters/dingtalk/render.ts';
import { CARD_VARIABLES, renderCard } from '../../../adapters/dingtalk/render-card.ts';
import { MOST_BUTTONS } from '../../../adapters/dingtalk/render-controls.ts';
import { controlsOf } from '../../../src/chat/blocks.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { Card } from '../../../src/chat/types.ts';
import { randomMessage } from './random-cards.ts';

const translate = loadMessages('templates/messages');
const messages = Array.from({ length: 500 }, (_, seed) => randomMessage(seed));
const flat = (tokens: Token[]): Token[] =>
  tokens.flatMap((token) => [
    token,
    ...flat('tokens' in token && token.tokens ? token.tokens : []),
    ...flat(token.type === 'list' ? token.items : []),
    ...flat(token.type === 'table' ? [...token.header, ...token.rows.flat()].flatMap(({ tokens: cell }) => cell) : []),
  ]);
/** Everything that would do something in a client, but for what the renderer itself makes. */
const active = (markdown: string): string[] =>
  flat(lexer(markdown)).flatMap((token) => {
    if (token.type === 'link')
      return String(token.href).startsWith('dtmd://dingtalkclient/sendMessage?') ? [] : [token.raw];
    if (token.type === 'html') return token.raw === '<br>' ? [] : [token.raw];
    return ['image', 'em', 'del', 'def', 'heading'].includes(token.type) ? [token.raw] : [];
  });
const buttonIds = (card: Card): string[] =>
  card.closed ? [] : controlsOf(card).flatMap((one) => (one.type === 'buttons' ? one.items.map(({ id }) => id) : []));
const formIds = (card: Card): string[] =>
  card.closed ? [] : controlsOf(card).flatMap((one) => (one.type === 'inputs' ? [one.submit.id] : []));

describe('five hundred random cards', () => {
  test('keep every limit as markdown, and carry every control', () => {
    for (const message of messages) {
      const card = message.card as Card;
      const { parts } = renderMarkdown(message, { translate });
      const text = parts.map((part) => part.text).join('\n\n');
      expect(Math.max(...parts.map((part) => part.text.length)), card.id).toBeLessThanOrEqual(PART_CHARS);
      const links = [...text.matchAll(/\]\(dtmd:\/\/dingtalkclient\/sendMessage\?content=([^)]*)\)/g)].map(
        ([, words = '']) => decodeURIComponent(words),
      );
      const wanted = buttonIds(card).map((id) => id.slice(id.lastIndexOf(':') + 1));
      expect(
        links.map((words) => words.split(/[ :]/).at(-1)),
        card.id,
      ).toEqual(wanted);
      for (const id of formIds(card)) expect(text, card.id).toContain(id.slice('mute:'.length));
      expect(active(text.replace(/^###/, 'title')), card.id).toEqual([]);
    }
  });

  test('keep every limit as a card, and carry every control', () => {
    for (const message of messages) {
      const card = message.card as Card;
      const { params } = renderCard(message, { translate });
      expect(Object.keys(params)).toEqual(CARD_VARIABLES);
      const shown: { event: { params: { actionId: string } } }[] = JSON.parse(params.btns ?? '');
      expect(shown.length).toBeLessThanOrEqual(MOST_BUTTONS);
      const ids = buttonIds(card);
      expect(shown.map(({ event }) => event.params.actionId)).toEqual(ids.slice(0, MOST_BUTTONS));
      const { content = '' } = params;
      for (const id of ids.slice(MOST_BUTTONS)) expect(content, card.id).toContain(id.slice(id.lastIndexOf(':') + 1));
      for (const id of formIds(card)) expect(content, card.id).toContain(id.slice('mute:'.length));
      for (const [name, text] of Object.entries(params)) {
        if (name === 'content' || name.endsWith('_text'))
          expect(active(text.replace(/^###/, 'title')), card.id).toEqual([]);
        expect(text.length, `${card.id} ${name}`).toBeLessThan(30_000);
      }
    }
  });
});
