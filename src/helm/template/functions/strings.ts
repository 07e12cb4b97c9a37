import { FunctionError, type FunctionWorld } from '../function.ts';
import { printValue } from '../printf.ts';
import { quoteText } from '../text-formats.ts';
import { compareText, isList, newMap, type TemplateMap } from '../values.ts';
import { byteLength, isAscii, sliceBytes } from './bytes.ts';
import { toCamelCase, toConnected } from './cases.ts';
import { outOfBounds } from './errors.ts';
import { isLower, isSpace, isTitle, isUpper, mapRunes, toLower, toTitle, toUpper } from './runes.ts';
import { any, count, type Definition, takes, takesAlso, text } from './signature.ts';
import { joined, present, textOfValue, textsOf } from './texts.ts';
import { abbreviate, deleteSpace, eachWord, initials, wrapped } from './words.ts';

/** Functions of strings. https://masterminds.github.io/sprig/strings.html */
export const strings: Readonly<Record<string, Definition>> = {
  trim: takes([text], ([value]) => trimSpace(value)),
  trimAll: takes([text, text], ([cut, value]) => trimAll(cut, value)),
  trimall: takes([text, text], ([cut, value]) => trimAll(cut, value)),
  trimSuffix: takes([text, text], ([end, value]) =>
    value.endsWith(end) ? value.slice(0, value.length - end.length) : value,
  ),
  trimPrefix: takes([text, text], ([start, value]) => (value.startsWith(start) ? value.slice(start.length) : value)),
  upper: byCharacter((value) => (isAscii(value) ? value.toUpperCase() : mapRunes(value, toUpper))),
  lower: byCharacter((value) => (isAscii(value) ? value.toLowerCase() : mapRunes(value, toLower))),
  title: byCharacter((value) => eachWord(value, toTitle, 'title')),
  untitle: byCharacter((value) => eachWord(value, toLower, 'space')),
  swapcase: byCharacter(swapCase),
  snakecase: byCharacter((value) => toConnected(value, '_')),
  kebabcase: byCharacter((value) => toConnected(value, '-')),
  camelcase: byCharacter(toCamelCase),
  repeat: takes([count, text], ([times, value], world) => {
    if (times < 0) throw new FunctionError('strings: negative Repeat count');
    world.grow(times * value.length);
    return value.repeat(times);
  }),
  substr: takes([count, count, text], ([start, end, value]) => substring(start, end, value)),
  trunc: takes([count, text], ([length, value]) => truncated(length, value)),
  abbrev: takes([count, text], ([width, value]) => (width < 4 ? value : abbreviate(value, 0, width))),
  abbrevboth: takes([count, count, text], ([left, right, value]) =>
    right < 4 || (left > 0 && right < 7) ? value : abbreviate(value, left, right),
  ),
  nospace: byCharacter(deleteSpace),
  initials: byCharacter(initials),
  wrap: takes([count, text], ([width, value], world) =>
    wrapped({ text: value, width, separator: '\n', long: false }, world),
  ),
  wrapWith: takes([count, text, text], ([width, separator, value], world) =>
    wrapped({ text: value, width, separator: separator || '\n', long: true }, world),
  ),
  contains: takes([text, text], ([part, value]) => value.includes(part)),
  hasPrefix: takes([text, text], ([start, value]) => value.startsWith(start)),
  hasSuffix: takes([text, text], ([end, value]) => value.endsWith(end)),
  quote: takesAlso([[], any], (_, values, world) =>
    joined(
      present(values).map((value) => quoteText(textOfValue(value))),
      ' ',
      world,
    ),
  ),
  squote: takesAlso([[], any], (_, values, world) =>
    joined(
      present(values).map((value) => `'${printValue(value)}'`),
      ' ',
      world,
    ),
  ),
  cat: takesAlso([[], any], (_, values, world) => joined(present(values).map(printValue), ' ', world)),
  indent: takes([count, text], ([width, value], world) => indented(width, value, world)),
  nindent: takes([count, text], ([width, value], world) => `\n${indented(width, value, world)}`),
  replace: takes([text, text, text], ([from, to, value], world) => replaced({ from, to, value }, world)),
  plural: takes([text, text, count], ([one, many, number]) => (number === 1 ? one : many)),
  toString: takes([any], ([value]) => textOfValue(value)),
  toStrings: takes([any], ([value]) => textsOf(value)),
  join: takes([text, any], ([separator, value], world) => joined(textsOf(value), separator, world)),
  split: takes([text, text], ([separator, value], world) => numbered(splitText(value, separator), world)),
  splitn: takes([text, count, text], ([separator, most, value], world) =>
    numbered(splitText(value, separator, most), world),
  ),
  splitList: takes([text, text], ([separator, value], world) => counted(splitText(value, separator), world)),
  sortAlpha: takes([any], ([value]) => (isList(value) ? textsOf(value).sort(compareText) : [textOfValue(value)])),
};

