import { describe, expect, test } from 'vitest';
import type { FakeDingTalk } from './dingtalk.ts';
import { acknowledging, call, scene } from './support.ts';

const OPS = 'cidOps000000000000==';
const CREATE = '/v1.0/card/instances/createAndDeliver';

const button = (actionId: string, params: object = {}, status = 'normal') => ({
  text: actionId,
  color: 'blue',
  status,
  event: { type: 'sendCardRequest', params: { actionId, params } },
});

const creation = (fake: FakeDingTalk, outTrackId: string, change: object = {}) => ({
  cardTemplateId: fake.templateId,
  outTrackId,
  callbackType: 'STREAM',
  userIdType: 1,
  cardData: {
    cardParamMap: {
      title: 'Plan',
      btns: JSON.stringify([button('approve', { rev: 1 }), button('reject', {}, 'disabled')]),
    },
  },
  openSpaceId: `dtv1.card//IM_GROUP.${OPS}`,
  imGroupOpenSpaceModel: { supportForward: false },
  imGroupOpenDeliverModel: { robotCode: fake.robotCode },
  ...change,
});

const create = (fake: FakeDingTalk, outTrackId: string, change: object = {}) =>
  call(fake, 'POST', CREATE, creation(fake, outTrackId, change));

const update = (fake: FakeDingTalk, outTrackId: string, params: object, options = {}) =>
  call(fake, 'PUT', '/v1.0/card/instances', {
    outTrackId,
    cardData: { cardParamMap: params },
    cardUpdateOptions: { updateCardDataByKey: true, updatePrivateDataByKey: true, ...options },
    userIdType: 1,
  });

describe('a card', () => {
  test('is delivered to a group or to a person, and seen there', async () => {
    await using on = await scene();
    const { body } = await create(on.fake, 'card-1');
    expect(body).toMatchObject({
      success: true,
      result: { outTrackId: 'card-1', deliverResults: [{ success: true }] },
    });
    await create(on.fake, 'card-2', {
      openSpaceId: 'dtv1.card//IM_ROBOT.bob0412',
      imRobotOpenSpaceModel: { supportForward: false },
      imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode: on.fake.robotCode },
    });
    expect(on.fake.messages(OPS)).toMatchObject([{ id: 'card-1', by: 'card' }]);
    expect(on.fake.messages('bob')).toMatchObject([{ id: 'card-2', by: 'card' }]);
    expect(on.fake.violations).toEqual([]);
  });

  test('for a place that does not exist is answered with HTTP 200 and no success', async () => {
    await using on = await scene();
    const { status, body } = await create(on.fake, 'card-1', { openSpaceId: 'dtv1.card//IM_GROUP.cidGone==' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ result: { deliverResults: [{ success: false }] } });
    expect(on.fake.cards.has('card-1')).toBe(false);
  });

  test('a second one of the same outTrackId is refused, without being anybody’s fault', async () => {
    await using on = await scene();
    await create(on.fake, 'card-1');
    const { status, body } = await create(on.fake, 'card-1');
    expect(status).toBe(400);
    expect(body.message).toContain('already exists');
    expect(on.fake.messages(OPS).length).toBe(1);
    expect(on.fake.violations).toEqual([]);
  });

  test.each<[string, object]>([
    ['an unknown template', { cardTemplateId: 'nobody.schema' }],
    ['a value that is no string', { cardData: { cardParamMap: { percent: 40 } } }],
    ['a private value that is no string', { privateData: { bob0412: { cardParamMap: { canApprove: true } } } }],
    ['clicks that go nowhere', { callbackType: 'HTTP' }],
    ['a card that may be forwarded', { imGroupOpenSpaceModel: { supportForward: true } }],
    ['no robot to deliver with', { imGroupOpenDeliverModel: {} }],
    ['more data than a card takes', { cardData: { cardParamMap: { text: 'x'.repeat(60_001) } } }],
  ])('with %s is refused', async (_, change) => {
    await using on = await scene();
    expect((await create(on.fake, 'card-1', change)).status).toBe(400);
    expect(on.fake.violations.length).toBe(1);
    expect(on.fake.cards.size).toBe(0);
  });

  test('changes key by key where asked for, else as a whole', async () => {
    await using on = await scene();
    await create(on.fake, 'card-1');
    await update(on.fake, 'card-1', { title: 'Running' });
    expect(Object.keys(on.fake.cards.get('card-1')?.params ?? {})).toEqual(['title', 'btns']);
    await update(on.fake, 'card-1', { title: 'Done' }, { updateCardDataByKey: false });
    expect(on.fake.cards.get('card-1')?.params).toEqual({ title: 'Done' });
    expect((await update(on.fake, 'card-9', { title: 'a' })).status).toBe(400);
  });

  test('streams until it is final', async () => {
    await using on = await scene();
    await create(on.fake, 'card-1');
    const stream = (content: string, isFinalize: boolean) =>
      call(on.fake, 'PUT', '/v1.0/card/streaming', {
        outTrackId: 'card-1',
        guid: content,
        key: 'content',
        content,
        isFull: true,
        isFinalize,
        isError: false,
      });
    await stream('looking', false);
    await stream('looked', true);
    expect(on.fake.cards.get('card-1')?.params.content).toBe('looked');
    expect((await stream('more', false)).status).toBe(400);
  });

  test('40 calls in a second are taken, whichever of the card APIs, the 41st is refused', async () => {
    const clock = { now: 1_000_000 };
    await using on = await scene({ now: () => clock.now });
    await create(on.fake, 'card-1');
    const put = async () => (await update(on.fake, 'card-1', { title: 'a' })).status;
    for (let i = 1; i < 40; i += 1) expect(await put()).toBe(200);
    expect(await put()).toBe(403);
    expect(on.fake.violations).toEqual(['QpsLimit: PUT /v1.0/card/instances']);
    clock.now += 1_000;
    expect(await put()).toBe(200);
  });
});

