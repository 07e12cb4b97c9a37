import type { ReportRefusal, ReportSource, Viewer } from '../../../adapters/console/wire.ts';
import { hasRole, type Policy } from '../../approvals/policy.ts';
import type { Pictures } from '../../charts/pictures.ts';
import type { Translate } from '../../chat/messages.ts';
import type { ConversationRef, Language } from '../../chat/types.ts';
import { chartIn } from '../../health/chart-in.ts';
import type { HealthCluster, HealthPorts } from '../../health/ports.ts';
import { reportHtml } from '../../health/render/html.ts';
import type { Reports } from '../../health/reports.ts';
import type { Report } from '../../health/types.ts';

/** Health reports as the console shows them. Whoever may log in reads them; operators and approvers act. */

export interface ReportSourceParts {
  reports: Reports;
  clusters: () => Promise<HealthCluster[]>;
  propose: HealthPorts['propose'];
  pictures: Pictures;
  policy: Policy;
  translate: Record<Language, Translate>;
  timeZone: string;
  /** Where plans are shown that are asked for on the page. */
  place: ConversationRef;
  clock: () => number;
  onError: (error: unknown, where: string) => void;
}

const LISTED = 200;
const DAY_MS = 24 * 3600_000;
const HISTORY_DAYS = 30;
const LONGEST_SNOOZE_MS = 90 * DAY_MS;

export function createReportSource(parts: ReportSourceParts): ReportSource {
  const { reports, clusters, propose, pictures, policy, translate, clock, onError } = parts;
  const making = new Set<string>();
  const mayAct = ({ user }: Viewer) => hasRole(policy, user, ['operator', 'approver']);

  /** Charts are drawn for the page; one that cannot be is told in words there. */
  async function drawn(report: Report, language: Language) {
    const pairs = await Promise.all(
      report.charts.map(async (one) => {
        const { title, chart } = chartIn(one, language);
        const draw = (dark: boolean) => pictures.png(chart, title, language, { dark });
        try {
          const [light, dark] = await Promise.all([draw(false), draw(true)]);
          return [[one.name, { light: { png: light }, dark: { png: dark } }] as const];
        } catch (error) {
          onError(error, `chart ${one.name}`);
          return [];
        }
      }),
    );
    return Object.fromEntries(pairs.flat());
  }

  return {
    async list(viewer, { cluster }) {
      const rows = await reports.scores({ ...(cluster !== undefined && { cluster }), limit: LISTED });
      const known = await clusters();
      return {
        reports: rows.map(({ rev: _, days: __, ...row }) => row),
        clusters: known.map(({ id, name, environment }) => ({ id, name, environment, making: making.has(id) })),
        mayAct: mayAct(viewer),
      };
    },
    async get(viewer, id) {
      const report = await reports.get(id);
      if (!report) return undefined;
      const since = report.at - HISTORY_DAYS * DAY_MS;
      const rows = await reports.scores({ cluster: report.cluster.id, since, limit: LISTED });
      const history = rows.map((row) => ({ id: row.id, at: row.at, score: row.score })).reverse();
      return { report, history, mayAct: mayAct(viewer) };
    },
    async page({ language }, id) {
      const report = await reports.get(id);
      if (!report) return undefined;
      const look = { t: translate[language], language, timeZone: parts.timeZone };
      return reportHtml(report, { ...look, pictures: await drawn(report, language) });
    },
    async png({ language }, id, { name, theme }) {
      const found = (await reports.get(id))?.charts.find((one) => one.name === name);
      if (!found) return undefined;
      const { title, chart } = chartIn(found, language);
      return pictures.png(chart, title, language, { dark: theme === 'dark' });
    },
    async create(viewer, { cluster: id, days }) {
      if (!mayAct(viewer)) return { refused: 'operator' };
      const cluster = (await clusters()).find((one) => one.id === id);
      if (!cluster) return { refused: 'unknown' };
      making.add(id);
      reports
        .make(cluster, { days })
        .catch((error: unknown) => onError(error, `report of ${cluster.name}`))
        .finally(() => making.delete(id));
      return { ok: true };
    },
    async snooze(viewer, findingId, { cluster, until }) {
      if (!mayAct(viewer)) return { refused: 'operator' };
      if (!(await clusters()).some(({ id }) => id === cluster)) return { refused: 'unknown' };
      if (until === undefined) return settled(await reports.unsnooze(cluster, findingId, viewer.user), 'unknown');
      if (until > clock() + LONGEST_SNOOZE_MS) return { refused: 'invalid' };
      return settled(await reports.snooze(cluster, findingId, { until, by: viewer.user }), 'invalid');
    },
    async propose(viewer, id, itemId) {
      if (!mayAct(viewer)) return { refused: 'operator' };
      const report = await reports.get(id);
      if (!report) return { refused: 'unknown' };
      const { user, language } = viewer;
      const begun = propose(report, itemId, { user, language, conversation: parts.place });
      return 'refused' in begun
        ? { refused: 'impossible', why: translate[language](begun.refused) }
        : { conversation: parts.place.id };
    },
  };
}

function settled(done: boolean, refused: 'unknown' | 'invalid'): { ok: true } | ReportRefusal {
  return done ? { ok: true } : { refused };
}
