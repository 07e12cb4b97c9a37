import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Entry, EVERYBODY, type Transcript, type TranscriptHead } from '../../src/chat/transcript.ts';
import { type ActionOutcome, type ConversationRef, type Intake, type UserRef, userKey } from '../../src/chat/types.ts';
import { type ConsoleEnv, languageOf, type Refuse, readBody, type Texts } from './refusal.ts';
import { actionBody, messageBody } from './wire.ts';

/** From the page to the core: conversations, messages and clicks. */

export interface Inbound {
  transcript: Transcript;
  intake: Intake;
  newId: () => string;
  texts: Texts;
  refuse: Refuse;
}

/** The conversation in which incidents are shown that nobody asked for. */
const CHANNEL = 'incidents';

/** A person's conversation, when it is theirs or everybody's. */
export async function ownConversation(
  transcript: Transcript,
  user: UserRef,
  id: string,
): Promise<TranscriptHead | undefined> {
  const head = await transcript.head(id);
  return head?.owner === userKey(user) || head?.owner === EVERYBODY ? head : undefined;
}

/** The conversation as the core knows it. */
const refOf = (user: UserRef, { id, owner }: TranscriptHead): ConversationRef => ({
  platform: 'web',
  tenant: user.tenant,
  id,
  kind: owner === EVERYBODY ? 'group' : 'dm',
});

/** The routes that take something in. Each persists before it answers. */
export function inboundRoutes({ transcript, intake, newId, texts, refuse }: Inbound): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();

  app.post('/conversations', async (c) => {
    const { id } = await transcript.open(newId(), userKey(c.var.user));
    return c.json({ id }, 201);
  });

  app.get('/conversations', async (c) => {
    const [channel, own] = await Promise.all([transcript.head(CHANNEL), transcript.list(userKey(c.var.user))]);
    const title = texts[languageOf(c)].get('channel.incidents') ?? `# ${CHANNEL}`;
    const shared = channel?.owner === EVERYBODY ? [{ ...channel, title, shared: true }] : [];
    const shown = [...shared, ...own.map((head) => ({ ...head, shared: false }))];
    return c.json(shown.map(({ id, title, updatedAt, shared }) => ({ id, title, updatedAt, shared })));
  });

  app.get('/conversations/:id', async (c) => {
    const head = await ownConversation(transcript, c.var.user, c.req.param('id'));
    if (!head) return refuse(c, 404, 'not-found');
    return c.json({ id: head.id, entries: await transcript.entries(head.id) });
  });

  app.post('/conversations/:id/messages', async (c) => {
    const head = await ownConversation(transcript, c.var.user, c.req.param('id'));
    if (!head) return refuse(c, 404, 'not-found');
    const body = await readBody(c, messageBody, refuse);
    if (body instanceof Response) return body;
    const by = head.owner === EVERYBODY ? { by: c.var.user.name ?? c.var.user.id } : {};
    const said = await transcript.put(head.id, { ...userEntry(body.clientId ?? newId(), body.text), ...by });
    if (!said) return refuse(c, 404, 'not-found');
    const deliveryId = `${head.id}/${said.id}`;
    const conversation = refOf(c.var.user, head);
    await intake.message({ type: 'message', deliveryId, conversation, sender: c.var.user, text: said.text });
    return c.json({ id: said.id }, 202);
  });

  app.post('/cards/:id/actions', async (c) => {
    const body = await readBody(c, actionBody, refuse);
    if (body instanceof Response) return body;
    const click = { deliveryId: newId(), cardId: c.req.param('id'), actor: c.var.user, ...body };
    const outcome = await intake.action({ type: 'action', ...click });
    if (outcome.result === 'accepted') return c.json({ result: 'accepted' });
    return c.json({ code: outcome.code, message: outcome.message }, STATUS[outcome.code]);
  });

  return app;
}

/** The sender's key makes the entry's id, so that a message sent again is found and its first wording stands. */
const userEntry = (key: string, text: string): Omit<Entry, 'at'> => ({ id: `u-${key}`, from: 'user', text });

type Refusal = Extract<ActionOutcome, { result: 'refused' }>['code'];

const STATUS: Record<Refusal, ContentfulStatusCode> = {
  forbidden: 403,
  stale: 409,
  decided: 409,
  expired: 409,
  'not-found': 404,
  invalid: 400,
};
