import type { Translate } from '../../src/chat/messages.ts';
import type { Block } from '../../src/chat/types.ts';
import type { Finding } from './checks/check.ts';
import type { Rehearsed } from './plan.ts';

const LONGEST_TABLE = 20;
const LONGEST_DIFF = 12_000;
const MARK = { block: '⛔', warn: '⚠️', note: 'ℹ️' };

/** What was found, with why it matters and what to do. */
export function findingsTable(findings: readonly Finding[], t: Translate): Block[] {
  if (findings.length === 0) return [];
  return [
    {
      type: 'table',
      caption: t('deliver.checks'),
      head: ['level', 'what', 'next'].map((column) => t(`deliver.column-${column}`)),
      rows: findings
        .slice(0, LONGEST_TABLE)
        .map(({ level, id, params }) => [
          `${MARK[level]} ${t(`deliver.level-${level}`)}`,
          t(`deliver.check.${id}`, params),
          t(`deliver.check.${id}-next`, params),
        ]),
    },
  ];
}

/** What an approver sees besides the steps: the checks, what could not be looked at, and the difference as the server made it. */
export function releaseBlocks(
  {
    changes,
    findings,
    unknown,
  }: { changes: readonly Rehearsed[]; findings: readonly Finding[]; unknown: readonly string[] },
  t: Translate,
): Block[] {
  const serious = findings.filter(({ level }) => level !== 'note');
  const notes = findings.filter(({ level }) => level === 'note');
  return [
    ...(serious.length > 0 ? findingsTable(serious, t) : [text(t('deliver.checks-passed', { count: changes.length }))]),
    ...(unknown.length > 0 ? [text(t('deliver.unknown', { what: unknown.join(', ') }))] : []),
    ...(notes.length > 0
      ? [
          {
            type: 'details' as const,
            summary: t('deliver.notes', { count: notes.length }),
            blocks: findingsTable(notes, t),
          },
        ]
      : []),
    { type: 'text', markdown: t('deliver.dry-run') },
    ...diffBlocks(changes, t),
    { type: 'text', markdown: t('deliver.comes-back') },
  ];
}

/** One difference over all objects; a long one is folded. */
function diffBlocks(changes: readonly Rehearsed[], t: Translate): Block[] {
  const whole = changes.map(({ seen }) => seen.diff.trimEnd()).join('\n');
  const cut = whole.length > LONGEST_DIFF ? `${whole.slice(0, LONGEST_DIFF)}\n…` : whole;
  const block: Block = { type: 'code', text: cut, language: 'diff' };
  const lines = whole.split('\n').length;
  return lines > 40
    ? [{ type: 'details', summary: t('deliver.diff', { lines, count: changes.length }), blocks: [block] }]
    : [block];
}

export const text = (markdown: string): Block => ({ type: 'text', markdown });
