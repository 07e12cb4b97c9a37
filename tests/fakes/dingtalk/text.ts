import { LIMITS } from './limits.ts';
import { object, parsed, text, type World } from './world.ts';

export interface Content {
  title: string;
  text: string;
  mediaId?: string;
  fileName?: string;
}

/** What a `msgKey` with its `msgParam` says; a string is why DingTalk would not take it. */
export function contentOf(world: World, msgKey: string, msgParam: unknown): Content | string {
  if (typeof msgParam !== 'string') return 'msgParam is no string of JSON';
  const param = parsed(msgParam);
  if (param === undefined) return 'msgParam is no JSON';
  const field = (name: string): string => text(object(param)[name]);
  switch (msgKey) {
    case 'sampleText':
      return plain(field('content'));
    case 'sampleMarkdown':
      return markdown(world, field('title'), field('text'));
    case 'sampleImageMsg':
      return file(world, field('photoURL'), '');
    case 'sampleFile':
      if (!field('fileName') || !field('fileType')) return 'sampleFile without fileName or fileType';
      return file(world, field('mediaId'), field('fileName'));
    default:
      return /^sampleActionCard[1-6]?$/.test(msgKey)
        ? markdown(world, field('title'), field('text'))
        : `unknown msgKey ${msgKey}`;
  }
}

export function plain(content: string): Content | string {
  return content ? { title: '', text: content } : 'an empty text';
}

/** Plain messages have no tables, and end somewhere. A picture must be one that was uploaded, or have an address. */
export function markdown(world: World, title: string, source: string): Content | string {
  if (!title || !source) return 'markdown without a title or a text';
  if (source.length > LIMITS.markdown) return `markdown of ${source.length} characters`;
  if (/^\s*\|?\s*:?-{3,}:?\s*\|/m.test(source.replaceAll(/```[\s\S]*?```/g, ''))) return 'a table in a plain message';
  for (const [, target = ''] of source.matchAll(/!\[[^\]]*\]\(([^)\s]+)/g))
    if (target.startsWith('@') && !world.media.has(target)) return `a picture nobody uploaded: ${target}`;
  return { title, text: source };
}

function file(world: World, mediaId: string, fileName: string): Content | string {
  if (/^https?:\/\//.test(mediaId)) return { title: '', text: '', mediaId, fileName };
  if (!world.media.has(mediaId)) return `a file nobody uploaded: ${mediaId}`;
  return { title: '', text: '', mediaId, fileName };
}
