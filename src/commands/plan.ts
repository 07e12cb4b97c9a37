import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionsBlocks } from '../../flows/plan-cluster/cards.ts';
import { clarifySources, wantedOf } from '../../flows/plan-cluster/clarify.ts';
import { loadKnowledge } from '../../flows/plan-cluster/knowledge.ts';
import { optionsJson } from '../../flows/plan-cluster/options-json.ts';
import { recommend } from '../../flows/plan-cluster/recommend.ts';
import { loadMessages } from '../chat/messages.ts';
import { plainText } from '../chat/plain.ts';
import { begin } from '../flow/clarify/engine.ts';
import { parseClarifyTemplate } from '../flow/clarify/template.ts';
import { detectLanguage } from '../routing/language.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', 'templates');

interface Planned {
  ok: boolean;
  /** As `plan -o json` prints it. */
  json: ReturnType<typeof optionsJson>;
  /** The options, or why there is none, for a terminal. */
  text: string;
}

/** Plans from one sentence with what the data files know; nothing is asked, nothing is changed. */
export function planOf(sentence: string): Planned {
  const words = loadMessages(join(TEMPLATES, 'messages'));
  const language = detectLanguage(sentence, 'en');
  const knowledge = loadKnowledge();
  const template = parseClarifyTemplate(
    readFileSync(join(TEMPLATES, 'clarify', 'plan-cluster.yaml'), 'utf8'),
    'plan-cluster.yaml',
  );
  const { state } = begin(template, clarifySources(knowledge), sentence, language);
  const wanted = wantedOf(Object.fromEntries(Object.entries(state.values).map(([field, { value }]) => [field, value])));
  const t = words[language];
  const answer = recommend(wanted, knowledge);
  const json = optionsJson(wanted, knowledge, words);
  if (!answer.ok) return { ok: false, json, text: answer.refusals.map(({ message }) => t(message)).join('\n') };
  const card = { id: 'plan', rev: 1, title: '', tone: 'info' as const, blocks: optionsBlocks(answer.options, t) };
  return { ok: true, json, text: plainText(card).replaceAll(/\*\*|\\(?=[^\w\s])/g, '') };
}

/** Prints a plan from one sentence. Exit code 1 when it is impossible. */
export function plan(sentence: string, output: 'text' | 'json'): void {
  const { ok, json, text } = planOf(sentence);
  if (!ok) process.exitCode = 1;
  if (output === 'json') return void process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  (ok ? process.stdout : process.stderr).write(`${text}\n`);
}
