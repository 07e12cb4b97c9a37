import type { Evidence, Testimony } from './types.ts';

/**
 * Words of strangers within evidence: what a log, an annotation or an event says, as opposed to what a server states of its own. Each
 * piece is marked where it stands, so that cutting and paging keep the marks; the marks are signs that no text of a cluster keeps.
 */

/** Evidence while an investigation runs: `marked` is its text with the marks, where there are any. */
export type HeardEvidence = Evidence & { marked?: string };

/** Whose words there are besides a server's own. */
export const testimonies = [
  'log',
  'event',
  'annotation',
  'config',
  'alert',
  'message',
  'text',
  'server',
] as const satisfies readonly Testimony[];
/** Signs of Unicode's private use area: they have no meaning, and are taken out of whatever comes in. */
const FIRST = 0xe000;
const CLOSE = '\ue00f';
const MARKS = /[\ue000-\ue00f]/g;

/** Without marks. */
export const bare = (text: string): string => text.replaceAll(MARKS, '');

/** The text as somebody else's words; line by line, since it is searched and cut by lines. */
export function heardAs(kind: Testimony, text: string): string {
  const open = String.fromCharCode(FIRST + testimonies.indexOf(kind));
  return bare(text)
    .split('\n')
    .map((line) => (line.trim() === '' ? line : `${open}${line}${CLOSE}`))
    .join('\n');
}

interface Parts {
  /** What is left without the words of strangers. */
  own: string;
  heard: Map<Testimony, string>;
}

/** Tells the server's own words from those of strangers. What was cut off from its mark counts as a stranger's. */
export function partsOf(marked: string): Parts {
  const heard = new Map<Testimony, string>();
  const hear = (kind: Testimony, words: string) => heard.set(kind, `${heard.get(kind) ?? ''}${words}\n`);
  const own = marked.split('\n').map((line) => {
    let rest = line;
    const close = rest.indexOf(CLOSE);
    const open = rest.search(/[\ue000-\ue00e]/);
    if (close >= 0 && (open < 0 || close < open)) {
      hear('text', rest.slice(0, close));
      rest = rest.slice(close + 1);
    }
    return rest.replaceAll(/([\ue000-\ue00e])([^\ue00f]*)(?:\ue00f|$)/g, (_whole, sign: string, words: string) => {
      hear(testimonies[sign.charCodeAt(0) - FIRST] ?? 'text', words);
      return ' ';
    });
  });
  return { own: own.join('\n'), heard };
}

/** Text as evidence holds it: as a model sees it, with the kinds of strangers' words in it. */
export function heardIn(marked: string): Pick<HeardEvidence, 'text' | 'heard' | 'marked'> {
  const { heard } = partsOf(marked);
  const text = bare(marked);
  return heard.size === 0 ? { text } : { text, heard: [...heard.keys()], marked };
}

/** A text that somebody wrote, as opposed to a setting, a name or an address: words with spaces, or a sentence joined with hyphens. */
export function isProse(value: string): boolean {
  if (!/\p{L}/u.test(value)) return false;
  if (/[^\x21-\x7e]/.test(value) || value.length > 253) return true;
  // What stands before a slash is an address or the domain of a key: `node.kubernetes.io/not-ready`.
  const parts = value
    .slice(value.lastIndexOf('/') + 1)
    .toLowerCase()
    .split(/[-_.,:;+=]+/);
  return parts.length >= 3 && parts.some((part) => SMALL_WORDS.has(part));
}

const SMALL_WORDS = new Set(
  'is are was were be been the a an not and has have must should every all always never this that'.split(' '),
);

/**
 * A sentence of Kubernetes or of this house. It is its writer's own word but for what it quotes: text in quotation marks, and what an
 * admission webhook answered.
 */
export function sentenceOf(text: string): string {
  const said = bare(text);
  const quoting = DENIED.exec(said);
  const at = quoting ? quoting.index + quoting[0].length : said.length;
  const tail = said.slice(at);
  return `${quotesOut(said.slice(0, at))}${tail === '' ? '' : heardAs('message', tail)}`;
}

/** https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ */
const DENIED = /denied the request:\s*/;

/** Quotation marks that are never closed quote all that follows. */
function quotesOut(text: string): string {
  return text.replaceAll(
    /"((?:[^"\\]|\\.)*)("|$)/g,
    (_whole, quoted: string, close: string) =>
      `"${isProse(quoted) && !/^[\w.+-]+:\/\/\S+$/.test(quoted) ? heardAs('message', quoted) : quoted}${close}`,
  );
}
