import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { ToolFailure } from '../../errors.ts';
import type { Selection } from '../client.ts';
import { isFailure } from '../failure.ts';
import { pathOf, resourceOf } from '../resources.ts';
import { everyPage } from '../scan/every-page.ts';
import type { KubeWire } from '../wire.ts';
import { jsonLines } from './lines.ts';

/** What follows a collection through lists and watches. It holds no objects itself. */
export interface Reflection {
  selection: Selection;
  /** Asked for before each request, so that credentials are fresh. */
  wire(): Promise<KubeWire>;
  /** A list begins: the whole collection will be given, item by item. */
  begin(): void;
  item(raw: Record<string, unknown>, now: number): void;
  /** The list is over and nothing is missing from it. */
  end(): void;
  changed(type: 'ADDED' | 'MODIFIED' | 'DELETED', raw: Record<string, unknown>): void;
  /** What is wrong just now, or undefined: it follows. */
  state(problem: string | undefined): void;
  /** Real time between tries after a failure, in milliseconds; grows to the second. */
  backoffMs: [least: number, most: number];
  signal: AbortSignal;
}

const watchSeconds = [60, 90] as const;
/** A connection that died without a word is noticed this long after the server should have ended the watch. */
const silenceGraceMs = 15_000;

const line = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.record(z.string(), z.unknown()),
});
const versioned = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const errorStatus = z.object({
  code: z.number().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

/** Follows until the signal fires: lists in pages, then watches with bookmarks, and begins anew when it fell behind (410). */
export async function reflect(reflection: Reflection): Promise<void> {
  const { signal, backoffMs } = reflection;
  let version: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      version ??= await list(reflection);
      version = await watch(reflection, version, () => {
        failures = 0;
        reflection.state(undefined);
      });
      if (version === undefined) await wait(jitter(backoffMs[0] / 2), undefined, { signal });
    } catch (thrown) {
      if (signal.aborted) return;
      failures += 1;
      reflection.state(reason(thrown));
      if (isFailure(thrown, 'Gone')) version = undefined;
      const delay = Math.min(backoffMs[1], backoffMs[0] * 2 ** Math.min(failures - 1, 10));
      await wait(jitter(delay), undefined, { signal }).catch(() => undefined);
    }
  }
}

async function list(reflection: Reflection): Promise<string> {
  const read = await everyPage(await reflection.wire(), reflection.selection, reflection, reflection.signal);
  if (!read.complete) throw new Error(`the list was cut short: ${read.why}`);
  reflection.end();
  return read.resourceVersion;
}

/** Gives the version to go on from, or undefined where only a new list helps. https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
async function watch(reflection: Reflection, from: string, opened: () => void): Promise<string | undefined> {
  const { selection, signal } = reflection;
  const wire = await reflection.wire();
  const { labelSelector, fieldSelector, namespace } = selection;
  const timeoutSeconds = Math.round(watchSeconds[0] + Math.random() * (watchSeconds[1] - watchSeconds[0]));
  const silence = AbortSignal.timeout(timeoutSeconds * 1000 + silenceGraceMs);
  const response = await wire.stream({
    path: pathOf(await resourceOf(wire, selection, signal), { namespace }),
    query: {
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: from,
      timeoutSeconds,
      labelSelector,
      fieldSelector,
    },
    signal: AbortSignal.any([signal, silence]),
  });
  opened();
  let version = from;
  try {
    for await (const raw of jsonLines(response)) {
      const { type, object } = line.parse(raw);
      if (type === 'ERROR') return failed(errorStatus.parse(object));
      if (type !== 'BOOKMARK') reflection.changed(type, object);
      version = versioned.parse(object).metadata.resourceVersion;
    }
  } catch (thrown) {
    // A connection that breaks is like one that ends: what came before it counts.
    if (signal.aborted || thrown instanceof z.ZodError || thrown instanceof SyntaxError) throw thrown;
  }
  return version;
}

function failed({ code, reason: why, message }: z.output<typeof errorStatus>): undefined {
  if (code === 410 || why === 'Expired' || why === 'Gone') return undefined;
  throw new Error(message ?? why ?? 'the watch ended with an error');
}

const jitter = (delay: number) => delay * (0.5 + Math.random());

const reason = (thrown: unknown) =>
  thrown instanceof ToolFailure
    ? `${thrown.error.code}: ${thrown.error.message}`
    : thrown instanceof Error
      ? thrown.message
      : String(thrown);
