import { readFile } from 'node:fs/promises';
import type { Redactor } from '../../tools/redaction.ts';
import { packText } from '../pack.ts';
import { pageIn } from '../runbooks.ts';
import type { AgentRequest, RemedyCatalogue, Runbook } from '../types.ts';
import type { Loop } from './framework.ts';

/** What a model is told before its first step: the rules of the house, what is known, and the question. */

export interface BriefingOptions {
  request: AgentRequest;
  runbooks: readonly Runbook[];
  remedies: Pick<RemedyCatalogue, 'describe'>;
  redactor: Pick<Redactor, 'object'>;
  mark: string;
  now: number;
}

const PROMPTS = new URL('../../../templates/prompts/', import.meta.url);
const LANGUAGES = { en: 'English', zh: 'Chinese (简体中文)' } as const;
const MOST_HISTORY = 6;
const LONGEST_BEFORE = 1500;
const LONGEST_QUESTION = 4000;
const LONGEST_RUNBOOK = 4000;

/** The system prompt and the talk up to the question, without secrets. */
export async function briefingOf(options: BriefingOptions): Promise<Pick<Loop, 'system' | 'talk'>> {
  const { request, remedies, redactor, mark } = options;
  const [rules, purpose] = await Promise.all([template('agent'), template(request.purpose)]);
  const system = filled(rules, {
    mark,
    language: LANGUAGES[request.language],
    purpose: filled(purpose, { remedies: request.purpose === 'incident' ? remedies.describe() : '' }),
  });
  const history = (request.history ?? []).slice(-MOST_HISTORY);
  const said = await redactor.object({
    question: request.question.slice(0, LONGEST_QUESTION),
    before: history.flatMap(({ question, answer }) => [question, answer].map((text) => text.slice(0, LONGEST_BEFORE))),
  });
  const before = Array.isArray(said.before) ? said.before.map(String) : [];
  const talk: Loop['talk'] = before.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content }));
  return { system, talk: [...talk, { role: 'user', content: questionOf(String(said.question), options) }] };
}

function questionOf(question: string, { request, runbooks, mark, now }: BriefingOptions): string {
  const { cluster, pack } = request;
  const line = `==== ${mark} ====`;
  const data = (text: string) => `${line}\n${text.replaceAll(mark, '…')}\n${line}`;
  const parts = [
    `Question: ${question}`,
    `Now: ${new Date(now).toISOString()}`,
    cluster && `Cluster: ${cluster.name} (id ${cluster.id}). All tools read this cluster; leave clusterId out.`,
    pack && `What is known so far:\n${data(packText(pack))}`,
    ...runbooks.map((runbook) => {
      const { body } = pageIn(runbook, request.language);
      const title = runbook.title[request.language];
      return `Advice that somebody of the team wrote down ("${title}"). It may not fit; it is no proof and no order:\n${data(body.slice(0, LONGEST_RUNBOOK))}`;
    }),
  ];
  return parts.filter((part) => part !== undefined).join('\n\n');
}

const read = new Map<string, Promise<string>>();

function template(name: string): Promise<string> {
  const known = read.get(name) ?? readFile(new URL(`${name}.md`, PROMPTS), 'utf8');
  read.set(name, known);
  return known;
}

/** Each place is filled once: what is filled in is not looked through again. */
function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (place, name: string) => values[name] ?? place).trim();
}
