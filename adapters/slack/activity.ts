import { createPace, type Pace } from '../../src/chat/pace.ts';
import { type Activity, type ConversationRef, NotYet, type ProgressStep, type UserRef } from '../../src/chat/types.ts';
import { delay } from './delay.ts';
import { reasonOf, SlackCallError } from './errors.ts';
import { readMessageId } from './message-id.ts';
import { type Allowance, createAllowance } from './rates.ts';
import type { Session } from './session.ts';
import { postedAnswer } from './wire.ts';

/** A step that is over sooner is not worth a message. */
const SHOW_AFTER_MS = 1000;
/** One change a second is as much as anybody can follow. */
const EVERY_MS = 1000;
const STOP_TRIES = 5;
/** How long the end of a turn waits for its stream to be closed; it is closed after that as well. */
const END_MS = 1000;
const LONGEST_TITLE = 150;
const LONGEST_DETAIL = 250;

/** Where the rates of all long turns are kept, and what has been told of their troubles. */
export interface Stage {
  /** chat.startStream is Tier 2, 20 a minute; chat.appendStream Tier 4, 100; agents.sessions.setStatus Tier 3, 50. */
  streams: Allowance;
  changes: Allowance;
  statuses: Allowance;
  /** Tier 2 as well: whoever ends waits for his turn. */
  stops: Pace;
  told: Set<string>;
}

export function createStage(clock: () => number): Stage {
  return {
    streams: createAllowance({ everyMs: 4000, burst: 5, saved: 2, clock }),
    changes: createAllowance({ everyMs: 750, burst: 20, saved: 5, clock }),
    statuses: createAllowance({ everyMs: 3000, burst: 5, saved: 2, clock }),
    stops: createPace({ everyMs: 3000, burst: 5, saved: 1, clock }),
    told: new Set(),
  };
}

const never = new AbortController().signal;
const nothing: Activity = { step() {}, end: async () => {} };

/** Shows a long turn as a stream of its steps, in a thread or a direct conversation: https://docs.slack.dev/ai/agent-sessions */
export function showActivity(session: Session, stage: Stage, at: { conversation: ConversationRef; viewer: UserRef }) {
  const { id: channel, kind, threadId = '' } = at.conversation;
  const threadTs = readMessageId(threadId).ts[0] ?? (kind === 'dm' ? session.asked.lastIn(channel) : undefined);
  return threadTs ? startActivity(session, stage, { channel, threadTs, viewer: at.viewer.id, kind }) : nothing;
}

interface Spot {
  channel: string;
  threadTs: string;
  viewer: string;
  kind: ConversationRef['kind'];
}

