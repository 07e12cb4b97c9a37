import type { Message } from '../../src/chat/messages.ts';
import type { Requirements } from './requirements.ts';

/** Why something cannot be had, and values of the same or another field with which it could. */
export interface Refusal {
  code: string;
  field: keyof Requirements;
  message: Message;
  nearest: Nearest[];
}

/** A value with which it could be had. */
export interface Nearest {
  field: keyof Requirements;
  value: string | number | boolean;
}

/** A refusal whose reason is `plan.refused.CODE`. */
export function refuse(
  code: string,
  field: keyof Requirements,
  params: Record<string, string | number>,
  nearest: Nearest[],
): Refusal {
  return { code, field, message: { key: `plan.refused.${code}`, params }, nearest };
}

/** Up to three values of one field. */
export const values = (field: keyof Requirements, list: readonly (string | number)[]): Nearest[] =>
  list.slice(0, 3).map((value) => ({ field, value }));
