import { createHash } from 'node:crypto';
import type { z } from 'zod';

type Json = z.infer<ReturnType<typeof z.json>>;

/** What the first record of a log follows. */
export const genesis = '0'.repeat(64);

const maxDetails = 16_384;

/** SHA-256 (hex) over the canonical JSON (keys sorted) of a record without its hash. */
export function hashOf(content: { [key: string]: Json | undefined }): string {
  return sha256(canonical(content));
}

/** The details, or where their JSON is longer than 16,384 characters their digest and beginning. */
export function bounded(details: Json): Json {
  const text = canonical(details);
  if (text.length <= maxDetails) return details;
  return { truncated: true, characters: text.length, sha256: sha256(text), beginning: text.slice(0, 2000) };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