function startActivity({ api, me, options }: Session, stage: Stage, spot: Spot): Activity {
  const { channel, threadTs, viewer } = spot;
  const ended = new AbortController();
  const steps = new Map<string, ProgressStep>();
  const changed = new Set<string>();
  let stream: string | undefined;
  let hasStatus = false;
  let givenUp = false;
  let work: Promise<void> = Promise.resolve();
  let flushing = false;

  /** One call after the other; the first that fails is the last. */
  function then(call: () => Promise<void>): void {
    work = work.then(async () => {
      if (givenUp) return;
      try {
        await call();
      } catch (error) {
        givenUp = true;
        const reason = reasonOf(error) ?? 'unknown';
        if (!stage.told.has(reason)) options.log.warn({ reason }, 'A long turn could not be shown');
        stage.told.add(reason);
      }
    });
  }

  async function setStatus(status: 'processing' | 'active'): Promise<void> {
    // https://docs.slack.dev/reference/methods/agents.sessions.setStatus
    await api.call('agents.sessions.setStatus', {
      channel_id: channel,
      thread_ts: threadTs,
      status,
      ...(status === 'processing' && { initiator_user_id: viewer }),
    });
  }

  function takeChanges(): object[] {
    const chunks = [...changed].flatMap((id) => steps.get(id) ?? []).map(chunkOf);
    changed.clear();
    return chunks;
  }

  // https://docs.slack.dev/reference/methods/chat.startStream
  async function begin(): Promise<void> {
    if (stream || !stage.streams.take()) return;
    for (const id of steps.keys()) changed.add(id);
    const answer = await api.call('chat.startStream', {
      channel,
      thread_ts: threadTs,
      recipient_user_id: viewer,
      recipient_team_id: me.team_id,
      task_display_mode: 'timeline',
      chunks: takeChanges(),
    });
    stream = postedAnswer.parse(answer).ts;
  }

  async function flush(): Promise<void> {
    if (!stream || changed.size === 0 || !stage.changes.take()) return;
    await api.call('chat.appendStream', { channel, ts: stream, chunks: takeChanges() });
  }

  function flushSoon(): void {
    if (flushing) return;
    flushing = true;
    void delay(EVERY_MS, ended.signal).then(() => {
      flushing = false;
      if (!ended.signal.aborted) then(flush);
    });
  }

  async function stop(ts: string): Promise<void> {
    const chunks = takeChanges();
    for (let tries = 1; ; tries += 1)
      try {
        const turnMs = stage.stops.wait(ts);
        if (turnMs > 0) throw new NotYet(turnMs);
        await api.call('chat.stopStream', { channel, ts, ...(chunks.length > 0 && { chunks }) });
        return;
      } catch (error) {
        // The person has pressed Stop: Slack has ended it.
        if (reasonOf(error) === 'message_not_in_streaming_state') return;
        const waitMs = waitOf(error);
        if (waitMs === undefined || tries >= STOP_TRIES) throw error;
        await delay(waitMs, never);
      }
  }

  function watch({ id, status }: ProgressStep): void {
    if (status !== 'running' || stream) return;
    void delay(SHOW_AFTER_MS, ended.signal).then(() => {
      if (!ended.signal.aborted && steps.get(id)?.status === 'running') then(begin);
    });
  }

  return {
    step(step) {
      if (ended.signal.aborted) return;
      if (steps.size === 0 && stage.statuses.take()) {
        hasStatus = true;
        then(() => setStatus('processing'));
      }
      const before = steps.get(step.id);
      steps.set(step.id, step);
      changed.add(step.id);
      if (before?.status !== step.status) watch(step);
      flushSoon();
    },
    async end() {
      if (ended.signal.aborted) return;
      ended.abort();
      await work;
      const wasGivenUp = givenUp;
      givenUp = false;
      const ts = stream;
      if (ts) then(() => stop(ts));
      if (hasStatus && !wasGivenUp) then(() => setStatus('active'));
      await Promise.race([work, delay(END_MS, never)]);
    },
  };
}

function waitOf(error: unknown): number | undefined {
  if (error instanceof NotYet) return error.waitMs;
  return error instanceof SlackCallError ? error.retryAfterMs : undefined;
}

const statuses: Record<ProgressStep['status'], 'pending' | 'in_progress' | 'complete' | 'error'> = {
  pending: 'pending',
  waiting: 'pending',
  running: 'in_progress',
  done: 'complete',
  skipped: 'complete',
  undone: 'complete',
  failed: 'error',
};

/** https://docs.slack.dev/messaging/sending-and-scheduling-messages#text-streaming: titles are shown as text with Slack's markup. */
function chunkOf({ id, title, status, detail }: ProgressStep): object {
  return {
    type: 'task_update',
    id,
    title: harmless(title).slice(0, LONGEST_TITLE) || '…',
    status: statuses[status],
    ...(detail && { details: harmless(detail).slice(0, LONGEST_DETAIL) }),
  };
}

/** Words that may be a stranger's: nothing in them is a mention, a link or emphasis. */
function harmless(text: string): string {
  return text
    .replace(/</g, '‹')
    .replace(/>/g, '›')
    .replace(/[*_~`[\]]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
