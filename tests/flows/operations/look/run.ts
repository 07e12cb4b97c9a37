import { loadMessages } from '../../../../src/chat/messages.ts';
import type { Block } from '../../../../src/chat/types.ts';
import type { Answer, Command, Flow } from '../../../../src/flow/kit.ts';
import type { JsonObject } from '../../../../src/tools/types.ts';

/** Runs a flow that only looks, with tools and views that answer as the test says. */

const words = loadMessages('templates/messages');
export const NOW = '2026-11-26T02:00:00Z';
export const ago = (seconds: number) => new Date(Date.parse(NOW) - seconds * 1000).toISOString();
export const SHOP = { clusterId: 'c1', cluster: 'main', environment: 'prod', namespace: 'shop' } as const;
export const CHECKOUT = { ...SHOP, kind: 'Deployment', name: 'checkout' } as const;

export interface Said {
  text: string;
  blocks: Block[];
}
type Reading = JsonObject | { refused: string } | ((args: JsonObject) => JsonObject);

export interface Ran {
  said: Said[];
  calls: { tool: string; args: JsonObject }[];
  waited: number[];
}

/** `readings` by tool; several in a list are answered one after the other, the last again and again. */
export function run(
  flow: Flow,
  text: string,
  readings: Record<string, Reading | Reading[]>,
  language: 'en' | 'zh' = 'en',
): Ran {
  const t = words[language];
  const user = { platform: 'web', tenant: 'console', id: 'ada' } as const;
  const live = flow.run({}, { t, language, user, startedAt: 1000, text });
  const ran: Ran = { said: [], calls: [], waited: [] };
  const seen = new Map<string, number>();
  let step = live.next();
  while (!step.done) step = live.next(answerTo(step.value));
  return ran;

  function answerTo(command: Command): Answer {
    switch (command.verb) {
      case 'say':
        ran.said.push({ text: t(command.message), blocks: command.blocks });
        return { ok: true, value: null };
      case 'wait':
        ran.waited.push(command.ms);
        return { ok: true, value: null };
      case 'read':
        return reading(command.tool, command.args);
      default:
        throw new Error(`A flow that only looks does ${command.verb}`);
    }
  }

  function reading(tool: string, args: JsonObject): Answer {
    ran.calls.push({ tool, args });
    const given = readings[tool];
    if (given === undefined) throw new Error(`The test has no answer of ${tool}`);
    const nth = seen.get(tool) ?? 0;
    seen.set(tool, nth + 1);
    const one = Array.isArray(given) ? (given[Math.min(nth, given.length - 1)] ?? {}) : given;
    if (typeof one === 'function') return { ok: true, value: one(args) };
    if ('refused' in one && typeof one.refused === 'string')
      return { ok: false, code: one.refused, message: one.refused };
    return { ok: true, value: one as JsonObject };
  }
}

export const found = (target: JsonObject): JsonObject => ({ kind: 'one', target });

/** Every button of an answer, by what it says. */
export const buttons = ({ blocks }: Said): string[] =>
  blocks.flatMap((block) => (block.type === 'buttons' ? block.items.map(({ id }) => id.replace(/^send:/, '')) : []));

/** Every place of an answer in which markdown is read, folded ones too. */
export function markdownOf({ text, blocks }: Said): string {
  const inside = (list: Block[]): string[] =>
    list.flatMap((block) => {
      if (block.type === 'text') return [block.markdown];
      return block.type === 'details' ? [block.summary, ...inside(block.blocks)] : [];
    });
  return [text, ...inside(blocks)].join('\n');
}
