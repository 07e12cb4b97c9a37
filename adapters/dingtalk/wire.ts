import { z } from 'zod';

/** What DingTalk sends, as far as it is read here. Unknown fields are ignored; a missing one that is needed makes the frame unreadable. */

/** Answer of the gateway: where to connect, with a ticket that is good for 90 seconds and one use. */
export const gatewaySchema = z.object({ endpoint: z.url(), ticket: z.string().min(1) });

export const tokenSchema = z.object({ accessToken: z.string().min(1), expireIn: z.number().positive() });

/** An error of the newer API, and of the older one. */
export const errorSchema = z
  .object({ code: z.union([z.string(), z.number()]), message: z.string().optional() })
  .loose();
/** `sub_code` says what `errcode` 88 does not. */
export const oapiSchema = z
  .object({
    errcode: z.number(),
    errmsg: z.string().optional(),
    sub_code: z.union([z.string(), z.number()]).optional(),
  })
  .loose();

const richPart = z.object({ text: z.string().optional() }).loose();

/** A message to the robot, topic `/v1.0/im/bot/messages/get`. */
export const robotMessageSchema = z.object({
  msgId: z.string().min(1),
  msgtype: z.string(),
  conversationId: z.string().min(1),
  /** '1' is a talk with one person, '2' a group. */
  conversationType: z.string(),
  chatbotCorpId: z.string().optional(),
  senderCorpId: z.string().optional(),
  senderId: z.string().min(1),
  /** Absent for people from outside the organisation. */
  senderStaffId: z.string().optional(),
  senderNick: z.string().optional(),
  sessionWebhook: z.url().optional(),
  sessionWebhookExpiredTime: z.number().optional(),
  text: z.object({ content: z.string() }).loose().optional(),
  content: z
    .object({ richText: z.array(richPart).optional(), recognition: z.string().optional() })
    .loose()
    .optional(),
});
export type RobotMessage = z.infer<typeof robotMessageSchema>;

/** A click on a card, topic `/v1.0/card/instances/callback`. What was clicked may stand in `value`, in `content` or beside them. */
export const cardCallbackSchema = z
  .object({
    outTrackId: z.string().min(1),
    userId: z.string().min(1),
    corpId: z.string().optional(),
    value: z.unknown(),
    content: z.unknown(),
    cardPrivateData: z.unknown(),
  })
  .partial({ value: true, content: true, cardPrivateData: true });
export type CardCallback = z.infer<typeof cardCallbackSchema>;

const input = z.union([z.string(), z.array(z.string()), z.boolean()]);

/** What a button of a card sends: its id, the card and the revision it was drawn at, and what was filled in. */
export const clickSchema = z.object({
  cardPrivateData: z.object({
    actionIds: z.array(z.string()).min(1),
    params: z
      .object({ cardId: z.string().min(1), rev: z.coerce.number().int() })
      .catchall(z.union([input, z.number().transform(String)])),
  }),
});

/** Answer of createAndDeliver: HTTP 200 says nothing of whether the card arrived. */
export const deliveredSchema = z.object({
  result: z.object({
    deliverResults: z.array(
      z.object({ success: z.boolean(), spaceType: z.string().optional(), errorMsg: z.string().optional() }).loose(),
    ),
  }),
});

/** Answer of the proactive sends. The lists are persons whom it did not reach. */
export const sentSchema = z.object({
  processQueryKey: z.string().optional(),
  flowControlledStaffIdList: z.array(z.string()).nullish(),
  invalidStaffIdList: z.array(z.string()).nullish(),
});

export const uploadedSchema = z.object({ media_id: z.string().min(1) });

export const contactSchema = z.object({
  result: z.object({ name: z.string().optional(), org_email: z.string().optional(), email: z.string().optional() }),
});

/** Parses JSON text; undefined where it is none. */
export function jsonOf(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A frame that will not become readable by coming again. */
export class Unreadable extends Error {
  readonly code = 'UNREADABLE';
}

/** Parses what came in. Throws Unreadable. */
export function read<T>(schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new Unreadable(`DingTalk sent what cannot be read: ${z.prettifyError(parsed.error)}`);
}
