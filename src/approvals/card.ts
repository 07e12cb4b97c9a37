import type { Translate } from '../chat/messages.ts';
import { escapeLine } from '../chat/plain.ts';
import type { Block, Card, Language, UserRef } from '../chat/types.ts';
import type { Approval } from './approvals.ts';
import type { Plan } from './plan.ts';
import { AUTOPILOT, isUser } from './system-users.ts';

export interface ApprovalCardOptions {
  t: Translate;
  language: Language;
  /** IANA zone in which times are shown. */
  timeZone: string;
  /** How many times faster than real time the cloud's clock goes; above 1 in the sandbox only. */
  pace: number;
  /** Whether the one who asks may approve it himself. */
  selfApproval: boolean;
  /** How many different people have to approve; one where it is not said. */
  approvals?: number;
}

/** The plan as its approver sees it: what, why, cost, risk, steps with their minutes, and how to decide. Decided, it keeps who and when. */
export function approvalCard(approval: Approval, options: ApprovalCardOptions): Card {
  const { plan, id, state } = approval;
  const { t, language } = options;
  const open = state === 'pending';
  return {
    id: `approval-${id}`,
    rev: approval.rev,
    title: plan.title[language],
    tone: open ? 'warning' : state === 'approved' || state === 'used' ? 'success' : 'neutral',
    blocks: [
      { type: 'text', markdown: escapeLine(plan.why[language]) },
      ...(open && approval.note ? [{ type: 'text' as const, markdown: escapeLine(t(approval.note)) }] : []),
      ...approval.blocks,
      facts(approval, options),
      stepTable(plan, options),
      ...(open ? [buttons(approval, t)] : [{ type: 'text' as const, markdown: decision(approval, options) }]),
    ],
    footer: open ? t('approvals.typed', { id }) : t('approvals.number', { id }),
    ...(!open && { closed: true }),
  };
}

function facts(approval: Approval, options: ApprovalCardOptions): Block {
  const { plan, expiresAt } = approval;
  const { t, language } = options;
  const items = [
    { label: t('approvals.cluster'), value: plan.cluster },
    { label: t('approvals.risk'), value: t(`approvals.risk-${plan.risk}`) },
    { label: t('approvals.changes'), value: plan.blastRadius.text[language] },
    { label: t('approvals.minutes'), value: durationText(plan, options) },
    { label: t('approvals.open-until'), value: timeText(expiresAt, options) },
    ...decidersOf(approval, options),
  ];
  if (plan.cost) {
    const { amount, currency, per } = plan.cost;
    items.splice(1, 0, {
      label: t('approvals.cost'),
      value: t(`approvals.cost-${per}`, { amount: Math.round(amount), currency }),
    });
  }
  return { type: 'fields', items };
}

/** Who has to decide, and who has so far where it takes several. */
function decidersOf({ approvedBy = [] }: Approval, { t, selfApproval, approvals = 1 }: ApprovalCardOptions) {
  const label = t('approvals.by');
  if (approvals === 1) return [{ label, value: t(selfApproval ? 'approvals.by-self' : 'approvals.by-other') }];
  const several = t(selfApproval ? 'approvals.by-several' : 'approvals.by-several-others', { count: approvals });
  if (approvedBy.length === 0) return [{ label, value: several }];
  const soFar = t('approvals.counted', { count: approvedBy.length, needed: approvals, names: namesOf(approvedBy, t) });
  return [
    { label, value: several },
    { label: t('approvals.so-far'), value: soFar },
  ];
}

function namesOf(people: UserRef[], t: Translate): string {
  const names = people.map((user) => user.name ?? user.id);
  return names.length === 0 ? '' : names.reduce((others, last) => t('approvals.people', { others, last }));
}

function stepTable(plan: Plan, { t, language }: ApprovalCardOptions): Block {
  const rows = [
    ...plan.steps.map((step, index) => [`${index + 1}. ${step.title[language]}`, `${step.expectMinutes}`]),
    ...plan.verify.map((check) => [`✓ ${check.title[language]}`, '']),
  ];
  return {
    type: 'table',
    caption: t('approvals.steps'),
    head: [t('approvals.step'), t('approvals.expected')],
    rows,
  };
}

function buttons({ id, plan }: Approval, t: Translate): Block {
  const confirm =
    plan.risk === 'high'
      ? {
          confirm: {
            title: t('approvals.confirm'),
            text: t('approvals.confirm-text', { cluster: plan.cluster }),
            ok: t('approvals.approve'),
            cancel: t('approvals.back'),
          },
        }
      : {};
  return {
    type: 'buttons',
    items: [
      { id: `approve:${id}`, label: t('approvals.approve'), style: 'primary', ...confirm },
      { id: `change:${id}`, label: t('approvals.change') },
      { id: `reject:${id}`, label: t('approvals.reject'), style: 'danger' },
    ],
  };
}

function decision(
  { state, approvedBy, decidedBy, decidedAt, createdAt, taskId }: Approval,
  options: ApprovalCardOptions,
) {
  const { t } = options;
  const approved = state === 'approved' || state === 'used';
  const people = approved && approvedBy ? approvedBy : decidedBy ? [decidedBy] : [];
  const byItself = approved && people.some((user) => isUser(user, AUTOPILOT));
  const by = escapeLine(namesOf(people, t));
  const at = timeText(decidedAt ?? createdAt, options);
  return t(`approvals.decided-${byItself ? 'autopilot' : state}`, { by, at, task: taskId ?? '' });
}

function durationText(plan: Plan, { t, pace }: ApprovalCardOptions): string {
  const minutes = Math.ceil(plan.steps.reduce((sum, { expectMinutes }) => sum + expectMinutes, 0));
  if (pace === 1) return t('approvals.about-minutes', { minutes });
  return t('approvals.about-minutes-here', { minutes, here: Math.max(1, Math.round(minutes / pace)) });
}

function timeText(at: number, { language, timeZone }: ApprovalCardOptions): string {
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  }).format(at);
}
