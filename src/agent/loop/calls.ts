import { z } from 'zod';
import type { JsonObject } from '../../tools/types.ts';

/** A tool that a model wants to call. */
export interface ToolRequest {
  /** Given by the house: endpoints give none, or the same one twice. */
  id: string;
  name: string;
  /** Absent where they are no JSON object. */
  args?: JsonObject;
  /** Why they are not. */
  problem?: string;
}

/** Puts together the calls of one turn from the pieces in which they come. */
export interface Calls {
  take(piece: unknown): void;
  isTooLong(): boolean;
  all(): ToolRequest[];
}

const MOST_CALLS = 16;
const LONGEST = 400_000;
const LONGEST_ARGUMENTS = 60_000;

const text = z.string().nullish().catch(undefined);
const pieceSchema = z.looseObject({
  index: z.number().int().nullish().catch(undefined),
  id: text,
  function: z
    .looseObject({ name: text, arguments: z.union([z.string(), z.record(z.string(), z.json())]).nullish() })
    .nullish()
    .catch(undefined),
});
type Piece = z.infer<typeof pieceSchema>;

interface Slot {
  index: number | undefined;
  id: string;
  name: string;
  text: string;
}

/**
 * OpenAI tells which call a piece belongs to by its index. Others leave the index out, or give all calls the same, or no id, or
 * arguments as an object: https://github.com/ollama/ollama/issues/7881 /15457 /15497 and https://github.com/continuedev/continue/pull/13235
 */
export function createCalls(newId: () => string, onArguments: (tool: string, piece: string) => void): Calls {
  const slots: Slot[] = [];
  let length = 0;

  function slotOf(piece: Piece): Slot | undefined {
    const { index, id, function: called } = piece;
    const known = id ? slots.find((slot) => slot.id === id) : undefined;
    const before = typeof index === 'number' ? slots.findLast((slot) => slot.index === index) : slots.at(-1);
    const slot = known ?? before;
    if (slot && (slot === known || !begins(piece, slot))) return slot;
    if (!called?.name && !id) return undefined;
    const made = { index: index ?? undefined, id: '', name: '', text: '' };
    slots.push(made);
    return made;
  }

  return {
    take(raw) {
      const parsed = pieceSchema.safeParse(raw);
      const slot = parsed.success ? slotOf(parsed.data) : undefined;
      if (!parsed.success || !slot) return;
      const { id, function: called } = parsed.data;
      slot.id ||= id ?? '';
      slot.name ||= called?.name ?? '';
      const given = called?.arguments ?? '';
      const piece = typeof given === 'string' ? given : JSON.stringify(given);
      if (piece === '') return;
      length += piece.length;
      slot.text += piece;
      onArguments(slot.name, piece);
    },
    isTooLong: () => length > LONGEST || slots.length > 10 * MOST_CALLS,
    all: () => slots.slice(0, MOST_CALLS).map(({ name, text: said }) => ({ id: newId(), name, ...argumentsOf(said) })),
  };
}

/** Whether a piece is the first of another call, and no further piece of this one. Some give each piece a new id. */
function begins({ index, id, function: called }: Piece, slot: Slot): boolean {
  if (!called?.name) return false;
  if (isWhole(slot.text)) return true;
  const isAnother = Boolean(id) && slot.id !== '' && id !== slot.id;
  return isAnother && (slot.text === '' || typeof index !== 'number');
}

function isWhole(said: string): boolean {
  try {
    JSON.parse(said);
    return true;
  } catch {
    return false;
  }
}

function argumentsOf(said: string): Pick<ToolRequest, 'args' | 'problem'> {
  if (said.trim() === '') return { args: {} };
  if (said.length > LONGEST_ARGUMENTS) return { problem: `they are longer than ${LONGEST_ARGUMENTS} characters` };
  try {
    const value: unknown = JSON.parse(said);
    // Some models write the JSON as a string within JSON.
    const parsed = objectSchema.safeParse(typeof value === 'string' ? JSON.parse(value) : (value ?? {}));
    return parsed.success ? { args: parsed.data } : { problem: 'they are no JSON object' };
  } catch {
    return { problem: 'they are not JSON' };
  }
}

const objectSchema = z.record(z.string(), z.json());
