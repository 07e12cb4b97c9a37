import { Converter } from 'opencc-js/t2cn';

/** What a person typed is read up to this many characters; patterns never see more. */
const MAX_TEXT = 2_000;

const DIGITS = '零一二三四五六七八九';
const ENGLISH_NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const HAN_NUMERAL = /[零一二三四五六七八九两十]+(?=\s*(?:个|台|节点|副本|可用区|核|千|万|天|月|年|周|小时|分钟))/g;
const ENGLISH_NUMERAL = new RegExp(`\\b(?:${ENGLISH_NUMBERS.join('|')})\\b`, 'g');

/**
 * Brings a text to the one form in which words are compared: half-width, lower case, simplified Chinese, numerals before
 * a measure word as digits, `,` for every pause, single spaces. Punctuation inside a word (`node.js`, `10.0.0.0/16`) stays.
 */
export function normalise(text: string): string {
  return simplify(text.slice(0, MAX_TEXT).normalize('NFKC').toLowerCase())
    .replace(/['’`]/g, '')
    .replace(/[-=]+>|→/g, ' to ')
    .replace(/(\d),(?=\d{3}(?!\d))/g, '$1')
    .replace(/[,，、。;；!！?？\n]/g, ' , ')
    .replace(/\.(?=\s|$)/g, ' , ')
    .replace(/[^\p{L}\p{N}\p{Sc}\s,.:/%+_-]/gu, ' ')
    .replace(/(?<![\p{L}\p{N}])[.:/%+_-]+|[.:/_-]+(?![\p{L}\p{N}])/gu, ' ')
    .replace(HAN_NUMERAL, (numeral) => String(hanNumber(numeral)))
    .replace(ENGLISH_NUMERAL, (word) => String(ENGLISH_NUMBERS.indexOf(word) + 1))
    .replace(/\s+/g, ' ')
    .replace(/(?: ,)+(?= ,)/g, '')
    .replace(/^[ ,]+|[ ,]+$/g, '');
}

/** Up to 99: `十二` is 12, `三十` is 30. */
function hanNumber(numeral: string): number {
  const digit = (text: string) => (text === '两' ? 2 : Math.max(0, DIGITS.indexOf(text)));
  const [tens, units] = numeral.split('十');
  if (units === undefined) return Number([...numeral].map(digit).join(''));
  return (tens ? digit(tens) : 1) * 10 + (units ? digit(units) : 0);
}

let toSimplified: ReturnType<typeof Converter> | undefined;
let gb2312: Set<string> | undefined;

/** Taiwan's and Hong Kong's characters and words to the mainland's. The dictionary (3 MB) is built at the first traditional text. */
function simplify(text: string): string {
  const han = text.match(/\p{Script=Han}/gu);
  if (!han) return text;
  gb2312 ??= simplifiedCharacters();
  const simplified = gb2312;
  if (han.every((character) => simplified.has(character))) return text;
  toSimplified ??= Converter({ from: 'twp', to: 'cn' });
  return toSimplified(text);
}

/** The 6,763 characters of GB 2312, decoded from its own table: text of nothing else is simplified already. */
function simplifiedCharacters(): Set<string> {
  const bytes: number[] = [];
  for (let row = 0xb0; row <= 0xf7; row++) for (let cell = 0xa1; cell <= 0xfe; cell++) bytes.push(row, cell);
  return new Set(new TextDecoder('gb18030').decode(new Uint8Array(bytes)));
}
