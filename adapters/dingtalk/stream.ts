import { globalAgent } from 'node:https';
import { DWClient, type DWClientConfig, type DWClientDownStream, TOPIC_CARD, TOPIC_ROBOT } from 'dingtalk-stream';
import { WebSocket } from 'ws';
import { DingTalkError } from './errors.ts';
import { Unreadable } from './wire.ts';

/** Lengths of time of the connection, in milliseconds. */
export interface Times {
  /** Longest wait for a socket to open. */
  connectMs: number;
  /** From one ping to the next; after two that nobody answered the socket is dead. */
  pingMs: number;
  /** Longest silence of a socket that used to speak. */
  idleMs: number;
  /** How long a socket may bring nothing where DingTalk was never seen to send pings. */
  staleMs: number;
  /** First and longest wait before the next attempt, where one failed. */
  backoffMs: [number, number];
  /** The wait where DingTalk refuses the credentials: asking again soon does not mend them. */
  credentialsMs: number;
  /** A socket that was lost sooner than this was no good: the next is not tried at once. */
  steadyMs: number;
}

/** One place to connect to. */
export type Place = (
  subscriptions: { type: string; topic: string }[],
  signal: AbortSignal,
) => Promise<{ endpoint: string; ticket: string }>;

export interface StreamOptions {
  credentials: { clientId: string; clientSecret: string };
  place: Place;
  times: Times;
  /** What all sockets have learned: the longest time seen between two pings of DingTalk's. */
  rhythm: { beatMs?: number };
  clock: () => number;
  /** A message or a click. What it resolves to goes into the ack; undefined means no ack, and it comes again. */
  onCallback(message: DWClientDownStream, stream: Stream): void;
  /** DingTalk will close this socket in a few seconds and sends nothing more through it. */
  onLeaving(stream: Stream): void;
  /** It is closed. Told once, and only of one that was open. */
  onLost(stream: Stream, why: string): void;
  /** A frame that cannot be read. The next one is read all the same. */
  onBadFrame(error: unknown): void;
}

const MISSES = 2;
/** Pings of DingTalk's that may fail to come. */
const BEATS = 3;

/**
 * One connection over DingTalk's own client, of which it uses the frames and the acks. Opening, timing out, pinging and
 * closing are done here: the client's own reconnects storm, leak timers and survive `disconnect`.
 */
export class Stream extends DWClient {
  /** Epoch milliseconds; 0 before it was open. */
  openedAt = 0;
  private readonly options: StreamOptions;
  private life: NodeJS.Timeout | undefined;
  private heardAt = 0;
  /** Pings that nobody has answered. */
  private missed = 0;
  private framedAt = 0;
  private beatAt: number | undefined;

  constructor(options: StreamOptions) {
    super(settings(options.credentials));
    this.options = options;
  }

  /** Opens the socket, or throws DingTalkError within the time allowed. */
  async open(signal: AbortSignal): Promise<void> {
    const { endpoint, ticket } = await this.options.place(this.config.subscriptions, signal);
    const url = new URL(endpoint);
    url.searchParams.set('ticket', ticket);
    const socket = new WebSocket(url, {
      handshakeTimeout: this.options.times.connectMs,
      // With an agent, Node's own settings for proxies (NODE_USE_ENV_PROXY) count for the socket, too.
      ...(url.protocol === 'wss:' && { agent: globalAgent }),
    });
    this.hold(socket);
    // Before it is open: the first frames may come in the same packet as the answer that opens it.
    this.listen(socket);
    await opened(socket, signal);
    if (socket.readyState !== WebSocket.OPEN)
      throw new DingTalkError('unreachable', 'socket', "DingTalk's socket was closed as soon as it was open");
    this.connected = true;
    this.openedAt = this.heardAt = this.framedAt = this.options.clock();
    this.watch(socket);
  }

  /** Ends it; resolves once the socket is closed. It is not told to `onLost`. */
  async close(): Promise<void> {
    clearInterval(this.life);
    this.connected = false;
    const socket = this.held();
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    socket.removeAllListeners('close');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const cut = setTimeout(() => socket.terminate(), 500);
    socket.close(1000);
    await closed;
    clearTimeout(cut);
  }

  override onDownStream(data: string): void {
    this.heardAt = this.framedAt = this.options.clock();
    try {
      super.onDownStream(data);
    } catch (error) {
      this.options.onBadFrame(error);
    }
  }

  override onSystem(frame: DWClientDownStream): void {
    if (frame.headers.topic === 'ping') this.beat();
    super.onSystem(frame);
    if (frame.headers.topic === 'disconnect') this.options.onLeaving(this);
  }

  override onCallback(frame: DWClientDownStream): void {
    if (!frame.headers.messageId) throw new Unreadable('DingTalk sent a frame without an id, which cannot be acked');
    this.options.onCallback(frame, this);
  }

  private listen(socket: WebSocket): void {
    const heard = () => {
      this.heardAt = this.options.clock();
    };
    socket.on('message', (data) => this.onDownStream(String(data)));
    socket.on('ping', heard);
    socket.on('pong', () => {
      this.missed = 0;
      heard();
    });
  }

  private watch(socket: WebSocket): void {
    let why = '';
    socket.on('close', (code) => {
      clearInterval(this.life);
      this.connected = false;
      this.options.onLost(this, why || `closed with ${code}`);
    });
    this.life = setInterval(() => {
      why = this.missed >= MISSES ? 'no answer to pings' : this.silence();
      if (why) return socket.terminate();
      this.missed += 1;
      socket.ping();
    }, this.options.times.pingMs);
  }

  /**
   * Pongs alone are no sign of life where DingTalk sends pings of its own: such a socket hands over nothing. Where it was never seen
   * to send any, a quiet socket may be a good one: it is replaced as if it had been told to leave, which costs no message.
   */
  private silence(): string {
    const now = this.options.clock();
    const { idleMs, staleMs } = this.options.times;
    if (now - this.heardAt > idleMs) return 'silent';
    const { beatMs } = this.options.rhythm;
    if (beatMs !== undefined && now - this.framedAt > Math.max(idleMs, BEATS * beatMs)) return 'a zombie';
    if (now - this.framedAt > staleMs) this.options.onLeaving(this);
    return '';
  }

  private beat(): void {
    const now = this.options.clock();
    const { rhythm } = this.options;
    if (this.beatAt !== undefined) rhythm.beatMs = Math.max(rhythm.beatMs ?? 0, now - this.beatAt);
    this.beatAt = now;
  }

  /** The client sends its acks through this field of its own. */
  private hold(socket: WebSocket): void {
    Reflect.set(this, 'socket', socket);
  }

  private held(): WebSocket | undefined {
    return Reflect.get(this, 'socket');
  }
}

/** A list of its own for each: the client shares its default between instances. */
function settings(credentials: StreamOptions['credentials']): DWClientConfig {
  return {
    ...credentials,
    keepAlive: false,
    autoReconnect: false,
    debug: false,
    subscriptions: [
      { type: 'EVENT', topic: '*' },
      { type: 'CALLBACK', topic: TOPIC_ROBOT },
      { type: 'CALLBACK', topic: TOPIC_CARD },
    ],
  };
}

function opened(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) => {
      reject(new DingTalkError('unreachable', 'socket', `DingTalk's socket did not open: ${cause.message}`, { cause }));
    };
    const cut = () => socket.terminate();
    signal.addEventListener('abort', cut, { once: true });
    socket.on('error', failed);
    socket.once('open', () => {
      signal.removeEventListener('abort', cut);
      resolve();
    });
    if (signal.aborted) cut();
  });
}
