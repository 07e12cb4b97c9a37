import { z } from 'zod';
import { isFailure } from '../failure.ts';
import { everyPage, type Read } from '../scan/every-page.ts';
import type { KubeWire } from '../wire.ts';
import { type Assembled, assemble } from './assemble.ts';
import { type Collector, terminatingOf } from './collector.ts';
import { createCollectors, inReadingOrder } from './collectors.ts';
import type { Survey } from './survey.ts';

/** One pass over the API: one kind after the other, page by page, each object made small at once. */

type Reading = Survey['readings'][number];

/** Throws only where the server cannot be reached at all, or for the signal; what else goes wrong is in `readings`. */
export async function readCluster(wire: KubeWire, signal: AbortSignal): Promise<Assembled> {
  const { serverTime, serverVersion } = await versionOf(wire, signal);
  const all = createCollectors(() => serverTime);
  const terminating = new Map<string, Survey['terminating']>();
  const readings = new Map<string, Reading>();
  const readKind = async (collector: Collector) => {
    const taken = takeInto(collector, serverTime);
    const { kind, apiVersion, fieldSelector, pageSize } = collector;
    const selection = { kind, apiVersion, fieldSelector };
    const read = await everyPage(wire, selection, { ...taken, pageSize }, signal).catch((thrown: unknown): Read => {
      // An answer that is no list: a proxy before the server, or an API of another make.
      if (!(thrown instanceof z.ZodError)) throw thrown;
      return {
        complete: false,
        why: `the answer is no list: ${z.prettifyError(thrown).slice(0, 300)}`,
        resourceVersion: '',
      };
    });
    readings.set(kind, readingOf(kind, read, taken.broken()));
    terminating.set(kind, taken.terminating());
  };
  for (const collector of inReadingOrder(all)) await readKind(collector);
  // A node that joined in between has pods already.
  const names = new Set(all.nodes.rows.map(({ name }) => name));
  if (all.pods.nodeNames.some((name) => !names.has(name))) await readKind(all.nodes);
  return assemble(all, {
    serverTime,
    serverVersion,
    readings: [...readings.values()],
    terminating: [...terminating.values()].flat(),
  });
}

/** Who may list may not always ask for this. https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles */
async function versionOf(wire: KubeWire, signal: AbortSignal) {
  try {
    const { body, serverTime } = await wire.send({ path: '/version', signal });
    const { gitVersion } = z.object({ gitVersion: z.string() }).catch({ gitVersion: 'unknown' }).parse(body);
    return { serverTime: Date.parse(serverTime), serverVersion: gitVersion };
  } catch (thrown) {
    if (!isFailure(thrown, 'Forbidden', 'NotFound')) throw thrown;
    return { serverTime: Date.now(), serverVersion: 'unknown' };
  }
}

/** Objects that lie ready, such as those of files. */
interface Objects {
  now: number;
  itemsOf(kind: string): Iterable<Record<string, unknown>>;
  readingOf(kind: string): Reading;
}

/** The same survey of objects that lie ready. */
export function surveyObjects({ now, itemsOf, readingOf: stateOf }: Objects): Assembled {
  const all = createCollectors(() => now);
  const terminating: Survey['terminating'] = [];
  const readings = inReadingOrder(all).map((collector): Reading => {
    const taken = takeInto(collector, now);
    taken.begin();
    for (const item of itemsOf(collector.kind)) taken.item(item);
    terminating.push(...taken.terminating());
    const why = taken.broken();
    return why === undefined ? stateOf(collector.kind) : { kind: collector.kind, state: 'lost', why };
  });
  return assemble(all, { serverTime: now, serverVersion: 'unknown', readings, terminating });
}

/** More of a kind are not kept; which are told of is chosen among these. */
const mostTerminating = 5_000;

/** Hands objects to a collector; one that cannot be read is counted and costs nothing but itself. */
function takeInto(collector: Collector, now: number) {
  let found: Survey['terminating'] = [];
  let broken = { count: 0, why: '' };
  return {
    begin() {
      found = [];
      broken = { count: 0, why: '' };
      collector.begin();
    },
    item(raw: Record<string, unknown>) {
      try {
        collector.item(raw);
        const leaving = collector.kind === 'Pod' ? undefined : terminatingOf(collector.kind, raw, now);
        if (leaving && found.length < mostTerminating) found.push(leaving);
      } catch (thrown) {
        if (!(thrown instanceof z.ZodError)) throw thrown;
        broken = { count: broken.count + 1, why: broken.why || z.prettifyError(thrown).slice(0, 300) };
      }
    },
    terminating: () => found,
    broken: () => (broken.count > 0 ? `${broken.count} objects could not be read: ${broken.why}` : undefined),
  };
}

/** Only a server that says that there is no such kind has none of it. */
function readingOf(kind: string, { complete, why, code }: Read, broken: string | undefined): Reading {
  if (complete) return broken === undefined ? { kind, state: 'complete' } : { kind, state: 'lost', why: broken };
  if (code === 'NotFound' || code === 'NOT_FOUND') return { kind, state: 'none' };
  return { kind, state: 'lost', why: why || 'unknown' };
}
