import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { AgendaBackend, Job } from 'agenda';
import { z } from 'zod';
import { AlarmGone } from './running.ts';

/** Wakes those who asked for it. What is true stands in the documents: a handler looks there, and may be woken twice. */
export interface AlarmClock {
  /** One alarm per name and key, at epoch milliseconds: setting it again moves it. At least once, never early. */
  set(name: string, key: string, at: number): Promise<void>;
  /** An alarm whose handler runs already runs to its end. */
  clear(name: string, key: string): Promise<void>;
  /** Begins to ring, with what an earlier process left. `every` names the handlers that also ring each so many milliseconds. */
  start(handlers: Handlers, every?: Record<string, number>): Promise<void>;
  /** Rings no more; waits five seconds at most for handlers that run, whose alarms ring again after that. */
  stop(): Promise<void>;
}

type Handlers = Record<string, (key: string) => Promise<void>>;

interface AlarmClockOptions {
  dataDir: string;
  mongoUrl?: string | undefined;
  /** A handler that threw, by the alarm's name: it is tried again. Or the store, as `alarms`. */
  onError(error: unknown, name: string): void;
}

const SCAN_MS = 1000;
/** After so long a dead process's alarms ring elsewhere; a handler that lives renews its lock four times as often. */
const LOCK_MS = 4000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 300_000;
/** All at once per name; as many are locked, since Agenda loses the place of those whose lock expires while they queue. */
const CONCURRENCY = 100;
const DRAIN_MS = 5000;
const REFILL_MS = 10;

const alarmSchema = z.object({ key: z.string(), at: z.number().optional() });

/** Opens the alarms beside the embedded store, or in MongoDB where its URL is given; Agenda is loaded here. Throws StoreError. */
export async function openAlarmClock({ dataDir, mongoUrl, onError }: AlarmClockOptions): Promise<AlarmClock> {
  const { Agenda, InMemoryNotificationChannel, toJobId } = await import('agenda');
  const backend = await openBackend(dataDir, mongoUrl);
  const channel = new InMemoryNotificationChannel();
  const agenda = new Agenda({
    backend,
    notificationChannel: channel,
    processEvery: SCAN_MS,
    defaultConcurrency: CONCURRENCY,
    defaultLockLimit: CONCURRENCY,
    defaultLockLifetime: LOCK_MS,
    maxConcurrency: Number.MAX_SAFE_INTEGER,
    removeOnComplete: false,
  });
  const inTurn = turns();
  const running = new Map<string, Promise<void>>();
  let refill: NodeJS.Timeout | undefined;

  const report = (error: Error) => {
    if (!(error instanceof AlarmGone)) onError(error, 'alarms');
  };
  agenda.on('error', report);
  agenda.on('fail', (error, job) => onError(error, job.attrs.name));
  // Agenda looks for more only at its next scan; those that wait for a free place should not.
  agenda.on('complete', () => {
    refill ??= setTimeout(lookForMore, REFILL_MS);
  });

  function lookForMore(): void {
    refill = undefined;
    if (channel.state !== 'connected') return;
    const about = { jobId: toJobId(''), nextRunAt: null, priority: 0, timestamp: new Date() };
    for (const jobName of Object.keys(agenda.definitions)) void channel.publish({ ...about, jobName });
  }

  /** The jobs of an alarm that have not begun; `every` has one of its own, which is no alarm. */
  async function waiting(name: string, key: string) {
    const { jobs } = await agenda.queryJobs({ name, data: { key } });
    return jobs.flatMap(({ _id, type }) => (type === 'normal' && !running.has(_id) ? _id : []));
  }

  async function remove(ids: string[]): Promise<void> {
    if (ids.length > 0) await agenda.cancel({ ids });
  }

  /** The new job comes first and the old ones go after it: whenever this process dies, an alarm is left. */
  async function set(name: string, key: string, at: number): Promise<void> {
    if (!Number.isFinite(at)) throw new RangeError(`Alarm ${name} ${key} needs a time, not ${at}`);
    await inTurn(`${name} ${key}`, async () => {
      const old = await waiting(name, key);
      await agenda.create(name, { key, at }).schedule(new Date(at)).save();
      await remove(old);
    });
  }

  async function ring(job: Job, handler: Handlers[string]): Promise<void> {
    const { key, at = 0 } = alarmSchema.parse(job.attrs.data);
    if (at > Date.now()) await set(job.attrs.name, key, at);
    else await handler(key);
    if (!job.attrs.nextRunAt) await job.remove();
  }

  /** Keeps the job's lock while it runs. A renewal that fails changes nothing: the alarm rings once more at worst. */
  async function hold(job: Job, handler: Handlers[string]): Promise<void> {
    const renewal = setInterval(() => job.touch().catch(() => undefined), LOCK_MS / 4).unref();
    // Agenda reads the message of what is thrown, and forgets a job whose handler threw no Error.
    const done = ring(job, handler).catch((reason: unknown) => {
      throw reason instanceof Error ? reason : new Error(String(reason));
    });
    const id = String(job.attrs._id);
    running.set(
      id,
      done.catch(() => undefined),
    );
    try {
      await done;
    } finally {
      clearInterval(renewal);
      running.delete(id);
    }
  }

  return {
    set,
    clear: (name, key) => inTurn(`${name} ${key}`, async () => remove(await waiting(name, key))),
    async start(handlers, every = {}) {
      for (const [name, handler] of Object.entries(handlers))
        agenda.define(name, (job: Job) => hold(job, handler), { backoff: ({ attempt }) => retryAfter(attempt) });
      for (const [name, interval] of Object.entries(every)) await agenda.every(interval, name, { key: '' });
      await agenda.start();
    },
    async stop() {
      clearTimeout(refill);
      await agenda.stop(false);
      const patience = new AbortController();
      const late = pause(DRAIN_MS, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([Promise.all(running.values()), late]);
      patience.abort();
      // Agenda writes down how a handler ended before the event loop turns.
      await nextTurn();
      // A scan under way finds its store closed, which concerns nobody any more.
      agenda.off('error', report);
      await backend.disconnect();
    },
  };
}

async function openBackend(dataDir: string, mongoUrl: string | undefined): Promise<AgendaBackend> {
  if (mongoUrl !== undefined) return (await import('./mongo-backend.ts')).openMongoBackend(mongoUrl);
  return (await import('./sqlite-backend/backend.ts')).openSqliteBackend(dataDir);
}

/** Doubles from half a second to five minutes; there is no last try. */
function retryAfter(attempt: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LAST_RETRY_MS);
}

/** Runs the work of one key one after the other. */
function turns() {
  const last = new Map<string, Promise<void>>();
  return async (key: string, work: () => Promise<void>): Promise<void> => {
    const turn = (last.get(key) ?? Promise.resolve()).catch(() => undefined).then(work);
    last.set(key, turn);
    try {
      await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
