import { randomInt } from 'node:crypto';
import type { Audit } from '../audit/audit.ts';
import { type UserRef, userKey } from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import type { HealthCluster, HealthPorts, Progress } from './ports.ts';
import type { ReportRow, ScoreRow, Snooze } from './records.ts';
import type { Report } from './types.ts';

/** Health reports: made, kept, found again. One of a cluster is made at a time; who asks meanwhile gets the same one. */
export interface Reports {
  make(cluster: HealthCluster, options: MakeOptions): Promise<Report>;
  get(id: string): Promise<Report | undefined>;
  /** The newest report of a cluster that is no older than `since`. */
  latest(clusterId: string, since: number): Promise<Report | undefined>;
  /** Newest first. */
  scores(page: { cluster?: string; since?: number; limit: number }): Promise<ScoreRow[]>;
  /** Puts a finding off until then; it stays visible. False where the time has passed. */
  snooze(clusterId: string, findingId: string, options: { until: number; by: UserRef }): Promise<boolean>;
  /** False where nothing was put off. */
  unsnooze(clusterId: string, findingId: string, by: UserRef): Promise<boolean>;
  /** Forgets what is too old. */
  sweep(): Promise<void>;
}

interface MakeOptions {
  /** How far to look back, 1 to 30. */
  days: number;
  /** Who stops waiting stops only himself: others may wait for the same report. */
  signal?: AbortSignal;
  progress?: Progress;
}

export interface ReportOptions {
  scores: Collection<ScoreRow>;
  reports: Collection<ReportRow>;
  snoozes: Collection<Snooze>;
  ports: Pick<HealthPorts, 'compute'>;
  audit: Pick<Audit, 'append'>;
  clock: () => number;
}

const DAY_MS = 24 * 3600_000;
const HISTORY_MS = 30 * DAY_MS;
const KEEP_REPORTS_MS = 90 * DAY_MS;
const KEEP_SCORES_MS = 400 * DAY_MS;
/** Without letters that are read as another. https://www.crockford.com/base32.html */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export function createReports({ scores, reports, snoozes, ports, audit, clock }: ReportOptions): Reports {
  const underWay = new Map<string, Promise<Report>>();

  async function remembered(cluster: HealthCluster) {
    const now = clock();
    const [rows, put] = await Promise.all([
      scores.find({
        where: { cluster: cluster.id },
        range: { field: 'at', gte: now - HISTORY_MS },
        orderBy: 'at',
        limit: 2000,
      }),
      snoozes.find({ where: { cluster: cluster.id }, range: { field: 'until', gt: now } }),
    ]);
    const last = rows.at(-1);
    const previous = last && (await reports.get(last.id))?.report;
    return {
      history: rows.map(({ at, score }) => ({ at, score })),
      snoozes: put.map(({ findingId, by, until }) => ({ findingId, by: by.name ?? by.id, until })),
      ...(previous && { previous }),
    };
  }

  async function once(cluster: HealthCluster, { days, progress }: Omit<MakeOptions, 'signal'>): Promise<Report> {
    const request = { cluster, days, ...(await remembered(cluster)) };
    const options = { id: newId(), ...(progress && { progress }) };
    const report = await ports.compute(request, options);
    // The report first: a score whose report is lost would lead nowhere.
    await reports.insert({ id: report.id, rev: 1, at: report.at, report });
    await scores.insert(rowOf(report, days));
    return report;
  }

  async function tell(action: string, subject: string, by: UserRef): Promise<void> {
    await audit.append({ actor: userKey(by), action, subject, outcome: 'done' });
  }

  return {
    make(cluster, { signal, ...options }) {
      const key = `${cluster.id} ${options.days}`;
      const running = underWay.get(key) ?? once(cluster, options).finally(() => underWay.delete(key));
      underWay.set(key, running);
      return signal ? unlessStopped(running, signal) : running;
    },
    get: async (id) => (await reports.get(id.toUpperCase()))?.report,
    async latest(clusterId, since) {
      const [row] = await scores.find({
        where: { cluster: clusterId },
        range: { field: 'at', gte: since },
        orderBy: 'at',
        descending: true,
        limit: 1,
      });
      return row && (await reports.get(row.id))?.report;
    },
    scores: ({ cluster, since, limit }) =>
      scores.find({
        ...(cluster !== undefined && { where: { cluster } }),
        ...(since !== undefined && { range: { field: 'at', gte: since } }),
        orderBy: 'at',
        descending: true,
        limit,
      }),
    async snooze(clusterId, findingId, { until, by }) {
      const at = clock();
      if (until <= at) return false;
      const id = `${clusterId} ${findingId}`;
      for (;;) {
        const stored = await snoozes.get(id);
        const next = { id, rev: (stored?.rev ?? 0) + 1, cluster: clusterId, findingId, until, by, at };
        if (stored ? await snoozes.replace(next) : await snoozes.insert(next)) break;
      }
      await tell('report.snooze', id, by);
      return true;
    },
    async unsnooze(clusterId, findingId, by) {
      const id = `${clusterId} ${findingId}`;
      if ((await snoozes.remove({ where: { id } })) === 0) return false;
      await tell('report.unsnooze', id, by);
      return true;
    },
    async sweep() {
      const now = clock();
      await reports.remove({ range: { field: 'at', lt: now - KEEP_REPORTS_MS } });
      await scores.remove({ range: { field: 'at', lt: now - KEEP_SCORES_MS } });
      await snoozes.remove({ range: { field: 'until', lt: now } });
    },
  };
}

async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** `H-` and six characters that can be typed. */
function newId(): string {
  return `H-${Array.from({ length: 6 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;
}

function rowOf(report: Report, days: number): ScoreRow {
  const { id, cluster, at, score, grade, coverage, ruleSet } = report;
  const findings: Record<string, number> = {};
  for (const { severity } of report.findings) findings[severity] = (findings[severity] ?? 0) + 1;
  return {
    id,
    rev: 1,
    cluster: cluster.id,
    clusterName: cluster.name,
    at,
    days,
    score,
    grade,
    coverage,
    ruleSet,
    findings,
  };
}
