import { type AnyChart, type Language, NotYet } from '../../src/chat/types.ts';
import type { Api } from './api.ts';
import type { Lanes } from './lanes.ts';
import { createMemory } from './memory.ts';
import { digest } from './refs.ts';
import { wordDocument } from './render-document.ts';

/** Draws a chart as a PNG. */
export type Picture = (chart: AnyChart, title: string, language: Language) => Promise<Uint8Array>;

/** Pictures and files at DingTalk, each uploaded once. */
export interface Media {
  /** Media ids by title. What cannot be drawn or uploaded is missing: the message is complete without. */
  pictures(wanted: { title: string; chart: AnyChart }[], language: Language): Promise<Map<string, string>>;
  /** The media id of a text as a document. Throws DingTalkError, and NotYet. */
  file(file: { name: string; mime: string; content: string }): Promise<string>;
}

export interface MediaOptions {
  api: Pick<Api, 'upload'>;
  lanes: Lanes;
  picture: Picture | undefined;
  onError(error: unknown, where: string): void;
}

/** Makes the store of what was uploaded; it remembers the last few hundred. */
export function createMedia({ api, lanes, picture, onError }: MediaOptions): Media {
  const known = createMemory<Promise<string>>(500);

  /** Once for all who ask; forgotten where it failed. */
  function once(key: string, make: () => Promise<string>): Promise<string> {
    const before = known.get(key);
    if (before) return before;
    const running = make();
    known.set(key, running);
    running.catch(() => known.delete(key));
    return running;
  }

  const upload: Api['upload'] = (type, file) =>
    lanes.run('upload', `${type} ${digest(file.content)}`, () => api.upload(type, file));

  async function drawn(draw: Picture, { title, chart }: { title: string; chart: AnyChart }, language: Language) {
    return once(`picture ${language} ${digest(JSON.stringify([title, chart]))}`, async () => {
      const content = await draw(chart, title, language);
      return upload('image', { name: 'chart.png', mime: 'image/png', content });
    });
  }

  return {
    async pictures(wanted, language) {
      const ids = new Map<string, string>();
      if (!picture) return ids;
      for (const one of wanted) {
        try {
          ids.set(one.title, await drawn(picture, one, language));
        } catch (error) {
          if (error instanceof NotYet) throw error;
          onError(error, 'picture');
        }
      }
      return ids;
    },
    file: ({ name, mime, content }) =>
      once(`file ${digest(`${name} ${content}`)}`, () =>
        upload('file', { name, mime, content: wordDocument(content) }),
      ),
  };
}
