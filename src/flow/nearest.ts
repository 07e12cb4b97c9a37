import { z } from 'zod';
import type { Block, Button } from '../chat/types.ts';
import { type FlowContext, FlowError, type FlowRun, read } from './kit.ts';

/** What comes nearest to a sentence that was not understood, offered to be clicked. */

const near = z.object({
  items: z.array(z.object({ id: z.string(), title: z.string(), example: z.string().optional() })),
  /** Whether questions in free words can be answered at all. */
  model: z.boolean(),
});
const rights = z.object({ roles: z.array(z.string()) });

/** Blocks with the nearest abilities, which take the sentence along, and with examples. None where nothing is near. */
export function* nearestBlocks({ t }: FlowContext, text: string): FlowRun<Block[]> {
  const found = yield* tryRead('copilot_nearest', { text }, near);
  if (!found || found.items.length === 0) return [];
  const abilities = found.items.map(({ id, title }): Button => ({ id: `intent:${id}`, label: title }));
  const examples = found.items.flatMap(({ example }): Button[] =>
    example === undefined ? [] : [{ id: `send:${example}`, label: example }],
  );
  return [
    { type: 'text', markdown: t('understood.nearest') },
    { type: 'buttons', items: abilities },
    ...(examples.length > 0 ? exampleBlocks(t('understood.examples'), examples) : []),
    ...(found.model ? [] : yield* modelHint(t('understood.needs-model'))),
  ];
}

function exampleBlocks(markdown: string, items: Button[]): Block[] {
  return [
    { type: 'text', markdown },
    { type: 'buttons', items },
  ];
}

/** Only who may set one up is told how. */
function* modelHint(markdown: string): FlowRun<Block[]> {
  const mine = yield* tryRead('copilot_rights', {}, rights);
  return mine?.roles.includes('operator') ? [{ type: 'text', markdown }] : [];
}

function* tryRead<T>(tool: string, args: Record<string, string>, schema: z.ZodType<T>): FlowRun<T | undefined> {
  try {
    return schema.parse(yield* read(tool, args));
  } catch (error) {
    if (error instanceof FlowError) return undefined;
    throw error;
  }
}
