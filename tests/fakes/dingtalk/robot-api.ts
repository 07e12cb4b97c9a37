import { randomUUID } from 'node:crypto';
import { type Answer, type Call, ok, problem, type Routes, refuse, refuseOld } from './http.ts';
import { LIMITS, webhookAllowed } from './limits.ts';
import { type Content, contentOf, markdown, plain } from './text.ts';
import type { Json } from './types.ts';
import { direct, hear, isMember, isObject, object, strings, text, type World } from './world.ts';

/** What a robot sends. https://open.dingtalk.com/document/orgapp/the-robot-sends-a-group-message and its neighbours. */
export const robotRoutes: Routes = {
  'POST /v1.0/robot/groupMessages/send': { token: 'header', handle: guarded(sendToGroup) },
  'POST /v1.0/robot/oToMessages/batchSend': { token: 'header', handle: guarded(sendToPeople) },
  'POST /v1.0/robot/groupMessages/recall': { token: 'header', handle: guarded(recall) },
  'POST /v1.0/robot/otoMessages/batchRecall': { token: 'header', handle: guarded(recall) },
  'POST /v1.0/robot/emotion/reply': { token: 'header', handle: guarded((world, call) => react(world, call, false)) },
  'POST /v1.0/robot/emotion/recall': { token: 'header', handle: guarded((world, call) => react(world, call, true)) },
  'POST /v1.0/robot/ding/send': { token: 'header', handle: guarded(ding) },
  'POST /v1.0/robot/messageFiles/download': { token: 'header', handle: guarded(download) },
  'GET /files/': { token: 'none', handle: (_, { rest }) => ({ status: 200, body: Buffer.from(`file ${rest}`) }) },
};

/** The address that came with a message: no token, HTTP 200 whatever happens. */
export const webhookRoutes: Routes = { 'POST /robot/sendBySession': { token: 'none', handle: reply } };

/** Every one of them names the robot. */
function guarded(handle: (world: World, call: Call) => Answer): (world: World, call: Call) => Answer {
  return (world, call) =>
    call.body.robotCode === world.robotCode
      ? handle(world, call)
      : refuse(world, 'invalidParameter.robotCode', `robot ${String(call.body.robotCode)} does not exist`);
}

function reply(world: World, { query, body }: Call): Answer {
  const session = world.sessions.get(query.get('session') ?? '');
  if (!session || session.until <= world.options.now()) return ok({ errcode: 300001, errmsg: 'session 不存在' });
  const content = replied(world, body);
  if (typeof content === 'string') return refuseOld(world, 400_105, content);
  if (!webhookAllowed(world, session.conversation)) {
    return refuseOld(world, 130_101, 'send too fast, exceed 20 times per minute');
  }
  const asked = strings(object(body.at).atUserIds);
  const at = asked.filter((id) => content.text.includes(`@${id}`));
  if (object(body.at).isAtAll === true) at.push('@all');
  const id = randomUUID();
  hear(world, session.conversation, { id, msgKey: text(body.msgtype), by: 'webhook', at, ...content });
  return ok({ errcode: 0, errmsg: 'ok' });
}

function replied(world: World, body: Json): Content | string {
  const part = object(body[text(body.msgtype)]);
  if (body.msgtype === 'text') return plain(text(part.content));
  if (body.msgtype === 'markdown' || body.msgtype === 'actionCard')
    return markdown(world, text(part.title), text(part.text));
  return `unknown msgtype ${String(body.msgtype)}`;
}

function sendToGroup(world: World, { body }: Call): Answer {
  const conversation = text(body.openConversationId);
  if (!world.groups.has(conversation)) {
    return problem(400, 'resource.not.found', `the robot is in no group ${conversation}`);
  }
  const content = contentOf(world, text(body.msgKey), body.msgParam);
  if (typeof content === 'string') return refuse(world, 'invalidParameter.msgParam', content);
  const id = randomUUID();
  hear(world, conversation, { id, msgKey: text(body.msgKey), by: 'group', at: [], ...content });
  return ok({ processQueryKey: id });
}

function sendToPeople(world: World, { body }: Call): Answer {
  const users = strings(body.userIds);
  if (users.length === 0 || users.length > LIMITS.usersPerSend)
    return refuse(world, 'invalidParameter.userIds', `${users.length} people at once`);
  const content = contentOf(world, text(body.msgKey), body.msgParam);
  if (typeof content === 'string') return refuse(world, 'invalidParameter.msgParam', content);
  const id = randomUUID();
  const known = users.filter((user) => isMember(world, user));
  for (const user of known)
    hear(world, direct(user), { id, msgKey: text(body.msgKey), by: 'direct', at: [], ...content });
  return ok({
    processQueryKey: id,
    flowControlledStaffIdList: [],
    invalidStaffIdList: users.filter((user) => !known.includes(user)),
  });
}

function recall(world: World, { body }: Call): Answer {
  const keys = strings(body.processQueryKeys);
  const found = [...world.said.values()].flat().filter((one) => keys.includes(one.id));
  for (const one of found) one.recalled = true;
  const done = [...new Set(found.map((one) => one.id))];
  const missing = keys.filter((key) => !done.includes(key));
  return ok({ successResult: done, failedResult: Object.fromEntries(missing.map((key) => [key, 'not found'])) });
}

/** Missing from the documents; the form is the one that two plugins use. */
function react(world: World, { body }: Call, recalled: boolean): Answer {
  const emotion = body.textEmotion;
  const complete =
    text(body.openMsgId) && text(body.openConversationId) && isObject(emotion) && text(emotion.emotionId);
  if (!complete || body.emotionType !== 2) return refuse(world, 'invalidParameter', 'an incomplete reaction');
  world.reactions.push({ msgId: text(body.openMsgId), name: text(body.emotionName), recalled });
  return ok({ success: true });
}

function ding(world: World, { body }: Call): Answer {
  const users = strings(body.receiverUserIdList);
  if (![1, 2, 3].includes(Number(body.remindType)) || users.length === 0 || !text(body.content))
    return refuse(world, 'invalidParameter', 'an incomplete DING');
  world.dings.push({ users, content: text(body.content) });
  return ok({ openDingId: randomUUID() });
}

function download(world: World, { body }: Call): Answer {
  if (!text(body.downloadCode)) return refuse(world, 'invalidParameter.downloadCode', 'no downloadCode');
  return ok({ downloadUrl: `${world.bases.api}/files/${encodeURIComponent(text(body.downloadCode))}` });
}
