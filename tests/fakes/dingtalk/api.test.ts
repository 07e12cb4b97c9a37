import { describe, expect, test } from 'vitest';
import type { FakeDingTalk, SayOptions } from './dingtalk.ts';
import { acknowledging, call, LocalClient, scene, tokenOf } from './support.ts';

const OPS = 'cidOps000000000000==';
const SEND = '/v1.0/robot/groupMessages/send';
const DIRECT = '/v1.0/robot/oToMessages/batchSend';

const markdown = (fake: FakeDingTalk, text: string) => ({
  robotCode: fake.robotCode,
  openConversationId: OPS,
  msgKey: 'sampleMarkdown',
  msgParam: JSON.stringify({ title: 'Plan', text }),
});

async function post(url: string, body: object | FormData) {
  const form = body instanceof FormData;
  const response = await fetch(url, {
    method: 'POST',
    ...(form ? { body } : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** The address that came with what alice said. */
async function webhookOf(fake: FakeDingTalk, how: Partial<SayOptions> = {}): Promise<string> {
  const client = new LocalClient(fake, { autoReconnect: false });
  const got = acknowledging(client);
  await client.connect();
  await fake.say({ user: 'alice', conversation: OPS, text: 'help', ...how });
  await fake.settled(() => got.length === 1);
  client.disconnect();
  return JSON.parse(got[0]?.data ?? '').sessionWebhook;
}

describe('tokens', () => {
  test('a call without a token is refused, and is the fault of the bot', async () => {
    await using on = await scene();
    const answer = await post(`${on.fake.apiBase}${SEND}`, markdown(on.fake, 'hello'));
    expect(answer.code).toBe('InvalidAuthentication');
    expect(on.fake.violations.length).toBe(1);
  });

  test('one that has run out is refused as well, but that can happen to anybody', async () => {
    let now = 1_000_000;
    await using on = await scene({ now: () => now });
    const token = await tokenOf(on.fake);
    now += 7_200_001;
    const answer = await fetch(`${on.fake.apiBase}${SEND}`, {
      method: 'POST',
      headers: { 'x-acs-dingtalk-access-token': token },
      body: JSON.stringify(markdown(on.fake, 'hello')),
    });
    expect(answer.status).toBe(401);
    expect(on.fake.violations).toEqual([]);
  });

  test('wrong credentials get neither a token nor a connection', async () => {
    await using on = await scene();
    on.fake.faults.refuseAuth(true);
    const { clientId, clientSecret } = on.fake;
    const token = await post(`${on.fake.apiBase}/v1.0/oauth2/accessToken`, {
      appKey: clientId,
      appSecret: clientSecret,
    });
    const open = await post(`${on.fake.apiBase}/v1.0/gateway/connections/open`, { clientId, clientSecret });
    expect([token.code, open.code]).toEqual(['invalidClientIdOrSecret', 'authFailed']);
  });
});

describe('what a robot sends', () => {
  test('arrives in the group and with the people it names', async () => {
    await using on = await scene();
    await call(on.fake, 'POST', SEND, markdown(on.fake, '**hello**'));
    const { robotCode } = on.fake;
    const param = { msgKey: 'sampleText', msgParam: JSON.stringify({ content: 'psst' }) };
    const sent = await call(on.fake, 'POST', DIRECT, { robotCode, userIds: ['bob0412', 'nobody'], ...param });
    expect(on.fake.messages(OPS)).toMatchObject([{ by: 'group', title: 'Plan', text: '**hello**' }]);
    expect(on.fake.messages('bob')).toMatchObject([{ by: 'direct', text: 'psst' }]);
    expect(sent.body).toMatchObject({ invalidStaffIdList: ['nobody'], flowControlledStaffIdList: [] });
    expect(on.fake.violations).toEqual([]);
  });

  test.each([
    ['a table', '| a | b |\n| --- | --- |\n| 1 | 2 |', 'a table in a plain message'],
    ['too long a text', 'x'.repeat(4_001), 'markdown of 4001 characters'],
    ['a picture that nobody uploaded', '![chart](@lAnone)', 'a picture nobody uploaded: @lAnone'],
  ])('%s is refused', async (_, text, why) => {
    await using on = await scene();
    const { status } = await call(on.fake, 'POST', SEND, markdown(on.fake, text));
    expect(status).toBe(400);
    expect(on.fake.violations).toEqual([`invalidParameter.msgParam: ${why}`]);
    expect(on.fake.messages(OPS)).toEqual([]);
  });

  test('a msgParam that is an object, an unknown msgKey, another robot and 21 people at once are refused', async () => {
    await using on = await scene();
    const good = markdown(on.fake, 'hello');
    const wrong = [
      [SEND, { ...good, msgParam: { title: 'a', text: 'b' } }],
      [SEND, { ...good, msgKey: 'sampleTable' }],
      [SEND, { ...good, robotCode: 'another' }],
      [DIRECT, { ...good, userIds: Array.from({ length: 21 }, (_, i) => `user${i}`) }],
    ] as const;
    for (const [path, body] of wrong) expect((await call(on.fake, 'POST', path, body)).status).toBe(400);
    expect(on.fake.violations.length).toBe(4);
  });

  test('what was recalled is marked', async () => {
    await using on = await scene();
    const { body } = await call(on.fake, 'POST', SEND, markdown(on.fake, 'oops'));
    const { robotCode } = on.fake;
    const keys = { robotCode, openConversationId: OPS, processQueryKeys: [body.processQueryKey] };
    await call(on.fake, 'POST', '/v1.0/robot/groupMessages/recall', keys);
    expect(on.fake.messages(OPS)[0]?.recalled).toBe(true);
  });

  test('one API takes 20 calls in a second, the 21st is refused with QpsLimit', async () => {
    await using on = await scene({ now: () => 1_000_000 });
    for (let i = 0; i < 20; i += 1)
      expect((await call(on.fake, 'POST', SEND, markdown(on.fake, `${i}`))).status).toBe(200);
    const refused = await call(on.fake, 'POST', SEND, markdown(on.fake, 'one too many'));
    expect(refused).toMatchObject({ status: 403, body: { code: 'Forbidden.AccessDenied.QpsLimitForApi' } });
    expect(on.fake.violations).toEqual([`QpsLimit: POST ${SEND}`]);
  });
});

describe('the session webhook', () => {
  const reply = (text: string, at?: object) => ({
    msgtype: 'markdown',
    markdown: { title: 'a', text },
    ...(at ? { at } : {}),
  });

  test('takes an answer without a token; who is mentioned has to stand in the text', async () => {
    await using on = await scene();
    const webhook = await webhookOf(on.fake);
    expect(await post(webhook, reply('@manager807 done', { atUserIds: ['manager807', 'bob0412'] }))).toMatchObject({
      errcode: 0,
    });
    expect(on.fake.messages(OPS)).toMatchObject([{ by: 'webhook', at: ['manager807'] }]);
  });

  test.each([true, 'early'] as const)(
    'expired (%s): HTTP 200 with an errcode, and no violation',
    async (webhookExpired) => {
      await using on = await scene();
      const webhook = await webhookOf(on.fake, { webhookExpired });
      expect(await post(webhook, reply('too late'))).toMatchObject({ errcode: 300001 });
      expect([on.fake.violations, on.fake.messages(OPS)]).toEqual([[], []]);
    },
  );

  test('after 90 minutes it is over', async () => {
    let now = 1_000_000;
    await using on = await scene({ now: () => now });
    const webhook = await webhookOf(on.fake);
    now += 5_400_000;
    expect(await post(webhook, reply('too late'))).toMatchObject({ errcode: 300001 });
  });

  test('the 21st message of a minute silences the conversation for ten minutes: a ban', async () => {
    let now = 1_000_000;
    await using on = await scene({ now: () => now });
    const webhook = await webhookOf(on.fake);
    for (let i = 0; i < 20; i += 1) expect(await post(webhook, reply(`${i}`))).toMatchObject({ errcode: 0 });
    expect(await post(webhook, reply('20'))).toMatchObject({ errcode: 130101 });
    expect(on.fake.bans).toEqual([OPS]);
    now += 599_999;
    expect(await post(webhook, reply('still silent'))).toMatchObject({ errcode: 130101 });
    now += 1;
    expect(await post(webhook, reply('back'))).toMatchObject({ errcode: 0 });
    expect(on.fake.bans).toEqual([OPS]);
  });
});

describe('media and contacts', () => {
  async function upload(fake: FakeDingTalk, name: string): Promise<Record<string, unknown>> {
    const form = new FormData();
    form.set('media', new Blob([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])]), name);
    return post(`${fake.oapiBase}/media/upload?access_token=${await tokenOf(fake)}&type=image`, form);
  }

  test('what was uploaded can be shown, byte for byte', async () => {
    await using on = await scene();
    const { media_id } = await upload(on.fake, '内存.png');
    expect(on.fake.media.get(String(media_id))).toMatchObject({ type: 'image', name: '内存.png' });
    expect([...(on.fake.media.get(String(media_id))?.bytes ?? [])]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    const sent = await call(on.fake, 'POST', SEND, markdown(on.fake, `![memory](${media_id})`));
    expect(sent.status).toBe(200);
  });

  test('a person is told only to who may ask', async () => {
    await using on = await scene();
    const ask = async () =>
      post(`${on.fake.oapiBase}/topapi/v2/user/get?access_token=${await tokenOf(on.fake)}`, { userid: 'manager807' });
    expect(await ask()).toMatchObject({ errcode: 0, result: { org_email: 'alice@example.com' } });
    on.fake.faults.noContacts(true);
    expect(await ask()).toMatchObject({ errcode: 88, sub_code: '60011' });
    const denied = await fetch(`${on.fake.apiBase}/v1.0/contact/users/union-manager807`, {
      headers: { 'x-acs-dingtalk-access-token': await tokenOf(on.fake) },
    });
    expect(denied.status).toBe(403);
    expect(on.fake.violations).toEqual([]);
  });

  test('reactions and DINGs are kept, incomplete ones refused', async () => {
    await using on = await scene();
    const { robotCode } = on.fake;
    const emotion = {
      emotionType: 2,
      emotionName: '思考中',
      textEmotion: { emotionId: '2659900', emotionName: '思考中', text: '思考中' },
    };
    await call(on.fake, 'POST', '/v1.0/robot/emotion/reply', {
      robotCode,
      openMsgId: 'm1',
      openConversationId: OPS,
      ...emotion,
    });
    await call(on.fake, 'POST', '/v1.0/robot/ding/send', {
      robotCode,
      remindType: 1,
      receiverUserIdList: ['bob0412'],
      content: 'wake up',
    });
    expect(on.fake.reactions).toEqual([{ msgId: 'm1', name: '思考中', recalled: false }]);
    expect(on.fake.dings).toEqual([{ users: ['bob0412'], content: 'wake up' }]);
    expect((await call(on.fake, 'POST', '/v1.0/robot/ding/send', { robotCode, remindType: 9 })).status).toBe(400);
  });

  test('an unknown API is a violation', async () => {
    await using on = await scene();
    expect((await call(on.fake, 'POST', '/v1.0/robot/everything', {})).status).toBe(404);
    expect(on.fake.violations).toEqual(['unknown API: POST /v1.0/robot/everything']);
  });
});

describe('faults', () => {
  test('the next calls fail as asked, then all is well again', async () => {
    await using on = await scene();
    on.fake.faults.fail(`POST ${SEND}`, 503, 1);
    expect((await call(on.fake, 'POST', SEND, markdown(on.fake, 'a'))).status).toBe(503);
    on.fake.faults.fail(`POST ${SEND}`, 'Forbidden.AccessDenied.QpsLimitForApi', 1);
    expect((await call(on.fake, 'POST', SEND, markdown(on.fake, 'b'))).status).toBe(403);
    expect((await call(on.fake, 'POST', SEND, markdown(on.fake, 'c'))).status).toBe(200);
    expect(on.fake.violations).toEqual([]);
  });

  test('tokens can be taken back', async () => {
    await using on = await scene();
    const token = await tokenOf(on.fake);
    on.fake.faults.expireTokens();
    const { status } = await fetch(`${on.fake.apiBase}${SEND}`, {
      method: 'POST',
      headers: { 'x-acs-dingtalk-access-token': token },
      body: JSON.stringify(markdown(on.fake, 'a')),
    });
    expect(status).toBe(401);
  });
});
