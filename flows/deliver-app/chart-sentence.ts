import { readSentence, type Said } from './sentence.ts';

/** What a sentence says of a Helm chart that is to be released. */

export interface ChartWish {
  /** A name, or an address; absent where a chart is spoken of and none is named. */
  reference?: string;
  /** A version, or a range of them. */
  version?: string;
  /** The release's name. */
  name?: string;
  /** As `--set` and `--set-string` take them. */
  set: string[];
  setText: string[];
  /** Values in a fence. */
  yaml?: string;
  /** The sentence without all that, read as of any application. */
  said: Said;
}

const FENCE = /```(?:ya?ml|json)?[^\S\n]*\n([\s\S]*?)(?:\n[^\S\n]*```|```|$)/;
const SPOKEN = /(?<![\w./:-])(?:helm|charts?)(?![\w./:-])|\boci:\/\//i;
const ADDRESS = /(?<![\w/=])((?:oci|https?):\/\/[^\s,;"'`<>()，。；]+)/i;
/** `bitnami/redis`: what a repository is called on somebody's machine says nothing here. */
const NAME = '(?:[a-zA-Z0-9][\\w.-]*\\/)?([a-zA-Z0-9][\\w.-]{0,100}?)';
const END = '(?=[.,;]?(?:\\s|$)|[\\u3000-\\u303f\\u4e00-\\u9fff\\uff00-\\uffef])';
const IDLE =
  'a|an|the|my|our|this|that|some|new|helm|charts?|deploy|install|upgrade|release|run|ship|publish|launch|roll|out|to|in|into|from|with|as|of|for|on|version|named|called|and|please|using|via|by|is|are|it';
const BEHIND = new RegExp(
  `(?<![\\w./:-])charts?[\\s:：]*(?:named\\s+|called\\s+|is\\s+)?(?!(?:${IDLE})(?![\\w-]))${NAME}${END}`,
  'i',
);
const BEFORE = new RegExp(
  `(?<![\\w./:-])(?!(?:${IDLE})(?![\\w-]))${NAME}(?:'s)?\\s*(?:的\\s*)?(?:helm\\s+)?chart(?![\\w./:-])`,
  'i',
);
const COMMAND = new RegExp(
  `(?<![\\w-])helm\\s+(?:install|upgrade)(?:\\s+(?:--install|-i))*\\s+(?!(?:${IDLE})(?![\\w-]))${NAME}(?:\\s+(?!(?:${IDLE}|-)(?![\\w]))${NAME})?${END}`,
  'i',
);
const NUMBER = '[vV]?\\d+(?:\\.(?:\\d+|[xX*])){0,2}(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?';
const RANGE = `((?:[\\^~]|[<>]=?\\s*)?${NUMBER})`;
/** Right behind the name a range needs no word before it. */
const FOLLOWING = new RegExp(`^\\s+(?=[\\^~<>]|[vV]?\\d+\\.)${RANGE}(?![\\w.:])`);
const VERSIONS = [
  new RegExp(`(?:--version|\\bversion|版本)[\\s:=：]*${RANGE}(?![\\w.])`, 'i'),
  /(?<![\w./:=-])([vV]?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)(?![\w.:])/,
];
/** Values end where words of another script begin. */
const SETTING =
  /(?:(--set(?:-string)?)[\s=]+)?(?<![\w/.:=?&-])([A-Za-z_][\w-]*(?:(?:\\\.|\.|\[\d+\])[\w/-]*)*)=("[^"]*"|'[^']*'|(?:\{[^}]*\}|[^\s"'{\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])*)/g;

/** Undefined where no chart is spoken of, or what was pasted is a manifest. */
export function chartIn(raw: string): ChartWish | undefined {
  const fenced = FENCE.exec(raw);
  const yaml = fenced?.[1];
  if (yaml !== undefined && /^apiVersion:/m.test(yaml) && /^kind:/m.test(yaml)) return undefined;
  const sentence = (fenced ? raw.replace(fenced[0], ' ') : raw)
    .replaceAll('`', ' ')
    .replaceAll(/[“”]/g, '"')
    .slice(0, 4000);
  if (/\{\{|^apiVersion:/m.test(sentence) || !SPOKEN.test(sentence)) return undefined;
  const address = ADDRESS.exec(sentence)?.[1]?.replace(/[.,]+$/, '');
  const bare = address === undefined ? sentence : sentence.replace(address, ' chart ');
  const { set, setText, rest } = settingsIn(bare);
  const named = address === undefined ? nameIn(rest) : { ...splitTag(address), rest };
  const version = named.version ?? versionIn(named.rest);
  const around = version === undefined ? named.rest : named.rest.replace(version, ' ');
  const plain = around
    .replaceAll(/(?<![\w-])(?:helm|charts?)(?![\w-])/gi, ' ')
    .replaceAll(/(?<![\w-])-n\s/g, ' namespace ');
  const said = readSentence(plain.replaceAll(/(?<![\w-])--(?=[a-z])/g, ' '));
  const name = named.name ?? said.wish.name;
  return {
    ...(named.reference !== undefined && { reference: named.reference }),
    ...(version !== undefined && { version: version.replace(/^[vV](?=\d)/, '') }),
    ...(name !== undefined && { name }),
    set,
    setText,
    ...(yaml !== undefined && yaml.trim() !== '' && { yaml }),
    said,
  };
}

interface Named {
  reference?: string;
  name?: string;
  version?: string;
  /** The sentence without it. */
  rest: string;
}

function nameIn(text: string): Named {
  const command = COMMAND.exec(text);
  if (command?.[1] !== undefined) {
    const [whole, first, second] = command;
    const rest = text.replace(whole, ' ');
    return second === undefined ? { reference: first, rest } : { name: first, reference: second, rest };
  }
  const behind = BEHIND.exec(text);
  const found = behind ?? BEFORE.exec(text);
  if (found?.[1] === undefined) return { rest: text };
  const rest = text.replace(found[0], ' ');
  const version = behind && FOLLOWING.exec(text.slice(behind.index + behind[0].length))?.[1];
  return { reference: found[1], rest, ...(version && { version: version.trim() }) };
}

/** `oci://host/path/web:1.4.0` */
function splitTag(address: string): Pick<Named, 'reference' | 'version'> {
  const [, reference, version] = /^(.+\/[^/:]+):([\w.+-]+)$/.exec(address) ?? [];
  return reference !== undefined && version !== undefined ? { reference, version } : { reference: address };
}

function versionIn(text: string): string | undefined {
  for (const pattern of VERSIONS) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found.replace(/[.]+$/, '');
  }
  return undefined;
}

function settingsIn(text: string): { set: string[]; setText: string[]; rest: string } {
  const set: string[] = [];
  const setText: string[] = [];
  const rest = text
    .normalize('NFKC')
    .replaceAll(SETTING, (_whole, flag: string | undefined, key: string, value: string) => {
      const isQuoted = /^["']/.test(value);
      const plain = isQuoted ? value.slice(1, -1).replaceAll(/[\\,]/g, '\\$&') : value.replace(/[,;.]+$/, '');
      (flag === '--set-string' ? setText : set).push(`${key}=${plain}`);
      return ' , ';
    });
  return { set, setText, rest };
}