/** Characters that are looked at one by one and count as a step of work. */
const CHARACTERS_PER_STEP = 4;

function byCharacter(answer: (value: string) => string): Definition {
  return takes([text], ([value], world) => {
    world.work(value.length / CHARACTERS_PER_STEP);
    return answer(value);
  });
}

function trimAll(cut: string, value: string): string {
  const runes = new Set(cut);
  return trimRunes(value, (rune) => runes.has(rune));
}

/** All white space is of single units. */
function trimSpace(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isSpace(value[start] ?? '')) start++;
  while (end > start && isSpace(value[end - 1] ?? '')) end--;
  return value.slice(start, end);
}

function trimRunes(value: string, drop: (rune: string) => boolean): string {
  const runes = [...value];
  let start = 0;
  let end = runes.length;
  while (start < end && drop(runes[start] ?? '')) start++;
  while (end > start && drop(runes[end - 1] ?? '')) end--;
  return runes.slice(start, end).join('');
}

/** Upper becomes lower, lower becomes upper, and title case where a word begins. */
function swapCase(value: string): string {
  let begins = true;
  return mapRunes(value, (rune) => {
    const first = begins;
    const cased = isUpper(rune) || isTitle(rune) || isLower(rune);
    begins = cased ? false : isSpace(rune);
    if (!cased) return rune;
    if (!isLower(rune)) return toLower(rune);
    return first ? toTitle(rune) : toUpper(rune);
  });
}

function substring(start: number, end: number, value: string): string {
  const length = byteLength(value);
  const from = start < 0 ? 0 : start;
  const to = start >= 0 && (end < 0 || end > length) ? length : end;
  if (to > length || to < 0 || from > to) throw outOfBounds(from, to, length);
  return sliceBytes(value, from, to);
}

function truncated(length: number, value: string): string {
  const all = byteLength(value);
  if (length < 0) return all + length > 0 ? sliceBytes(value, all + length) : value;
  return all > length ? sliceBytes(value, 0, length) : value;
}

function indented(width: number, value: string, world: FunctionWorld): string {
  if (width < 0) throw new FunctionError('strings: negative Repeat count');
  const lines = value.split('\n');
  world.grow(value.length + width * lines.length);
  const pad = ' '.repeat(width);
  return pad + lines.join(`\n${pad}`);
}

interface Replacement {
  from: string;
  to: string;
  value: string;
}

/** An empty text is found before, between and after all characters. */
function replaced({ from, to, value }: Replacement, world: FunctionWorld): string {
  if (from !== '') return joined(value.split(from), to, world);
  const runes = [...value];
  world.grow(value.length + to.length * (runes.length + 1));
  return to + runes.map((rune) => rune + to).join('');
}

/** strings.SplitN of Go: no parts for 0, all for less, the last part the rest of the text. */
function splitText(value: string, separator: string, most = -1): string[] {
  if (most === 0) return [];
  const parts = separator === '' ? [...value] : value.split(separator);
  if (most < 0 || parts.length <= most) return parts;
  return [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
}

function counted(parts: string[], world: FunctionWorld): string[] {
  world.grow(parts.length);
  return parts;
}

function numbered(parts: string[], world: FunctionWorld): TemplateMap {
  world.work(parts.length);
  const map = newMap();
  parts.forEach((part, place) => {
    map[`_${place}`] = part;
  });
  return map;
}
