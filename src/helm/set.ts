import type { Json, JsonObject } from '../tools/types.ts';
import { at, isMap } from './json.ts';
import { ChartError } from './types.ts';

/** Values as `--set` takes them: `a.b=1,c[0].d=x,e={f,g}`. https://helm.sh/docs/intro/using_helm/#the-format-and-limitations-of---set */

const LAST_INDEX = 65_536;
const DEEPEST = 30;

type Parse = { text: string; at: number; isText: boolean };

/** Sets what the text says in `into`. With `isText`, every value stays text, as with `--set-string`. Throws ChartError. */
export function setValues(text: string, into: JsonObject, isText = false): JsonObject {
  const parse: Parse = { text, at: 0, isText };
  while (parse.at < text.length) readKey(parse, into, 0);
  return into;
}

/** Up to one of `stops`, which is taken, too; a backslash makes the next character plain. */
function until(parse: Parse, stops: string): { word: string; stop: string | undefined } {
  let word = '';
  while (parse.at < parse.text.length) {
    const character = parse.text[parse.at] ?? '';
    parse.at += 1;
    if (stops.includes(character)) return { word, stop: character };
    if (character !== '\\') word += character;
    else {
      word += parse.text[parse.at] ?? '';
      parse.at += 1;
    }
  }
  return { word, stop: undefined };
}

function readKey(parse: Parse, map: JsonObject, depth: number): void {
  const { word: key, stop } = until(parse, '=[,.');
  if (depth > DEEPEST) throw wrong('is nested too deep');
  if (key === '__proto__') throw wrong('holds a key that cannot be one');
  if (stop === undefined || stop === ',') throw wrong(`has a key without a value: ${key.slice(0, 60)}`);
  if (stop === '=') {
    put(map, key, readValue(parse));
    return;
  }
  const present = at(map, key) ?? undefined;
  if (stop === '[') {
    if (present !== undefined && !Array.isArray(present)) throw wrong(`takes ${key.slice(0, 60)} for a list`);
    put(map, key, readItem(parse, present ?? [], depth));
    return;
  }
  if (present !== undefined && !isMap(present)) throw wrong(`takes ${key.slice(0, 60)} for a map`);
  const inner = present ?? {};
  readKey(parse, inner, depth + 1);
  if (Object.keys(inner).length === 0) throw wrong(`has a key without a value: ${key.slice(0, 60)}`);
  put(map, key, inner);
}

/** An empty key is left out, as Helm does. */
function put(map: JsonObject, key: string, value: Json): void {
  if (key !== '') map[key] = value;
}

function readItem(parse: Parse, list: Json[], depth: number): Json[] {
  const { word, stop: end } = until(parse, ']');
  const index = /^\d{1,6}$/.test(word) ? Number(word) : Number.NaN;
  if (end === undefined || !(index <= LAST_INDEX)) throw wrong('has an index that is none');
  const { word: between, stop } = until(parse, '[.=');
  if (between !== '' || stop === undefined) throw wrong('goes on after an index in a way that it cannot');
  const present = list[index] ?? undefined;
  let value: Json;
  if (stop === '=') value = readValue(parse);
  else if (stop === '[') value = readItem(parse, Array.isArray(present) ? present : [], depth + 1);
  else {
    value = isMap(present) ? present : {};
    readKey(parse, value, depth + 1);
  }
  while (list.length < index) list.push(null);
  list[index] = value;
  return list;
}

function readValue(parse: Parse): Json {
  if (parse.text[parse.at] !== '{') return typed(until(parse, ',').word, parse.isText);
  parse.at += 1;
  const list: Json[] = [];
  for (;;) {
    const { word, stop } = until(parse, ',}');
    if (stop === undefined) throw wrong('has a list that does not end with }');
    list.push(typed(word, parse.isText));
    if (stop === ',') continue;
    if (parse.text[parse.at] === ',') parse.at += 1;
    return list;
  }
}

function typed(word: string, isText: boolean): Json {
  if (isText) return word;
  const said = word.toLowerCase();
  if (said === 'true' || said === 'false') return said === 'true';
  if (said === 'null') return null;
  if (word === '0') return 0;
  // Beyond whole numbers that a float holds exactly, digits are more likely an id.
  return /^[+-]?[1-9]\d*$/.test(word) && Number.isSafeInteger(Number(word)) ? Number(word) : word;
}

const wrong = (what: string) => new ChartError('VALUES_INVALID', `What is to be set ${what}`);
