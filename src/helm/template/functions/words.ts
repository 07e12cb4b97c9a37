import type { FunctionWorld } from '../function.ts';
import { byteLength, bytesOf, sliceBytes, textOf } from './bytes.ts';
import { isLetterOrDigit, isSpace, mapRunes } from './runes.ts';

/** What sprig takes from goutils; much of it goes by bytes, and so does this. https://pkg.go.dev/github.com/Masterminds/goutils */

const DOTS = '...';
const SPACE = 0x20;

/** At most `width` bytes of a text from about `offset`, with dots for what was left out. */
export function abbreviate(text: string, offset: number, width: number): string {
  const length = byteLength(text);
  if (text === '' || width < 4) return '';
  if (length <= width) return text;
  const kept = width - DOTS.length;
  let start = Math.min(offset, length);
  if (length - start < kept) start = length - kept;
  if (start <= 4) return sliceBytes(text, 0, kept) + DOTS;
  if (width < 7) return '';
  if (start + kept < length) return DOTS + abbreviate(sliceBytes(text, start), 0, kept);
  return DOTS + sliceBytes(text, length - kept);
}

/** Without white space. As in goutils, which sprig calls, bytes beyond ASCII become characters of their own once anything is deleted. */
export function deleteSpace(text: string): string {
  const units = bytesOf(text).toString('latin1');
  const kept = [...units].filter((unit) => !isSpace(unit)).join('');
  return kept.length === units.length ? text : kept;
}

/** The first byte of every word, each as a character. */
export function initials(text: string): string {
  let gap = true;
  let letters = '';
  for (const unit of bytesOf(text).toString('latin1')) {
    if (gap && !isSpace(unit)) letters += unit;
    gap = isSpace(unit);
  }
  return letters;
}

/** Words end at white space, or, for titles, at anything that is no letter, digit or underscore. */
export function eachWord(text: string, change: (first: string) => string, ends: 'space' | 'title'): string {
  const parts = ends === 'space' ? isSpace : separates;
  let begins = true;
  return mapRunes(text, (rune) => {
    const first = begins && (ends === 'title' || !isSpace(rune));
    begins = parts(rune) || (begins && !first);
    return first ? change(rune) : rune;
  });
}

function separates(rune: string): boolean {
  if (rune <= '\u007f') return !/^\w$/.test(rune);
  return !isLetterOrDigit(rune) && isSpace(rune);
}

interface Wrapping {
  text: string;
  width: number;
  separator: string;
  /** Whether words longer than a line are broken. */
  long: boolean;
}

/** A text broken at spaces into lines of at most `width` bytes. */
export function wrapped({ text, width, separator, long }: Wrapping, world: FunctionWorld): string {
  const bytes = bytesOf(text);
  const most = Math.max(1, width);
  const lines: [start: number, end: number][] = [];
  let offset = 0;
  while (bytes.length - offset > most) {
    if (bytes[offset] === SPACE) {
      offset++;
      continue;
    }
    const space = bytes.subarray(offset, offset + most + 1).lastIndexOf(SPACE);
    const end = space >= 0 ? offset + space : longWordEnd(bytes, offset + most, long);
    if (end < 0) break;
    lines.push([offset, end]);
    offset = space >= 0 || !long ? end + 1 : end;
  }
  world.work(lines.length);
  world.grow(bytes.length + separator.length * lines.length);
  const rest = textOf(bytes.subarray(offset));
  return lines.map(([start, end]) => textOf(bytes.subarray(start, end)) + separator).join('') + rest;
}

/** Where a word that is longer than a line ends: at the line's end, or at the next space; -1 for never. */
function longWordEnd(bytes: Buffer, lineEnd: number, long: boolean): number {
  return long ? lineEnd : bytes.indexOf(SPACE, lineEnd);
}
