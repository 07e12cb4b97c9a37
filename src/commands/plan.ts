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

/** Plans from one sentence with what the data files know; nothing is asked, nothing is changed. Exit code 1 when it is impossible. */
export function plan(sentence: string, output: 'text' | 'json'): void {
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
  if (!answer.ok) process.exitCode = 1;
  if (output === 'json')
    return void process.stdout.write(`${JSON.stringify(optionsJson(wanted, knowledge, words), null, 2)}\n`);
  if (!answer.ok) return void process.stderr.write(`${answer.refusals.map(({ message }) => t(message)).join('\n')}\n`);
  const card = { id: 'plan', rev: 1, title: '', tone: 'info' as const, blocks: optionsBlocks(answer.options, t) };
  process.stdout.write(`${plainText(card).replaceAll(/\*\*|\\(?=[^\w\s])/g, '')}\n`);
}
