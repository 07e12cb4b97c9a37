import { Worker } from 'node:worker_threads';
import type { Translate } from '../chat/messages.ts';
import type { AnyChart, Language } from '../chat/types.ts';
import { type Drawing, type Drawn, drawingOf } from './drawing.ts';

/** Charts as PNG files, for places that cannot draw them. */
export interface Pictures {
  /** A picture 1320 pixels wide. Rejects with PictureFailed. One is drawn at a time, others wait. */
  png(chart: AnyChart, title: string, language: Language, options?: PictureOptions): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface PictureOptions {
  dark?: boolean;
  /** Instead of the usual one. */
  timeZone?: string;
}

interface Settings {
  translate: Record<Language, Translate>;
  /** IANA zone in which times are shown. */
  timeZone: string;
  /** How long the thread is kept when nothing is asked of it. */
  restMs?: number;
  /** How long one picture may take. */
  patienceMs?: number;
}

/** Enough for 60,000 points. Young objects are few at a time, so that little memory lies about. */
const MEMORY = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 256 };

/** No picture came of it. Whoever asked can say in words what the chart shows. */
export class PictureFailed extends Error {
  readonly code = 'PICTURE_FAILED';
}

/** Makes pictures in a thread of their own, begun with the first and ended after a rest, so that nobody waits and no memory stays. */
export function createPictures({ translate, timeZone, restMs = 60_000, patienceMs = 20_000 }: Settings): Pictures {
  let worker: Worker | undefined;
  let rest: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  const end = async () => {
    clearTimeout(rest);
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };

  async function draw(drawing: Drawing): Promise<Uint8Array> {
    if (closed) throw new PictureFailed('No pictures are made any more');
    clearTimeout(rest);
    worker ??= new Worker(new URL('./worker.ts', import.meta.url), { resourceLimits: MEMORY });
    try {
      const drawn = await ask(worker, drawing, patienceMs);
      if ('failed' in drawn) throw new PictureFailed(drawn.failed);
      rest = setTimeout(end, restMs).unref();
      return drawn.png;
    } catch (error) {
      await end();
      throw error instanceof PictureFailed
        ? error
        : new PictureFailed('The thread for pictures failed', { cause: error });
    }
  }

  return {
    png(chart, title, language, { dark = false, timeZone: zone = timeZone } = {}) {
      const drawing = drawingOf(chart, title, { translate: translate[language], language, timeZone: zone, dark });
      const mine = last.then(() => draw(drawing));
      last = mine.catch(() => {});
      return mine;
    },
    async close() {
      closed = true;
      await end();
    },
  };
}

/** The thread's answer. Idle threads keep no process from ending; one that draws does. */
async function ask(worker: Worker, drawing: Drawing, patienceMs: number): Promise<Drawn> {
  const { promise, resolve, reject } = Promise.withResolvers<Drawn>();
  const ended = () => reject(new PictureFailed('The thread for pictures has ended'));
  const late = setTimeout(() => reject(new PictureFailed(`No picture within ${patienceMs} ms`)), patienceMs);
  worker.once('message', resolve).once('error', reject).once('exit', ended).ref();
  worker.postMessage(drawing, drawing.kind === 'curves' ? drawing.series.map(({ points }) => points.buffer) : []);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    worker.off('message', resolve).off('error', reject).off('exit', ended).unref();
  }
}
