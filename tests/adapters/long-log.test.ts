import { expect, test } from 'vitest';
import { renderMarkdown } from '../../adapters/dingtalk/render.ts';
import { renderCard } from '../../adapters/dingtalk/render-card.ts';
import { renderMessage } from '../../adapters/slack/render.ts';
import { foldedText } from '../../flows/operations/look/parts.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import type { Outgoing } from '../../src/chat/types.ts';
import { createRedactor } from '../../src/tools/redaction.ts';
import { messageOf } from '../support/sample-blocks.ts';
import { samples } from '../tools/secret-corpus.ts';

/** A long log on its way from a tool to the chats: what is hidden at the door stays hidden in messages and files. */

const translate = loadMessages('templates/messages');
const LINES = 2000;

/** Lines with a secret of every shape again and again, so that they stand at every place where a text might be cut. */
const written = Array.from({ length: LINES }, (_, n) => {
  const secret = samples[Math.floor(n / 3) % samples.length]?.text.replaceAll('\n', '\\n') ?? '';
  return n % 3 === 0 ? `${n} info ${secret}` : `${n} GET /cart ${'x'.repeat(n % 80)}`;
});

async function shown(): Promise<Outgoing> {
  const { text } = await createRedactor().object({ text: written.join('\n') });
  const user = { platform: 'web', tenant: 'console', id: 'ann' } as const;
  const context = { t: translate.en, language: 'en', user, startedAt: 0, text: '' } as const;
  const blocks = foldedText(context, String(text));
  return messageOf({ id: 'r-1', rev: 1, title: 'Log', tone: 'neutral', blocks }, 'en');
}

test('secrets in a long log are in no message and no file, and every line is', async () => {
  const message = await shown();
  const slack = renderMessage(message, { translate, charts: 'native' });
  const plain = renderMarkdown(message, { translate });
  const card = renderCard(message, { translate });
  const everything = JSON.stringify([slack, plain, card]);
  const inLine = samples.filter(({ secret, text }) => !secret.includes('\n') && !text.includes('\n'));
  expect(inLine.length).toBeGreaterThan(20);
  expect(inLine.every(({ secret }) => written.join('\n').includes(secret))).toBe(true);
  expect(inLine.filter(({ secret }) => everything.includes(secret)).map(({ shape }) => shape)).toEqual([]);
  for (const [file, ...others] of [slack.files, plain.files, card.files]) {
    expect(others).toEqual([]);
    const numbers = new Set(file?.content.match(/^\d+(?= (?:info|GET) )/gm));
    expect(numbers.size).toBe(LINES);
  }
});
