import { z } from 'zod';
import { plainText } from '../../src/chat/plain.ts';
import type { Block, Card, Language, Outgoing } from '../../src/chat/types.ts';

/** A card that a person pastes: parsed to the last part, since it comes from nobody who is known to make right ones. */

/** The whole body is bounded: so is every text in it. */
const text = z.string();
const id = z.string().min(1).max(255);
const tone = z.enum(['neutral', 'info', 'success', 'warning', 'danger']);
const few = <T extends z.ZodType>(item: T) => z.array(item).max(10_000);

const button = z.object({
  id,
  label: text,
  style: z.enum(['default', 'primary', 'danger']).exactOptional(),
  hint: text.exactOptional(),
  confirm: z.object({ title: text, text, ok: text, cancel: text }).exactOptional(),
});
const common = { id, label: text, required: z.boolean().exactOptional() };
const input = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('text'),
    multiline: z.boolean().exactOptional(),
    initial: text.exactOptional(),
    placeholder: text.exactOptional(),
  }),
  z.object({
    ...common,
    kind: z.literal('select'),
    options: few(z.object({ id, label: text, hint: text.exactOptional() })),
    multi: z.boolean().exactOptional(),
    initial: z.array(id).exactOptional(),
  }),
  z.object({ ...common, kind: z.literal('toggle'), initial: z.boolean().exactOptional() }),
]);
const step = z.object({
  id,
  title: text,
  status: z.enum(['pending', 'running', 'waiting', 'done', 'failed', 'skipped', 'undone']),
  detail: text.exactOptional(),
});
const unit = z.enum(['bytes', 'cores', 'percent', 'count', 'seconds', 'points']);
const curves = z.object({
  unit,
  series: z
    .array(z.object({ name: text, points: z.array(z.tuple([z.number(), z.number().nullable()])).max(20_000) }))
    .max(50),
  limits: few(z.object({ name: text, value: z.number() })),
  marks: few(z.object({ name: text, at: z.number() })),
  band: z.object({ low: text, high: text }).exactOptional(),
});
const bars = z.object({
  kind: z.literal('bars'),
  unit: z.union([unit, z.enum(['days', 'money'])]),
  currency: text.exactOptional(),
  stacked: z.boolean(),
  categories: few(text),
  series: z.array(z.object({ name: text, values: few(z.number().nullable()) })).max(50),
});
const chart = z.union([bars, curves]);
const block: z.ZodType<Block> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), markdown: text }),
  z.object({
    type: z.literal('code'),
    text,
    language: text.exactOptional(),
    end: z.literal(true).exactOptional(),
  }),
  z.object({ type: z.literal('divider') }),
  z.object({ type: z.literal('fields'), items: few(z.object({ label: text, value: text })) }),
  z.object({ type: z.literal('table'), caption: text, head: few(text), rows: few(few(text)) }),
  z.object({ type: z.literal('chart'), title: text, chart }),
  z.object({
    type: z.literal('details'),
    summary: text,
    get blocks() {
      return few(block);
    },
  }),
  z.object({ type: z.literal('progress'), title: text, percent: z.number().exactOptional(), steps: few(step) }),
  z.object({ type: z.literal('buttons'), items: few(button) }),
  z.object({ type: z.literal('inputs'), items: few(input), submit: button }),
]);
const card: z.ZodType<Card> = z.object({
  id,
  rev: z.number().int().nonnegative(),
  title: text,
  tone,
  blocks: few(block),
  footer: text.exactOptional(),
  closed: z.boolean().exactOptional(),
});

/** A card, or a whole message. */
export const pastedBody = z.union([
  z.object({ card }),
  z.strictObject({ text, language: z.string().exactOptional() }),
  card.transform((one) => ({ card: one })),
]);

/** What was pasted, as a message. */
export function messageOf(pasted: z.infer<typeof pastedBody>, language: Language): Outgoing {
  if ('card' in pasted) return { text: plainText(pasted.card), card: pasted.card, language };
  return { text: pasted.text, language };
}
