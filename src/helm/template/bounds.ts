import { FunctionError } from './function.ts';

/** What one value may be written as. */
const MOST_CHARACTERS = 5_000_000;
/** Each value counts as this much more, so that little text in very many values comes to an end, too. */
const EACH = 8;

/** A value is too large to be written at all; nothing answers with less instead. */
export class TooLarge extends FunctionError {
  constructor() {
    super('the text grows beyond what a rendering may be');
  }
}

/** How much of a value was written. */
export interface Written {
  characters: number;
}

/** Counts one more value of this many characters. Throws TooLarge. */
export function count(written: Written, characters: number): void {
  written.characters += characters + EACH;
  if (written.characters > MOST_CHARACTERS) throw new TooLarge();
}

/** The text itself, unless it is too long. */
export function bounded(text: string): string {
  if (text.length > MOST_CHARACTERS) throw new TooLarge();
  return text;
}
