import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pastedBody } from '../../../adapters/console/preview-body.ts';
import type { PreviewView } from '../../../adapters/console/wire.ts';
import { sampleMessages } from '../../support/cards.ts';
import { previewOf } from '../../support/preview.ts';
import { emptySources, type Rig, startRig } from './fakes.ts';

const few = Object.fromEntries(Object.entries(sampleMessages).filter(([id]) => /^(task|incident)-/.test(id)));

describe('the preview', () => {
  let rig: Rig;
  let allowed: boolean;
  beforeEach(async () => {
    allowed = true;
    const preview = await previewOf(few);
    rig = await startRig({ sources: { ...emptySources, preview: { ...preview, allows: () => allowed } } });
  });
  afterEach(() => rig.console.stop());

  const view = async (response: Response) => (await response.json()) as PreviewView;

  test('is a page of its own', async () => {
    const response = await rig.fetch('/preview');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await rig.fetch('/shared/curves.js')).headers.get('content-type')).toContain('javascript');
  });

  test('lists cards, and shows one in the language that is asked for', async () => {
    const cards = (await (await rig.fetch('/api/v1/preview/cards')).json()) as unknown[];
    expect(cards).toHaveLength(4);
    const shown = await view(await rig.fetch('/api/v1/preview/cards/task-en?lang=zh'));
    expect(shown.message.language).toBe('zh');
    expect((await rig.fetch('/api/v1/preview/cards/unheard-of')).status).toBe(404);
  });

  test('takes what is pasted, as a message, as a card, and as words', async () => {
    const message = sampleMessages['incident-en'];
    const paste = async (body: unknown) => (await view(await rig.post('/api/v1/preview/pasted', body))).message;
    expect((await paste(message)).card).toEqual(message?.card);
    expect((await paste(message?.card)).card).toEqual(message?.card);
    expect(await paste({ text: 'Hello' })).toEqual({ text: 'Hello', language: 'en' });
  });

  test('takes charts of every kind as they are', () => {
    for (const id of ['chart-en', 'chart-band-en', 'chart-bars-unknown-en', 'chart-stacked-en', 'chart-money-zh'])
      expect(pastedBody.parse(sampleMessages[id]), id).toMatchObject({
        card: { blocks: sampleMessages[id]?.card?.blocks },
      });
  });

  test('refuses what is no card, and says why', async () => {
    const broken = { id: 'a', rev: 1, title: 't', tone: 'info', blocks: [{ type: 'buttons', items: [{ id: '' }] }] };
    for (const body of [{}, [], 7, { card: {} }, { text: 'a', card: broken }, broken]) {
      const response = await rig.post('/api/v1/preview/pasted', body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'invalid-body' });
    }
  });

  test('is refused to whoever may not look', async () => {
    allowed = false;
    for (const path of ['cards', 'cards/task-en'])
      expect((await rig.fetch(`/api/v1/preview/${path}`)).status).toBe(403);
    const response = await rig.post('/api/v1/preview/pasted', sampleMessages['task-en']);
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'preview-forbidden' }),
    ]);
  });
});

test('without a source there is no preview', async () => {
  const rig = await startRig();
  expect((await rig.fetch('/api/v1/preview/cards')).status).toBe(404);
  await rig.console.stop();
});

test.each(Object.keys(sampleMessages))('understands %s as it was written', (id) => {
  const message = sampleMessages[id];
  const written: unknown = JSON.parse(JSON.stringify(message));
  expect(pastedBody.parse(written)).toMatchObject(message?.card ? { card: message.card } : { text: message?.text });
});
