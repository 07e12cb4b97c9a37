import { expect, test } from 'vitest';
import { builtInPolicy } from '../../src/approvals/policy.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { type OutboxRow, outboxSpec } from '../../src/chat/outbox.ts';
import { createPreview } from '../../src/composition/preview.ts';
import { sampleMessages } from '../support/cards.ts';
import { temporaryStore } from '../support/store.ts';

test('an operator sees the cards of groups, and none of what others were told between four eyes', async () => {
  const store = await temporaryStore();
  const rows = store.collection(outboxSpec);
  const message = sampleMessages['approval-en'];
  if (!message) throw new Error('There is no such sample');
  const row = (id: string, kind: 'dm' | 'group'): OutboxRow => ({
    id,
    rev: 1,
    conversation: { platform: 'slack', tenant: 'T1', id: 'X1', kind },
    conversationKey: 'slack:T1:X1',
    seq: 1,
    message,
    controlsRev: 1,
    owner: '',
    state: 'sent',
    dueAt: 0,
    attempts: 0,
    updatedAt: 1,
  });
  for (const one of [row('open', 'group'), row('private', 'dm')]) await rows.insert(one);
  const preview = createPreview({
    policy: builtInPolicy(),
    rows,
    translate: loadMessages('templates/messages'),
    timeZone: 'UTC',
  });
  const viewer = { user: { platform: 'web', tenant: 'console', id: 'operator' }, language: 'en' } as const;
  expect((await preview.list(viewer)).map(({ id }) => id)).toEqual(['open']);
  expect(await preview.render(viewer, { id: 'open' })).toBeDefined();
  expect(await preview.render(viewer, { id: 'private' })).toBeUndefined();
  expect(await preview.render(viewer, { message })).toBeDefined();
  await store.dispose();
});
