import { FunctionError } from '../function.ts';

const MOST_CHARACTERS = 10_000;

/** A piece of a layout: text as it is, or an element that stands for a part of a time. */
type LayoutPart = { text: string } | { element: string };

export const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
export const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** All elements of Go's layouts; `Jan` and `Mon` are none before a small letter. https://pkg.go.dev/time#pkg-constants */
const ELEMENTS = new RegExp(
  [
    'January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|PM|pm',
    '002|0[1-6]|15|2006|__2|_2(?!006)|[1-5]',
    '[-Z]07(?::00:00|0000|:00|00)?',
    '[.,](?:0+|9+)(?![0-9])',
  ].join('|'),
  'g',
);

/** The pieces of a layout such as `2006-01-02T15:04:05Z07:00`. */
export function layoutParts(layout: string): LayoutPart[] {
  if (layout.length > MOST_CHARACTERS) throw new FunctionError('the layout of a time is too long');
  const parts: LayoutPart[] = [];
  let at = 0;
  for (const { 0: element, index } of layout.matchAll(ELEMENTS)) {
    if (index > at) parts.push({ text: layout.slice(at, index) });
    parts.push({ element });
    at = index + element.length;
  }
  if (at < layout.length) parts.push({ text: layout.slice(at) });
  return parts;
}
