import { z } from 'zod';
import type { Message } from '../../chat/messages.ts';
import type { ClarifyValues } from './template.ts';

const value = z.union([z.string(), z.number(), z.boolean()]);
const message = z.object({
  key: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
const known = z.record(z.string(), z.object({ value, from: z.enum(['sentence', 'answer', 'default', 'correction']) }));

/** A dialogue as it is stored: plain JSON, complete after every turn. */
export const clarifyStateSchema = z.object({
  values: known,
  /** The field whose question is open. */
  asking: z.string().optional(),
  /** `values` as they were before each turn that changed them, oldest first; `back` returns to the last. */
  history: z.array(known),
  /** Set while the values cannot be had together. */
  refused: z.object({ reason: message, nearest: z.record(z.string(), value) }).optional(),
});

export type ClarifyState = z.infer<typeof clarifyStateSchema>;
export type Known = z.infer<typeof known>;

export type ClarifyCommand = 'back' | 'defaults' | 'cancel' | 'take-nearest';

export type ClarifyInput =
  | { kind: 'text'; text: string }
  | { kind: 'choice'; fieldId: string; choiceId: string }
  | { kind: 'command'; command: ClarifyCommand };

type ClarifyOutcome =
  | { kind: 'ask'; field: string }
  | { kind: 'complete'; values: ClarifyValues }
  | { kind: 'cancelled' };

/** One turn: the state to store, what comes next, and what to tell the person first (understood, corrected, refused, not understood). */
export interface ClarifyTurn {
  state: ClarifyState;
  outcome: ClarifyOutcome;
  notes: Message[];
}
