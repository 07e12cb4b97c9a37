import { type Delivery, NotYet } from '../../src/chat/types.ts';
import type { Api } from './api.ts';
import type { Place } from './earlier.ts';
import { SlackCallError } from './errors.ts';
import type { SlackOptions } from './options.ts';
import type { Progress } from './outbound.ts';
import type { Rendered } from './render.ts';

const MOST_FAILURES = 3;
const AGAIN_MS = 5000;

/** Puts a message's files and pictures into its thread, once in its life: edits leave them as they are. */
export function createFiles({
  api,
  onError,
  picture,
}: Pick<SlackOptions, 'picture' | 'onError'> & { api: Api }): (
  delivery: Delivery,
  rendered: Rendered,
  place: Place,
  so: Progress,
) => Promise<void> {
  return async ({ key, message }, rendered, place, so) => {
    const [first] = so.sent;
    const wanted = listOf(rendered, picture !== undefined);
    if (so.files || wanted.length === 0 || !first || so.uploadFailures >= MOST_FAILURES) return;
    const threadTs = place.threadTs ?? first.ts;
    try {
      while (so.uploaded < wanted.length) {
        const file = wanted[so.uploaded];
        if (!file) break;
        const bytes =
          'content' in file ? Buffer.from(file.content) : await picture?.(file.chart, file.title, message.language);
        if (bytes) await api.upload({ channel: place.channel, threadTs, name: file.name, title: file.title, bytes });
        so.uploaded += 1;
      }
      so.files = true;
    } catch (error) {
      so.uploadFailures += 1;
      onError(error, key);
      // Given up after a few times: the message itself is out, and its next edit tries again.
      if (so.uploadFailures >= MOST_FAILURES) return;
      throw new NotYet((error instanceof SlackCallError && error.retryAfterMs) || AGAIN_MS);
    }
  };
}

type Wanted =
  | { name: string; title: string; content: string }
  | { name: string; title: string; chart: Rendered['pictures'][number]['chart'] };

function listOf({ files, pictures }: Rendered, canDraw: boolean): Wanted[] {
  return [
    ...files.map(({ name, content }) => ({ name, title: name, content })),
    ...(canDraw ? pictures.map(({ title, chart }, n) => ({ name: `chart-${n + 1}.png`, title, chart })) : []),
  ];
}