describe('a click', () => {
  test.each(['value', 'content', 'root'] as const)('comes with its action in %s', async (where) => {
    await using on = await scene();
    const client = on.client();
    const got = acknowledging(client, {});
    await client.connect();
    await create(on.fake, 'card-1');
    await on.fake.click({ user: 'bob', outTrackId: 'card-1', actionId: 'approve', where });
    const data = JSON.parse(got[0]?.data ?? '');
    const holder = where === 'root' ? data : JSON.parse(data[where]);
    expect(holder.cardPrivateData).toEqual({ actionIds: ['approve'], params: { rev: 1 } });
    expect(data).toMatchObject({ userId: 'bob0412', userIdType: 1, outTrackId: 'card-1', type: 'actionCallback' });
  });

  test('is answered in the ack: the card changes, one part of it for who clicked only', async () => {
    await using on = await scene();
    const client = on.client();
    const options = { updateCardDataByKey: true, updatePrivateDataByKey: true };
    const response = {
      cardUpdateOptions: options,
      cardData: { cardParamMap: { title: 'Approved', btns: '[]' } },
      userPrivateData: { cardParamMap: { note: 'recorded' } },
    };
    acknowledging(client, response);
    await client.connect();
    await create(on.fake, 'card-1');
    const { ack } = await on.fake.click({ user: 'bob', outTrackId: 'card-1', actionId: 'approve' });
    expect(ack).toEqual(response);
    expect(on.fake.cards.get('card-1')).toMatchObject({
      params: { title: 'Approved' },
      privateData: { bob0412: { note: 'recorded' } },
    });
    await expect(on.fake.click({ user: 'alice', outTrackId: 'card-1', actionId: 'approve' })).rejects.toThrow(
      'shows no button approve',
    );
  });

  test('on a button that is not there, or is grey, is no click', async () => {
    await using on = await scene();
    await create(on.fake, 'card-1');
    for (const actionId of ['delete', 'reject'])
      await expect(on.fake.click({ user: 'bob', outTrackId: 'card-1', actionId })).rejects.toThrow('shows no button');
  });

  test('that nobody answers in time has no effect', async () => {
    await using on = await scene({ clickMs: 50 });
    const client = on.client();
    client.registerCallbackListener('/v1.0/card/instances/callback', () => undefined);
    await client.connect();
    await create(on.fake, 'card-1');
    expect(await on.fake.click({ user: 'bob', outTrackId: 'card-1', actionId: 'approve' })).toEqual({ ack: undefined });
    expect(on.fake.unacked().length).toBe(1);
  });

  test('with a number in the ack is a violation', async () => {
    await using on = await scene();
    const client = on.client();
    acknowledging(client, { cardData: { cardParamMap: { percent: 40 } } });
    await client.connect();
    await create(on.fake, 'card-1');
    await on.fake.click({ user: 'bob', outTrackId: 'card-1', actionId: 'approve' });
    expect(on.fake.violations).toEqual(['in an ack: cardParamMap.percent is no string']);
  });
});

describe('a link that says something', () => {
  test('is followed where a message shows it, and nowhere else', async () => {
    await using on = await scene();
    const client = on.client();
    const got = acknowledging(client);
    await client.connect();
    const link = `dtmd://dingtalkclient/sendMessage?content=${encodeURIComponent('批准 a1b2')}`;
    await expect(on.fake.press({ user: 'bob', conversation: OPS, link })).rejects.toThrow('has the link');
    await call(on.fake, 'POST', '/v1.0/robot/groupMessages/send', {
      robotCode: on.fake.robotCode,
      openConversationId: OPS,
      msgKey: 'sampleMarkdown',
      msgParam: JSON.stringify({ title: 'Plan', text: `[批准](${link})` }),
    });
    expect(await on.fake.press({ user: 'bob', conversation: OPS, link })).toMatchObject({ text: '批准 a1b2' });
    await on.fake.settled(() => got.length === 1);
    expect(JSON.parse(got[0]?.data ?? '')).toMatchObject({ senderStaffId: 'bob0412', text: { content: ' 批准 a1b2' } });
  });
});
