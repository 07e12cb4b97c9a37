import { builtInPolicy } from '../../src/approvals/policy.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { outboxSpec } from '../../src/chat/outbox.ts';
import type { Outgoing } from '../../src/chat/types.ts';
import { createPreview } from '../../src/composition/preview.ts';
import { memoryStore } from '../adapters/console/fakes.ts';

/** The preview over messages that were shown one after another, by the names they have here. */
export async function previewOf(messages: Record<string, Outgoing>) {
  const rows = memoryStore().collection(outboxSpec);
  const conversation = { platform: 'web', tenant: 'console', id: 'c', kind: 'dm' } as const;
  for (const [at, [id, message]] of Object.entries(messages).entries()) {
    const row = {
      id,
      rev: 1,
      conversation,
      conversationKey: 'web:console:c',
      seq: at,
      message,
      controlsRev: 1,
      owner: '',
    };
    await rows.insert({ ...row, state: 'sent', dueAt: at, attempts: 0, updatedAt: at });
  }
  const translate = loadMessages('templates/messages');
  return createPreview({ policy: builtInPolicy(), rows, translate, timeZone: 'Asia/Shanghai' });
}
