import { setTimeout as wait } from 'node:timers/promises';
import { ToolFailure } from '../../errors.ts';
import { listPage, type Selection } from '../client.ts';
import { isFailure } from '../failure.ts';
import type { KubeWire } from '../wire.ts';

/** Reads a whole collection page by page without ever holding it. */

interface Reader {
  /** A list begins, or begins again after it had grown too old: forget what the last one gave. */
  begin(): void;
  /** One object, only good until the function returns. `now` is the API server's time. */
  item(raw: Record<string, unknown>, now: number): void;
  /** Fewer than usual, where objects may be very large. */
  pageSize?: number | undefined;
}

export interface Read {
  complete: boolean;
  /** Why it is not complete. */
  why?: string;
  /** Of the failure. */
  code?: string;
  /** Of the list; where a watch goes on from. */
  resourceVersion: string;
  serverTime?: string;
}

// Small pages are what keeps a scan of 50,000 pods below 400 MB: `npm run bench scan`.
const pageSize = 100;
const pageAttempts = 3;
const listAttempts = 3;

/** Goes through every page; a lost page is asked for again, and a list that expired is begun anew. Never throws but for the signal. */
export async function everyPage(
  wire: KubeWire,
  selection: Selection,
  reader: Reader,
  signal: AbortSignal,
): Promise<Read> {
  let why = '';
  let code = '';
  for (let attempt = 1; attempt <= listAttempts; attempt += 1) {
    reader.begin();
    try {
      return await once(wire, selection, reader, signal);
    } catch (thrown) {
      if (!(thrown instanceof ToolFailure)) throw thrown;
      code = thrown.error.code;
      why = `${thrown.error.code}: ${thrown.error.message}`;
      if (!isFailure(thrown, 'Gone')) break;
    }
  }
  signal.throwIfAborted();
  return { complete: false, why, code, resourceVersion: '' };
}

async function once(wire: KubeWire, selection: Selection, reader: Reader, signal: AbortSignal): Promise<Read> {
  let token: string | undefined;
  let last: { resourceVersion: string; serverTime: string };
  do {
    const {
      items,
      continue: next,
      ...about
    } = await page(wire, selection, { limit: reader.pageSize ?? pageSize, token, signal });
    for (const raw of items) reader.item(raw, Date.parse(about.serverTime));
    token = next;
    last = about;
  } while (token !== undefined);
  return { complete: true, resourceVersion: last.resourceVersion, serverTime: last.serverTime };
}

async function page(
  wire: KubeWire,
  selection: Selection,
  options: { limit: number; token: string | undefined; signal: AbortSignal },
) {
  const { signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listPage(wire, selection, options);
    } catch (thrown) {
      const again = thrown instanceof ToolFailure && thrown.error.retryable && thrown.error.code !== 'Gone';
      if (!again || attempt === pageAttempts || signal.aborted) throw thrown;
      await wait(200 * attempt * (1 + Math.random()), undefined, { signal });
    }
  }
}
