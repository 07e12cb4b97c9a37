import { createHash } from 'node:crypto';
import { visibleText } from '../chat/plain.ts';
import type { IncomingAlert } from '../incidents/records.ts';
import type { Redactor } from '../tools/redaction.ts';

/** Alerts come in past the tools: their texts without secrets and without what cannot be seen, before anything is stored or shown. */
export async function safeAlerts(redactor: Redactor, alerts: readonly IncomingAlert[]): Promise<IncomingAlert[]> {
  return Promise.all(
    alerts.map(async ({ fingerprint, labels, annotations, ...rest }) => ({
      ...rest,
      fingerprint: keyOf(fingerprint),
      labels: await safeWords(redactor, labels),
      annotations: await safeWords(redactor, annotations),
    })),
  );
}

async function safeWords(redactor: Redactor, words: Record<string, string>): Promise<Record<string, string>> {
  const visible = Object.entries(words).map(([name, value]) => [visibleText(name), visibleText(value)]);
  const safe = await redactor.object(Object.fromEntries(visible));
  return Object.fromEntries(Object.entries(safe).map(([name, value]) => [name, String(value)]));
}

/** A sender's key is a hash or a number; whatever else it is becomes one, the same each time. */
function keyOf(fingerprint: string): string {
  return /^[\w.:-]{1,64}$/.test(fingerprint) ? fingerprint : createHash('sha256').update(fingerprint).digest('hex');
}
