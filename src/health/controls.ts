import { hasRole, type Policy } from '../approvals/policy.ts';
import type { Message, Translate } from '../chat/messages.ts';
import { withSafeValues } from '../chat/plain.ts';
import type { ActionOutcome, Button, Language, UserRef } from '../chat/types.ts';
import type { HealthPorts, Proposer } from './ports.ts';
import type { Reports } from './reports.ts';

/** Buttons of reports: plan a piece of advice or a remedy, put a finding off, take it up again. The last two can be typed as well. */

/** Where a card was shown, and in which language. */
type CardPlace = Omit<Proposer, 'user'>;

export interface HealthControlOptions {
  reports: Pick<Reports, 'get' | 'scores' | 'snooze' | 'unsnooze'>;
  ports: Pick<HealthPorts, 'propose'>;
  policy: Policy;
  translate: Record<Language, Translate>;
  clock: () => number;
}

interface Said {
  say: Message;
  code?: 'forbidden' | 'not-found' | 'invalid';
}

const CLICKS: readonly string[] = ['report-plan', 'report-snooze', 'report-unsnooze'];
const COMMANDS: readonly string[] = ['snooze', 'unsnooze'];
const DAY_MS = 24 * 3600_000;
const LONGEST_SNOOZE_DAYS = 90;

export function createHealthControls(options: HealthControlOptions) {
  const { reports, ports, policy, translate, clock } = options;

  async function act(word: string, { reportId, item, days }: Wanted, who: Proposer): Promise<Said> {
    const report = await reports.get(reportId);
    if (!report) return { say: { key: 'health.refused.not-found', params: { id: reportId } }, code: 'not-found' };
    if (!hasRole(policy, who.user, ['operator', 'approver']))
      return { say: { key: 'health.refused.role' }, code: 'forbidden' };
    if (word === 'plan') {
      const asked = ports.propose(report, item, who);
      return 'refused' in asked
        ? { say: asked.refused, code: 'invalid' }
        : { say: { key: 'health.said.preparing', params: { id: item } } };
    }
    const finding = report.findings.find(({ id, code }) => id === item || code.toLowerCase() === item.toLowerCase());
    if (!finding) return { say: { key: 'health.refused.no-finding', params: { id: item } }, code: 'not-found' };
    const params = { id: finding.id, days };
    if (word === 'unsnooze') {
      const done = await reports.unsnooze(report.cluster.id, finding.id, who.user);
      return { say: { key: done ? 'health.said.unsnoozed' : 'health.refused.not-snoozed', params } };
    }
    if (!(days > 0) || days > LONGEST_SNOOZE_DAYS)
      return { say: { key: 'health.refused.snooze-days', params: { most: LONGEST_SNOOZE_DAYS } }, code: 'invalid' };
    await reports.snooze(report.cluster.id, finding.id, { until: clock() + days * DAY_MS, by: who.user });
    return { say: { key: 'health.said.snoozed', params } };
  }

  /** The report that is meant: by its id, or the newest of any cluster. */
  async function meant(id: string | undefined): Promise<string | undefined> {
    return id ?? (await reports.scores({ limit: 1 }))[0]?.id;
  }

  return {
    async command(
      command: string,
      args: Record<string, string>,
      asker: Proposer,
    ): Promise<{ say: Message; buttons?: Button[] } | undefined> {
      if (!COMMANDS.includes(command)) return undefined;
      const reportId = await meant(args.report);
      if (reportId === undefined) return { say: { key: 'health.refused.none' } };
      if (args.item === undefined) return { say: { key: 'health.said.which' } };
      const { say } = await act(command, { reportId, item: args.item, days: Number(args.days ?? 7) }, asker);
      return { say: withSafeValues(say) };
    },
    owns: (actionId: string): boolean => CLICKS.includes(actionId.split(':')[0] ?? ''),
    /** A plan that a click asks for is shown where the card is. */
    async click(actionId: string, actor: UserRef, _inputs: unknown, at?: CardPlace): Promise<ActionOutcome> {
      const { word, ...wanted } = parseAction(actionId);
      if (!at) throw new Error(`The card of ${actionId} is nowhere`);
      const { say, code } = await act(word, wanted, { user: actor, ...at });
      return code ? { result: 'refused', code, message: translate[at.language](say) } : { result: 'accepted' };
    },
    whyClosed: async (): Promise<'decided' | 'expired'> => 'decided',
  };
}

interface Wanted {
  reportId: string;
  /** A finding's or a piece of advice's id; it may hold colons. */
  item: string;
  days: number;
}

/** `report-plan:H-7K3F2Q:ADVICE`, `report-snooze:H-7K3F2Q:7:FINDING`, `report-unsnooze:H-7K3F2Q:FINDING`. */
function parseAction(actionId: string): Wanted & { word: string } {
  const [name = '', reportId = '', ...rest] = actionId.split(':');
  const word = name.slice('report-'.length);
  if (word !== 'snooze') return { word, reportId, item: rest.join(':'), days: 0 };
  const [days = '', ...item] = rest;
  return { word, reportId, item: item.join(':'), days: Number(days) };
}

/** The ids of a report's buttons. */
export const reportAction = {
  plan: (reportId: string, itemId: string) => `report-plan:${reportId}:${itemId}`,
  snooze: (reportId: string, findingId: string, days: number) => `report-snooze:${reportId}:${days}:${findingId}`,
  unsnooze: (reportId: string, findingId: string) => `report-unsnooze:${reportId}:${findingId}`,
};
