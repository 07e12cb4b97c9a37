import { readFileSync } from 'node:fs';
import { begin, reply } from '../../../src/flow/clarify/engine.ts';
import type { ClarifyInput, ClarifyTurn } from '../../../src/flow/clarify/state.ts';
import { type ClarifySources, parseClarifyTemplate } from '../../../src/flow/clarify/template.ts';

/** The fixture template with the sources of an imagined flow. */
export const template = parseClarifyTemplate(readFileSync('tests/fixtures/clarify/small-cluster.yaml', 'utf8'));

export const sources: ClarifySources = {
  choices: {
    regions: () => [
      { id: 'cn-hangzhou', label: { en: 'Hangzhou', zh: '杭州' }, synonyms: ['华东1', '华东一'] },
      { id: 'cn-beijing', label: { en: 'Beijing', zh: '北京' }, synonyms: ['华北2'] },
      { id: 'cn-shanghai', label: { en: 'Shanghai', zh: '上海' }, synonyms: ['华东2'] },
    ],
  },
  defaults: {
    availability: ({ purpose }) => (purpose === undefined ? undefined : purpose === 'prod' ? 'high' : 'low'),
    nodes: ({ availability }) => (availability === 'high' ? 3 : 2),
  },
  check: ({ zones, nodes }) =>
    typeof zones === 'number' && typeof nodes === 'number' && nodes < zones
      ? { reason: { key: 'test.too-few-nodes', params: { zones } }, nearest: { nodes: zones } }
      : undefined,
};

/** Starts from a sentence. */
export const start = (text: string, language: 'en' | 'zh' = 'en'): ClarifyTurn =>
  begin(template, sources, text, language);

/** Goes on with typed words, or with another input; the state passes through JSON as it does in the store. */
export function next(turn: ClarifyTurn, input: string | ClarifyInput, language: 'en' | 'zh' = 'en'): ClarifyTurn {
  const state: ClarifyTurn['state'] = JSON.parse(JSON.stringify(turn.state));
  return reply(template, sources, state, typeof input === 'string' ? { kind: 'text', text: input } : input, language);
}

/** The bare values of a turn's state. */
export const valuesOf = ({ state }: ClarifyTurn) =>
  Object.fromEntries(Object.entries(state.values).map(([id, { value }]) => [id, value]));
