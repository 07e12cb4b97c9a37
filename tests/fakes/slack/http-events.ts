import { createHmac } from 'node:crypto';
import type { Attempt } from './courier.ts';
import type { Ack, Envelope, FakeSlackOptions, Json } from './types.ts';
import type { World } from './world.ts';

/** Requests as Slack signs them: https://docs.slack.dev/authentication/verifying-requests-from-slack */

export function signature(secret: string, body: string, at: number): Record<string, string> {
  const stamp = String(Math.floor(at / 1000));
  const hash = createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': stamp, 'x-slack-signature': `v0=${hash}` };
}

const form = (fields: Json): string =>
  new URLSearchParams(Object.entries(fields).map(([key, value]): [string, string] => [key, String(value)])).toString();

function bodyOf(envelope: Envelope): { type: string; body: string } {
  const type = 'application/x-www-form-urlencoded';
  if (envelope.type === 'events_api') return { type: 'application/json', body: JSON.stringify(envelope.payload) };
  if (envelope.type === 'slash_commands') return { type, body: form(envelope.payload) };
  return { type, body: form({ payload: JSON.stringify(envelope.payload) }) };
}

export interface Delivery {
  url: string;
  secret: string;
  acks: Ack[];
}

/** One signed request; its answer within the time is the ack. */
export function httpAttempt(world: World, options: FakeSlackOptions, to: Delivery): Attempt {
  return async (envelope, attempt, reason) => {
    const { type, body } = bodyOf(envelope);
    const at = performance.now();
    const answer = await fetch(to.url, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(options.ackMs ?? 3000),
      headers: {
        'content-type': type,
        ...signature(to.secret, body, world.now()),
        ...(attempt > 0 && { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': `http_${reason}` }),
      },
    }).catch(() => undefined);
    if (!answer?.ok) return answer?.headers.get('x-slack-no-retry') === '1' ? 'enough' : undefined;
    const text = await answer.text();
    const payload: Json = text.startsWith('{') ? JSON.parse(text) : text === '' ? {} : { text };
    to.acks.push({ envelopeId: crypto.randomUUID(), type: envelope.type, ms: performance.now() - at, payload });
    return payload;
  };
}
