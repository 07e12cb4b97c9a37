import { type Delivery, NotYet } from '../../src/chat/types.ts';
import type { Api } from './api.ts';
import type { Place } from './earlier.ts';
import { SlackCallError } from './errors.ts';
import { type SentFile, type SentMessage, sentFile } from './message-id.ts';
import type { SlackOptions } from './options.ts';
import type { Progress } from './outbound.ts';
import type { Rendered } from './render.ts';

const MOST_FAILURES = 3;
const AGAIN_MS = 5000;

type Uploading = (delivery: Delivery, rendered: Rendered, place: Place, so: Progress) => Promise<void>;

/** Puts a message's files and pictures into its thread. An edit adds what is new; once the card is closed, also what has changed. */
export function createFiles({
  api,
  onError,
  picture,
}: Pick<SlackOptions, 'picture' | 'onError'> & { api: Api }): Uploading {
  return async ({ key, message }, rendered, place, so) => {
    const [first] = so.sent;
    const wanted = listOf(rendered, picture !== undefined);
    if (wanted.length === 0 || !first || so.uploadFailures >= MOST_FAILURES) return;
    const sent = known(so.files, wanted);
    so.files = sent;
    const threadTs = place.threadTs ?? first.ts;
    const isClosed = message.card?.closed === true;
    try {
      for (const file of wanted.filter(({ print }) => isMissing(print, sent, isClosed))) {
        const bytes =
          'content' in file ? Buffer.from(file.content) : await picture?.(file.chart, file.title, message.language);
        if (bytes) await api.upload({ channel: place.channel, threadTs, name: file.name, title: file.title, bytes });
        note(sent, file.print);
      }
    } catch (error) {
      so.uploadFailures += 1;
      onError(error, key);
      // Given up after a few times: the message itself is out, and its next edit tries again.
      if (so.uploadFailures >= MOST_FAILURES) return;
      throw new NotYet((error instanceof SlackCallError && error.retryAfterMs) || AGAIN_MS);
    }
  };
}

/** Of what an older version has uploaded it is only known that it was all there was. */
function known(files: SentMessage['files'], wanted: Wanted[]): SentFile[] {
  return files === 'unknown' ? wanted.map(({ print }) => print) : files;
}

function isMissing({ name, content }: SentFile, sent: SentFile[], isClosed: boolean): boolean {
  const before = sent.find((one) => one.name === name);
  return !before || (isClosed && before.content !== content);
}

function note(sent: SentFile[], print: SentFile): void {
  const at = sent.findIndex(({ name }) => name === print.name);
  if (at < 0) sent.push(print);
  else sent[at] = print;
}

type Wanted = { name: string; title: string; print: SentFile } & (
  | { content: string }
  | { chart: Rendered['pictures'][number]['chart'] }
);

function listOf({ files, pictures }: Rendered, canDraw: boolean): Wanted[] {
  const drawn = canDraw ? pictures.map(({ title, chart }, n) => ({ name: `chart-${n + 1}.png`, title, chart })) : [];
  return [
    ...files.map(({ name, content }) => ({ name, title: name, content, print: sentFile(name, content) })),
    ...drawn.map((one) => ({ ...one, print: sentFile(one.name, JSON.stringify(one.chart)) })),
  ];
}
