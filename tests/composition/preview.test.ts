import { expect, test } from 'vitest';
import { sampleMessages } from '../support/cards.ts';
import { previewOf } from '../support/preview.ts';

const operator = { user: { platform: 'web', tenant: 'console', id: 'operator' }, language: 'en' } as const;
const stranger = { user: { platform: 'slack', tenant: 'T1', id: 'U1' }, language: 'en' } as const;

test('every sample but the huge ones is shown in all renderings, in both languages', async () => {
  const preview = await previewOf(sampleMessages);
  const calm = Object.keys(sampleMessages).filter((id) => !id.includes('huge'));
  for (const id of calm)
    for (const language of ['en', 'zh'] as const) {
      const view = await preview.render({ ...operator, language }, { id });
      expect(view?.slack.parts.length, id).toBeGreaterThan(0);
      expect(view?.dingtalk.parts.length, id).toBeGreaterThan(0);
      expect(
        Object.values(view?.dingtalkCard.params ?? {}).every((value) => typeof value === 'string'),
        id,
      ).toBe(true);
      const limits = [view?.slack.parts, view?.dingtalk.parts].flatMap((parts = []) =>
        parts.flatMap((part) => part.limits),
      );
      expect(limits.length, id).toBeGreaterThan(0);
    }
});

test('the windows that a card opens in Slack are shown, too', async () => {
  const { 'inputs-en': form } = sampleMessages;
  const preview = await previewOf(form ? { form } : {});
  const view = await preview.render(operator, { id: 'form' });
  expect(view?.slack.windows).toEqual([expect.objectContaining({ type: 'modal' })]);
});

test('only cards are listed, the newest first', async () => {
  const { 'words-en': words, 'task-en': task, 'fields-en': fields } = sampleMessages;
  if (!words || !task || !fields) throw new Error('A sample has another name');
  const preview = await previewOf({ fields, words, task });
  expect((await preview.list(operator)).map(({ id }) => id)).toEqual(['task', 'fields']);
});

test('nobody but operators and approvers sees anything', async () => {
  const { 'task-en': task } = sampleMessages;
  const preview = await previewOf(task ? { 'task-en': task } : {});
  expect(preview.allows(operator)).toBe(true);
  expect(preview.allows(stranger)).toBe(false);
  expect(await preview.list(stranger)).toEqual([]);
  expect(await preview.render(stranger, { id: 'task-en' })).toBeUndefined();
  expect(await preview.render(operator, { id: 'unheard-of' })).toBeUndefined();
});
