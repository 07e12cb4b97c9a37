import type { DatabaseSync } from 'node:sqlite';
import {
  computeJobState,
  type JobParameters,
  type JobRepository,
  type JobsOverview,
  type JobsQueryOptions,
  type JobsSort,
} from 'agenda';
import { rememberStatements } from '../../storage/statements.ts';
import { AlarmGone, stateToKeep } from '../running.ts';
import { fromRow, type StoredJob, TABLE, toRow, toTime, toWhere } from './rows.ts';

const SORTABLE = {
  nextRunAt: 'next_run_at',
  priority: 'priority',
  name: 'name',
  lastRunAt: `json_extract(body, '$.lastRunAt')`,
  lastFinishedAt: `json_extract(body, '$.lastFinishedAt')`,
  data: `json_extract(body, '$.data')`,
} as const;

/** Agenda's jobs in one SQLite table. Each lock is one statement, so no two takers get one job. */
export function sqliteJobs(database: DatabaseSync): JobRepository {
  database.exec(TABLE);
  const prepare = rememberStatements(database);
  const insert = prepare(
    'INSERT INTO jobs (name, priority, next_run_at, disabled, body) VALUES (?, ?, ?, ?, ?) RETURNING *',
  );
  const update = prepare(
    'UPDATE jobs SET name = ?, priority = ?, next_run_at = ?, disabled = ?, body = ? WHERE id = ? RETURNING *',
  );
  const byId = prepare('SELECT * FROM jobs WHERE id = ?');
  const single = prepare(`SELECT * FROM jobs WHERE name = ? AND json_extract(body, '$.type') = 'single' LIMIT 1`);
  const saveState = prepare(
    'UPDATE jobs SET locked_at = ?, next_run_at = ?, body = json_patch(body, ?) WHERE id = ? AND name = ?',
  );
  const lock = prepare(
    'UPDATE jobs SET locked_at = ? WHERE id = ? AND locked_at IS NULL AND next_run_at IS ? AND disabled = 0 RETURNING *',
  );
  const lockDue = prepare(lockFirst('locked_at IS NULL AND next_run_at <= ?', 'next_run_at'));
  const lockExpired = prepare(lockFirst('locked_at <= ?', 'locked_at'));
  const unlock = prepare('UPDATE jobs SET locked_at = NULL WHERE id IN (SELECT value FROM json_each(?))');
  const queued = prepare('SELECT count(*) AS n FROM jobs WHERE next_run_at < ?');

  const change = async (sql: string, options: Parameters<typeof toWhere>[0]) => {
    const filter = toWhere(options);
    return filter ? Number(prepare(`${sql} WHERE ${filter.where}`).run(...filter.values).changes) : 0;
  };
  const all = (options: JobsQueryOptions): StoredJob[] => {
    const filter = toWhere(options);
    const order = orderOf(options.sort ?? { nextRunAt: 'desc', lastRunAt: 'desc' });
    const sql = `SELECT * FROM jobs ${filter ? `WHERE ${filter.where}` : ''} ORDER BY ${order}`;
    return prepare(sql)
      .all(...(filter?.values ?? []))
      .map(fromRow);
  };

  return {
    async connect() {},

    async queryJobs(options = {}) {
      const { search, state, includeDisabled = true, skip = 0, limit = 0 } = options;
      const now = new Date();
      const jobs = all(options)
        .map((job) => ({ ...job, state: job.disabled && state === 'paused' ? state : computeJobState(job, now) }))
        .filter((job) => includeDisabled || !job.disabled)
        .filter((job) => state === undefined || job.state === state)
        .filter((job) => !search || job.name.toLowerCase().includes(search.toLowerCase()));
      return { jobs: jobs.slice(skip, limit > 0 ? skip + limit : undefined), total: jobs.length };
    },

    async getJobsOverview() {
      const overviews = new Map<string, JobsOverview>();
      const now = new Date();
      for (const job of all({})) {
        const overview = overviews.get(job.name) ?? emptyOverview(job.name);
        overviews.set(job.name, overview);
        overview.total += 1;
        overview[computeJobState(job, now)] += 1;
        if (job.disabled) overview.paused += 1;
      }
      return [...overviews.values()];
    },

    async getDistinctJobNames() {
      return prepare('SELECT DISTINCT name FROM jobs')
        .all()
        .map(({ name }) => String(name));
    },

    async getJobById(id) {
      const row = byId.get(Number(id));
      return row ? fromRow(row) : null;
    },

    async getQueueSize() {
      return Number(queued.get(Date.now())?.n);
    },

    removeJobs: (options) => change('DELETE FROM jobs', options),
    disableJobs: (options) => change('UPDATE jobs SET disabled = 1', options),
    enableJobs: (options) => change('UPDATE jobs SET disabled = 0', options),

    async purgeAllJobs() {
      return Number(prepare('DELETE FROM jobs').run().changes);
    },

    async saveJob<DATA>(job: JobParameters<DATA>) {
      const saved = fromRow(save(job));
      // The data was stored as it came: it is what the caller calls DATA.
      return { ...saved, data: job.data };
    },

    async saveJobState(job) {
      const state = stateToKeep(job);
      if (!state) return;
      const { lockedAt, nextRunAt, lastRunAt, lastFinishedAt, failedAt, failCount, failReason, progress } = state;
      const fields = { lastRunAt, lastFinishedAt, failedAt, failCount, failReason, progress };
      const patch = JSON.stringify(fields, (_, value) => value ?? null);
      const { changes } = saveState.run(toTime(lockedAt), toTime(nextRunAt), patch, Number(job._id), job.name);
      if (changes !== 1) throw new AlarmGone(`Job ${job._id} (${job.name}) is not there any more`);
    },

    async lockJob(job) {
      const row = lock.get(Date.now(), Number(job._id), toTime(job.nextRunAt));
      return row && fromRow(row);
    },

    async unlockJob(job) {
      unlock.run(JSON.stringify([Number(job._id)]));
    },

    async unlockJobs(ids) {
      unlock.run(JSON.stringify(ids.map(Number)));
    },

    async getNextJobToRun(name, nextScanAt, lockDeadline, now = new Date()) {
      const at = now.getTime();
      const row = lockDue.get(at, name, nextScanAt.getTime()) ?? lockExpired.get(at, name, lockDeadline.getTime());
      return row && fromRow(row);
    },
  };

  /** A recurring job (`single`) keeps its place in time when it is defined again, as in Agenda's own backends. */
  function save(job: JobParameters): unknown {
    if (job.unique) throw new Error('Alarms are told apart by name and key: `unique` is not supported');
    const stored = job._id ? byId.get(Number(job._id)) : job.type === 'single' ? single.get(job.name) : undefined;
    if (!stored) return insert.get(...toRow(job));
    const { _id, nextRunAt } = fromRow(stored);
    const keepsTime = !job._id && job.nextRunAt && job.nextRunAt.getTime() <= Date.now();
    return update.get(...toRow(keepsTime ? { ...job, nextRunAt } : job), Number(_id));
  }
}

function lockFirst(condition: string, order: string): string {
  return `UPDATE jobs SET locked_at = ? WHERE id = (
    SELECT id FROM jobs WHERE name = ? AND ${condition} AND disabled = 0 ORDER BY ${order}, priority DESC LIMIT 1
  ) RETURNING *`;
}

function orderOf(sort: JobsSort): string {
  const keys = (Object.keys(SORTABLE) as (keyof typeof SORTABLE)[]).filter((key) => sort[key] !== undefined);
  return [...keys.map((key) => `${SORTABLE[key]} ${sort[key] === 'asc' ? 'ASC' : 'DESC'}`), 'id'].join(', ');
}

function emptyOverview(name: string): JobsOverview {
  return { name, total: 0, running: 0, scheduled: 0, queued: 0, completed: 0, failed: 0, repeating: 0, paused: 0 };
}
