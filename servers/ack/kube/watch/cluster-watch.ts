import type { JsonObject } from '../../../../src/tools/types.ts';
import { getObject } from '../client.ts';
import { eventOf } from '../events.ts';
import { isFailure } from '../failure.ts';
import { json } from '../kube-tool.ts';
import { nodeState } from '../scan/scan.ts';
import type { KubeWire } from '../wire.ts';
import { createJournal, type WatchChange } from './journal.ts';
import { createPodBook } from './pod-book.ts';
import { reflect } from './reflect.ts';

export interface WatchOptions {
  wire(): Promise<KubeWire>;
  backoffMs: [least: number, most: number];
  /** How often pods are looked at again whose judgement changes by time alone. */
  lookAgainMs: number;
}

export interface Polled {
  cursor: string;
  changes: WatchChange[];
  /** True when `changes` is all that looks ill now, and not what came after the cursor. */
  resynced: boolean;
  /** What is not followed just now, and why. */
  unknown: { what: string; why: string }[];
}

/** Follows the pods, nodes and warnings of one cluster until it is closed. */
export function watchCluster(options: WatchOptions) {
  const closing = new AbortController();
  const { signal } = closing;
  const journal = createJournal();
  const problems = new Map<string, string>(['pods', 'nodes', 'events'].map((what) => [what, 'not read yet']));
  const pods = createPodBook(({ type, object }) => journal.add({ type, object }));
  const nodes = new Map<string, string>();
  const { wire, backoffMs } = options;
  const common = { wire, backoffMs, signal };
  const state = (what: string) => (problem: string | undefined) => {
    if (problem === undefined) problems.delete(what);
    else problems.set(what, problem);
    journal.wake();
  };
  let now = Date.now();
  let readAt = Date.now();
  const sync = (serverNow: number) => {
    now = serverNow;
    readAt = Date.now();
  };
  /** The cluster's time: what an answer last said, and the time since then. A faster clock shows with the next answer. */
  const clock = () => now + (Date.now() - readAt);

  const watching = [
    reflect({
      ...common,
      selection: { kind: 'Pod' },
      begin: pods.begin,
      item(raw, at) {
        sync(at);
        pods.judge(raw, at);
      },
      end: pods.end,
      changed: (type, raw) => (type === 'DELETED' ? pods.gone(raw) : pods.judge(raw, clock())),
      state: state('pods'),
    }),
    reflect({ ...common, selection: { kind: 'Node' }, ...followNodes(nodes, journal.add), state: state('nodes') }),
    reflect({
      ...common,
      selection: { kind: 'Event', fieldSelector: 'type=Warning' },
      ...followWarnings(journal.add),
      state: state('events'),
    }),
    lookAgain(),
  ];

  /** Time alone makes a pod that does not get ready suspect, so pods that are due are read again. */
  async function lookAgain(): Promise<void> {
    while (!signal.aborted) {
      await pause(options.lookAgainMs, signal);
      if (signal.aborted || !pods.waits()) continue;
      await lookOnce().catch(() => undefined);
    }
  }

  async function lookOnce(): Promise<void> {
    const connected = await wire();
    const { serverTime } = await connected.send({ path: '/version', signal });
    sync(Date.parse(serverTime));
    for (const { uid, namespace, name } of pods.dueAt(now)) {
      const found = await getObject(connected, { kind: 'Pod', namespace, name }, signal).catch((thrown: unknown) => {
        if (isFailure(thrown, 'NotFound')) return undefined;
        throw thrown;
      });
      if (found?.object.metadata.uid === uid) pods.judge(found.object, Date.parse(found.serverTime));
      else pods.goneNow(uid);
    }
  }

  /** All that looks ill now. */
  const snapshot = (): WatchChange[] => [
    ...pods.suspects().map((object): WatchChange => ({ type: 'suspect', object })),
    ...[...nodes].map(([name, why]): WatchChange => ({ type: 'node', object: nodeObject(name, why) })),
  ];

  return {
    /** Waits for changes after the cursor; without a cursor, or with one too old, for the first list and all that looks ill. */
    async poll(cursor: string | undefined, waitMs: number, caller: AbortSignal): Promise<Polled> {
      const until = Date.now() + waitMs;
      const stop = AbortSignal.any([caller, signal]);
      if (!journal.knows(cursor)) {
        while (problems.get('pods') === 'not read yet' && Date.now() < until && !stop.aborted)
          await journal.next(until - Date.now(), stop);
        return { cursor: journal.cursor(), changes: snapshot(), resynced: true, unknown: unknown() };
      }
      while (!journal.hasAfter(cursor) && Date.now() < until && !stop.aborted)
        await journal.next(until - Date.now(), stop);
      return { ...journal.after(cursor), resynced: false, unknown: unknown() };
    },
    async close() {
      closing.abort();
      await Promise.allSettled(watching);
    },
  };

  function unknown() {
    return [...problems].map(([what, why]) => ({ what, why }));
  }
}

const nodeObject = (name: string, why: string | undefined): JsonObject => ({
  kind: 'Node',
  name,
  ready: why === undefined,
  ...(why !== undefined && { why }),
});

function followNodes(nodes: Map<string, string>, add: (change: WatchChange) => void) {
  let listed = new Set<string>();
  function judge(raw: Record<string, unknown>): void {
    const { name, why } = nodeState(raw);
    listed.add(name);
    if (nodes.get(name) === why) return;
    if (why === undefined) nodes.delete(name);
    else nodes.set(name, why);
    add({ type: 'node', object: nodeObject(name, why) });
  }
  function gone(name: string): void {
    if (nodes.delete(name)) add({ type: 'gone', object: { kind: 'Node', name } });
  }
  return {
    begin: () => {
      listed = new Set();
    },
    item: judge,
    end: () => {
      for (const name of [...nodes.keys()]) if (!listed.has(name)) gone(name);
    },
    changed: (type: string, raw: Record<string, unknown>) =>
      type === 'DELETED' ? gone(nodeState(raw).name) : judge(raw),
  };
}

/** Warnings that come while one watches: those that a first list shows are old, those of a later list were missed. */
function followWarnings(add: (change: WatchChange) => void) {
  let newest = '';
  let listing = '';
  let first = true;
  const tell = (raw: Record<string, unknown>) => {
    const event = eventOf(raw);
    add({ type: 'warning', object: json.parse(event) });
    if (event.time > newest) newest = event.time;
  };
  return {
    begin: () => {
      listing = newest;
    },
    item(raw: Record<string, unknown>) {
      const { time } = eventOf(raw);
      if (!first && time > listing) tell(raw);
      else if (time > newest) newest = time;
    },
    end: () => {
      first = false;
    },
    changed: (type: string, raw: Record<string, unknown>) => {
      if (type !== 'DELETED') tell(raw);
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
