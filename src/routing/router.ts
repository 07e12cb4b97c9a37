import type { Intent, Routed, Router } from '../conversations/ports.ts';
import { normalise } from '../flow/clarify/normalise.ts';
import { asksClearly } from './asking.ts';
import { type IndexedIntent, type Intents, parseIntents } from './intents.ts';
import { detectLanguage } from './language.ts';
import { createNearest } from './nearest.ts';
import { score, sentenceOf } from './score.ts';

/** Text to intent, by words alone. */

const THRESHOLD = 0.6;
const CLOSE = 0.06;

/** A router over the text of templates/intents.yaml. Throws IntentsError when that cannot be used. */
export function createRouter(yamlText: string): Router {
  return routerOver(parseIntents(yamlText));
}

/** A router over intents that were read. */
export function routerOver({ intents, asking }: Intents): Router {
  const nearest = createNearest(intents);
  const byId = (id: string) => intents.find((intent) => intent.id === id);
  return {
    route: (text) => route(text, { intents, asking }),
    intent: (id) => {
      const found = byId(id);
      return found && publicPart(found);
    },
    args: (text, id) => {
      const found = byId(id);
      return found ? argsIn(text, found) : {};
    },
    nearest: (text, most, language) =>
      nearest(unwrap(text).words, most, language).map(({ intent, example }) => ({
        intent: publicPart(intent),
        ...(example !== undefined && { example }),
      })),
    detectLanguage,
  };
}

/** Takes a mention of the bot and `/k8s` off the front; the word after the latter names the intent. */
function route(text: string, { intents, asking }: Intents): Routed {
  const { words, isCommand } = unwrap(text);
  const said = normalise(words);
  const sentence = sentenceOf(said);
  const scored = intents
    .map((intent) => ({ intent, ...score(sentence, intent) }))
    .sort((a, b) => b.score - a.score || intents.indexOf(a.intent) - intents.indexOf(b.intent));
  const named = isCommand && scored.find(({ intent }) => intent.slash.includes(said.split(' ')[0] || 'help'));
  if (named) return { kind: 'match', intent: publicPart(named.intent), args: named.args, said: 'as-command' };
  const [best] = scored;
  if (!best || best.score < THRESHOLD) return { kind: 'none' };
  const close = scored.filter((other) => other.score >= THRESHOLD && best.score - other.score < CLOSE).slice(0, 3);
  const leadsTo = ({ intent }: (typeof close)[number]) => intent.flow ?? intent.command;
  if (close.some((other) => leadsTo(other) !== leadsTo(best)))
    return { kind: 'close', candidates: close.map(({ intent }) => publicPart(intent)) };
  const how = asksClearly(said, asking) ? 'clearly' : 'loosely';
  return { kind: 'match', intent: publicPart(best.intent), args: best.args, said: how };
}

function unwrap(text: string): { words: string; isCommand: boolean } {
  const unmentioned = text.normalize('NFKC').replace(/^\s*(?:<@[^>]*>|@\S+)[\s,:]*/, '');
  const words = unmentioned.replace(/^\s*\/k8s(?:-copilot)?(?=\s|$)/i, '');
  return { words, isCommand: words !== unmentioned };
}

/** What a sentence says of an intent's arguments. */
export function argsIn(text: string, intent: IndexedIntent): Record<string, string> {
  return score(sentenceOf(normalise(unwrap(text).words)), intent).args;
}

/** An intent as the rest of the house knows it. */
export function publicPart({ id, flow, command, title, reads, slash }: IndexedIntent): Intent {
  const [en] = slash;
  const zh = slash.find((word) => /\p{Script=Han}/u.test(word)) ?? en;
  return { id, flow, command, title, reads, ...(en !== undefined && zh !== undefined && { slash: { en, zh } }) };
}
