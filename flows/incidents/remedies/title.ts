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
    mitigates,
    ...params
  } = { target: undefined, set: undefined, selector: undefined, mitigates: undefined, ...remedy };
  const named = { ...params, target: target ? refText(target) : '' };
  const key = `remedies.${remedy.id}`;
  const titleIn = (t: Translate) =>
    visibleText(mitigates ? t('remedies.mitigation', { what: t(key, named) }) : t(key, named));
  return { en: titleIn(words.en), zh: titleIn(words.zh) };
}
