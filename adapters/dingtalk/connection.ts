import { setTimeout as pause } from 'node:timers/promises';
import type { DWClientDownStream } from 'dingtalk-stream';
import { isFailure } from './errors.ts';
import { type Place, Stream, type Times } from './stream.ts';

export interface ConnectionOptions {
  credentials: { clientId: string; clientSecret: string };
  place: Place;
  /** How many sockets are kept open. With two, the loss of one loses no message. */
  sockets?: number;
  times?: Partial<Times>;
  clock: () => number;
  /** Handles a message or a click, and returns what goes into its ack. Throws for what has to come again. */
  handle(frame: DWClientDownStream): Promise<unknown>;
  onState(state: ConnectionState): void;
  onError(error: unknown, where: string): void;
}

/** `error`: why there is no socket, where that is known. */
export type ConnectionState = { open: number; error?: unknown };

/** The sockets to DingTalk, kept open whatever happens. */
export interface Connection {
  /** Resolves after the first attempt, however it went. */
  start(): Promise<void>;
  /** Ends everything; nothing reconnects after it. */
  stop(): Promise<void>;
}

const DEFAULTS: Times = {
  connectMs: 10_000,
  pingMs: 20_000,
  idleMs: 60_000,
  staleMs: 3_600_000,
  backoffMs: [1_000, 60_000],
  credentialsMs: 60_000,
  steadyMs: 3_000,
};
/** Longest wait after a socket that opened and was lost soon: messages sent meanwhile may be lost. */
const FLAPPING_MAX_MS = 5_000;
/** How long handlers under way may take to end when the connection stops. */
const GRACE_MS = 1_000;

/** Makes the connection. One attempt at a time, whatever number of sockets is missing. */
export function createConnection(options: ConnectionOptions): Connection {
  const { credentials, place, sockets = 2, clock, onError } = options;
  const times = { ...DEFAULTS, ...options.times };
  const stopping = new AbortController();
  const rhythm = {};
  const live = new Set<Stream>();
  /** Those that DingTalk is about to close. What they still bring is handled. */
  const leaving = new Set<Stream>();
  const working = new Set<Promise<void>>();
  let filling: Promise<void> | undefined;
  let failures = 0;
  let refused = false;
  let flaps = 0;
  let error: unknown;
  let triedOnce = () => {};

  const tell = () => {
    const open = live.size + leaving.size;
    options.onState({ open, ...(open === 0 && error !== undefined && { error }) });
  };

  function fill(): void {
    if (stopping.signal.aborted || filling) return;
    filling = openMissing()
      .catch((cause: unknown) => onError(cause, 'connection'))
      .finally(() => {
        filling = undefined;
        if (live.size < sockets) fill();
      });
  }

  async function openMissing(): Promise<void> {
    while (live.size < sockets && !stopping.signal.aborted) {
      const waitMs = nextWait();
      if (waitMs > 0) await pause(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      await openOne();
      tell();
      triedOnce();
    }
  }

  async function openOne(): Promise<void> {
    const stream = newStream();
    try {
      await stream.open(stopping.signal);
      failures = 0;
      error = undefined;
      live.add(stream);
      for (const old of leaving) retire(old);
    } catch (cause) {
      await stream.close();
      if (stopping.signal.aborted) return;
      failures += 1;
      error = cause;
      refused = isFailure(cause, 'credentials', 'permission', 'session');
      onError(cause, 'connection');
    }
  }

  function nextWait(): number {
    const [first, longest] = times.backoffMs;
    const jittered = (ms: number) => ms * (0.75 + Math.random() / 2);
    if (failures > 0 && refused) return jittered(times.credentialsMs);
    if (failures > 0) return jittered(Math.min(longest, first * 2 ** (failures - 1)));
    if (flaps > 0) return jittered(Math.min(FLAPPING_MAX_MS, (first / 4) * 2 ** (flaps - 1)));
    return 0;
  }

  function newStream(): Stream {
    return new Stream({
      credentials,
      place,
      times,
      rhythm,
      clock,
      onCallback: (frame, stream) => take(frame, stream),
      onLeaving(stream) {
        if (!live.delete(stream)) return;
        leaving.add(stream);
        countFlap(stream);
        fill();
      },
      onLost(stream, why) {
        const unexpected = live.delete(stream);
        leaving.delete(stream);
        if (unexpected) {
          countFlap(stream);
          onError(new Error(`A socket to DingTalk was lost: ${why}`), 'connection');
        }
        tell();
        fill();
      },
      onBadFrame: (cause) => onError(cause, 'frame'),
    });
  }

  function countFlap(stream: Stream): void {
    flaps = clock() - stream.openedAt < times.steadyMs ? flaps + 1 : 0;
  }

  /** Not before what it has brought is acked: an ack goes through the socket that its frame came by. */
  function retire(stream: Stream): void {
    leaving.delete(stream);
    track(acked().then(() => stream.close()));
  }

  /** Resolves once the handlers under way have ended, or have had their time. */
  async function acked(): Promise<void> {
    const grace = new AbortController();
    await Promise.race([Promise.all(working), pause(GRACE_MS, undefined, { signal: grace.signal }).catch(() => {})]);
    grace.abort();
  }

  function track(work: Promise<void>): void {
    working.add(work);
    void work.finally(() => working.delete(work));
  }

  /** Never rejects: an error in a handler is told, and the frame comes again since nobody acks it. */
  function take(frame: DWClientDownStream, stream: Stream): void {
    const work = Promise.resolve()
      .then(() => options.handle(frame))
      .then((result) => stream.socketCallBackResponse(frame.headers.messageId, result))
      .catch((cause: unknown) => onError(cause, 'frame'));
    track(work);
  }

  return {
    async start() {
      const first = new Promise<void>((resolve) => {
        triedOnce = resolve;
      });
      fill();
      await first;
    },
    async stop() {
      stopping.abort();
      triedOnce();
      await filling;
      await acked();
      const open = [...live, ...leaving];
      live.clear();
      leaving.clear();
      await Promise.all(open.map((stream) => stream.close()));
    },
  };
}
