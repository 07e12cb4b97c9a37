import type { Intent, Routed, Router } from '../conversations/ports.ts';
import { normalise } from '../flow/clarify/normalise.ts';
import { type IndexedIntent, parseIntents } from './intents.ts';
import { detectLanguage } from './language.ts';
import { score } from './score.ts';

/** Text to intent, by words alone. */

const THRESHOLD = 0.6;
const CLOSE = 0.06;

/** A router over the text of templates/intents.yaml. Throws IntentsError when that cannot be used. */
export function createRouter(yamlText: string): Router {
  const intents = parseIntents(yamlText);
  return {
    route: (text) => route(text, intents),
    intent: (id) => {
      const found = intents.find((intent) => intent.id === id);
      return found && publicPart(found);
    },
    detectLanguage,
  };
}

/** Takes a mention of the bot and `/k8s` off the front; the word after the latter names the intent. */
function route(text: string, intents: readonly IndexedIntent[]): Routed {
  const { words, isCommand } = unwrap(text);
  const said = normalise(words);
  const scored = intents
    .map((intent) => ({ intent, ...score(said, intent) }))
    .sort((a, b) => b.score - a.score || intents.indexOf(a.intent) - intents.indexOf(b.intent));
  const named = isCommand && scored.find(({ intent }) => intent.slash.includes(said.split(' ')[0] || 'help'));
  if (named) return { kind: 'match', intent: publicPart(named.intent), args: named.args };
  const [best] = scored;
  if (!best || best.score < THRESHOLD) return { kind: 'none' };
  const close = scored.filter((other) => other.score >= THRESHOLD && best.score - other.score < CLOSE).slice(0, 3);
  const leadsTo = ({ intent }: (typeof close)[number]) => intent.flow ?? intent.command;
  if (close.some((other) => leadsTo(other) !== leadsTo(best)))
    return { kind: 'close', candidates: close.map(({ intent }) => publicPart(intent)) };
  return { kind: 'match', intent: publicPart(best.intent), args: best.args };
}

function unwrap(text: string): { words: string; isCommand: boolean } {
  const unmentioned = text.normalize('NFKC').replace(/^\s*(?:<@[^>]*>|@\S+)[\s,:]*/, '');
  const words = unmentioned.replace(/^\s*\/k8s(?:-copilot)?(?=\s|$)/i, '');
  return { words, isCommand: words !== unmentioned };
}

function publicPart({ id, flow, command, title }: IndexedIntent): Intent {
  return { id, flow, command, title };
}
