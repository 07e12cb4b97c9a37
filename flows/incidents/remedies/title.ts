import type { Translate } from '../../../src/chat/messages.ts';
import { visibleText } from '../../../src/chat/plain.ts';
import type { Language, LocalText } from '../../../src/chat/types.ts';
import { refText } from '../finding.ts';
import type { Remedy } from './remedy.ts';

/** What a remedy does, in one line of each language. */
export function remedyTitle(remedy: Remedy, words: Record<Language, Translate>): LocalText {
  const {
    target,
    set: _,
    selector: __,
    when: ___,
    ...params
  } = { target: undefined, set: undefined, selector: undefined, ...remedy };
  const named = { ...params, target: target ? refText(target) : '' };
  const key = `remedies.${remedy.id}`;
  return { en: visibleText(words.en(key, named)), zh: visibleText(words.zh(key, named)) };
}
