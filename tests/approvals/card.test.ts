import { describe, expect, test } from 'vitest';
import type { Approval } from '../../src/approvals/approvals.ts';
import { approvalCard } from '../../src/approvals/card.ts';
import { digestOf, planSchema } from '../../src/approvals/plan.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import type { Card } from '../../src/chat/types.ts';
import { operator, planOf, taskOf } from '../tasks/cloud.ts';

const translate = loadMessages('templates/messages');
const plan = planOf('p-a2b3', 2);
const { conversation } = taskOf('T-7K3F', plan);
const pending: Approval = {
  id: 'a2b3',
  rev: 1,
  key: 'run-1.4',
  plan,
  digest: digestOf(plan),
  blocks: [{ type: 'text', markdown: 'three zones' }],
  requestedBy: operator,
  conversation,
  language: 'en',
  state: 'pending',
  expiresAt: Date.UTC(2026, 0, 2, 3, 4),
  createdAt: 0,
};
const card = (approval: Approval, language: 'en' | 'zh' = 'en', selfApproval = true): Card =>
  approvalCard(approval, { t: translate[language], language, timeZone: 'Asia/Shanghai', pace: 1, selfApproval });
const buttonsOf = ({ blocks }: Card) =>
  blocks.flatMap((block) => (block.type === 'buttons' ? block.items.map(({ id }) => id) : []));

describe('an approval card', () => {
  test('shows the flow’s own blocks, who may approve, until when, and how to type the decision', () => {
    const shown = JSON.stringify(card(pending));
    for (const text of ['three zones', 'single-operator rule', '2 Jan 2026, 11:04', 'approve a2b3', 'Make k2'])
      expect(shown).toContain(text);
    expect(card(pending, 'zh').footer).toContain('批准 a2b3');
    expect(JSON.stringify(card(pending, 'en', false))).not.toContain('single-operator');
  });

  test('carries nothing in its buttons but the approval’s id', () => {
    expect(buttonsOf(card(pending))).toEqual(['approve:a2b3', 'change:a2b3', 'reject:a2b3']);
  });

  test.each(['approved', 'used', 'rejected', 'change', 'expired'] as const)(
    'that is %s drops its controls and says so',
    (state) => {
      const decidedAt = Date.UTC(2026, 0, 2, 3, 5);
      const decided = card({
        ...pending,
        rev: 2,
        state,
        decidedBy: { ...operator, name: 'Ann' },
        decidedAt,
        taskId: 'T-7K3F',
      });
      expect([decided.closed, buttonsOf(decided)]).toEqual([true, []]);
      expect(JSON.stringify(decided)).toContain('11:05');
      if (state !== 'expired') expect(JSON.stringify(decided)).toContain('Ann');
    },
  );
});

test('a plan has the same digest before and after it was stored', () => {
  const parsed = planSchema.parse({ ...plan, cost: undefined });
  expect(digestOf(planSchema.parse(JSON.parse(JSON.stringify(parsed))))).toBe(digestOf(parsed));
});
