import { distance } from 'fastest-levenshtein';
import { choicesOf, type Form, valueOfChoice } from './fields.ts';
import type { ClarifyCommand } from './state.ts';
import type { ClarifyField, ClarifyValue, ClarifyValues } from './template.ts';
import { networksIn, numbersIn } from './values.ts';
import { termsOfChoice } from './vocabulary.ts';
import { isNegated, occurrences } from './words.ts';

const COMMANDS: Record<ClarifyCommand, RegExp> = {
  back: /^(?:(?:go )?back|previous|undo|上一步|上一个|返回|后退|退回|回退)$/,
  defaults:
    /^(?:(?:use )?(?:the )?defaults?|(?:use )?default values|用?(?:默认|缺省|预设)(?:值|设置|配置)?|都?用默认的?吧?|使用默认(?:值)?|其余默认|剩下的?(?:都)?用?默认)$/,
  cancel: /^(?:cancel|never ?mind|forget it|quit|exit|取消|算了|不做了|不弄了|退出)(?: it| this|吧)?$/,
  'take-nearest': /^(?:take (?:the )?nearest|take it|accept|接受|就这样|采用|用这个|按建议)(?:吧|来)?$/,
};

/** The command that a normalised text is as a whole, if it is one. */
export function commandIn(text: string): ClarifyCommand | undefined {
  const names: ClarifyCommand[] = ['back', 'defaults', 'cancel', 'take-nearest'];
  return names.find((name) => COMMANDS[name].test(text));
}

const PICK = /^(?:选项?|第|option |number |no\.? ?|the )?(\d{1,2})(?:st|nd|rd|th)?(?: ?(?:个|项|号|one|option))?$/;
const HAN_PICK = /^(?:选|第|选第)([一二三四五六七八九])(?:个|项)?$/;
const YES =
  /^(?:y|yes|yep|yeah|ok|okay|sure|true|on|please|enable|是|是的|好|好的|要|需要|对|开|开启|打开|可以|行)(?: please|的|吧)?$/;
const NO = /^(?:n|no|nope|false|off|disable|no thanks|否|不|不要|不用|不需要|不是|不行|关|关闭|无)(?:了|的|吧)?$/;

/** The value a text gives as a direct answer to the field's question: a number of the list, a choice's exact words, yes or no, a figure. */
export function exactAnswer(
  form: Form,
  field: ClarifyField,
  text: string,
  values: ClarifyValues,
): ClarifyValue | undefined {
  const choices = choicesOf(form, field, values);
  const named = choices.find((choice) => termsOfChoice(field, choice).includes(text));
  if (named) return valueOfChoice(field, named.id);
  switch (field.type) {
    case 'yesno':
      if (YES.test(text)) return true;
      if (NO.test(text)) return false;
      return picked(text, field, choices);
    case 'choice':
      return picked(text, field, choices);
    case 'integer':
    case 'money':
      return /^[¥$]?[\d.]+ ?[kw千万]?(?: ?\p{L}{1,3})?$/u.test(text)
        ? only(numbersIn(text).map(({ value }) => value))
        : undefined;
    case 'cidr':
      return only(networksIn(text).map(({ value }) => value));
    case 'text':
      return undefined;
  }
}

function picked(text: string, field: ClarifyField, choices: { id: string }[]): ClarifyValue | undefined {
  const han = HAN_PICK.exec(text)?.[1];
  const number = han ? '一二三四五六七八九'.indexOf(han) + 1 : Number(PICK.exec(text)?.[1] ?? 0);
  const choice = choices[number - 1];
  return choice && valueOfChoice(field, choice.id);
}

/** The value of a text that speaks around the answer ("the high one", "大概 5 个吧") or misspells it; undefined when two fit. */
export function looseAnswer(
  form: Form,
  field: ClarifyField,
  text: string,
  values: ClarifyValues,
): ClarifyValue | undefined {
  if (field.type === 'integer' || field.type === 'money') return only(numbersIn(text).map(({ value }) => value));
  if (field.type === 'cidr') return only(networksIn(text).map(({ value }) => value));
  const terms = choicesOf(form, field, values).flatMap((choice) =>
    termsOfChoice(field, choice).map((term) => ({ term, value: valueOfChoice(field, choice.id) })),
  );
  const said = terms.filter(({ term }) => occurrences(text, term).some((span) => !isNegated(text, span)));
  return only(said.map(({ value }) => value)) ?? only(nearest(text, terms));
}

function nearest(text: string, terms: { term: string; value: ClarifyValue }[]): ClarifyValue[] {
  const scored = terms
    .filter(({ term }) => term.length >= 2)
    .map(({ term, value }) => ({ value, off: distance(term, text), allowed: Math.max(1, Math.floor(term.length / 4)) }))
    .filter(({ off, allowed }) => off <= allowed && off < text.length);
  const best = Math.min(...scored.map(({ off }) => off));
  return scored.filter(({ off }) => off === best).map(({ value }) => value);
}

function only<Value>(values: Value[]): Value | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}
