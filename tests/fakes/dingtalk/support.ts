import { DWClient, type DWClientDownStream } from 'dingtalk-stream';
import { type FakeDingTalk, type FakeOptions, startFakeDingTalk } from './dingtalk.ts';

/** The SDK's client as it is, but for the two addresses that are constants in it. */
export class LocalClient extends DWClient {
  readonly fake: FakeDingTalk;

  constructor(
    fake: FakeDingTalk,
    options: Partial<ConstructorParameters<typeof DWClient>[0]> & { autoReconnect?: boolean } = {},
  ) {
    // The subscriptions of our own: see bug h.
    super({
      clientId: fake.clientId,
      clientSecret: fake.clientSecret,
      ...options,
      ...{ subscriptions: [{ type: 'EVENT', topic: '*' }] },
    });
    this.fake = fake;
  }

  override async getEndpoint(): Promise<this> {
    const { clientId, clientSecret, ua, subscriptions } = this.config;
    const response = await fetch(`${this.fake.apiBase}/v1.0/gateway/connections/open`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ clientId, clientSecret, ua, subscriptions }),
    });
    // axios throws here as well.
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const { endpoint, ticket } = (await response.json()) as { endpoint: string; ticket: string };
    Object.assign(this, { dw_url: `${endpoint}?ticket=${ticket}` });
    return this;
  }
}

/** A fake for one test, and SDK clients that are gone with it. */
export async function scene(options: FakeOptions = {}) {
  const fake = await startFakeDingTalk(options);
  const clients: LocalClient[] = [];
  return {
    fake,
    client(settings: ConstructorParameters<typeof LocalClient>[1] = {}) {
      const client = new LocalClient(fake, settings);
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) stop(client);
      await fake.close();
    },
  };
}

/** `disconnect` alone is not enough: see bug d. */
function stop(client: LocalClient): void {
  client.connect = async () => undefined;
  client.disconnect();
}

/** Answers each message and click at once, and keeps what came. */
export function acknowledging(client: LocalClient, response: unknown = {}): DWClientDownStream[] {
  const got: DWClientDownStream[] = [];
  for (const topic of ['/v1.0/im/bot/messages/get', '/v1.0/card/instances/callback'])
    client.registerCallbackListener(topic, (frame) => {
      got.push(frame);
      client.socketCallBackResponse(frame.headers.messageId, response);
    });
  return got;
}

/** A call of the API with a good token. */
export async function call(fake: FakeDingTalk, method: string, path: string, body: object) {
  const token = await tokenOf(fake);
  const response = await fetch(`${fake.apiBase}${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-acs-dingtalk-access-token': token },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export function tokenOf(fake: FakeDingTalk): Promise<string> {
  const known = tokens.get(fake) ?? newToken(fake);
  tokens.set(fake, known);
  return known;
}

const tokens = new WeakMap<FakeDingTalk, Promise<string>>();

async function newToken(fake: FakeDingTalk): Promise<string> {
  const response = await fetch(`${fake.apiBase}/v1.0/oauth2/accessToken`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ appKey: fake.clientId, appSecret: fake.clientSecret }),
  });
  return ((await response.json()) as { accessToken: string }).accessToken;
}
