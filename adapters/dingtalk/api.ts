import { DingTalkError, isFailure, kindOf } from './errors.ts';
import { errorSchema, gatewaySchema, jsonOf, oapiSchema, tokenSchema, uploadedSchema } from './wire.ts';

export interface ApiOptions {
  clientId: string;
  clientSecret: string;
  /** `https://api.dingtalk.com`, or the international cloud's. */
  apiBase: string;
  /** `https://oapi.dingtalk.com`, or the international cloud's. */
  oapiBase: string;
  clock: () => number;
  timeoutMs?: number;
}

interface Upload {
  name: string;
  mime: string;
  content: Uint8Array;
}

/** DingTalk's HTTP APIs. Every call ends within the timeout and throws DingTalkError. */
export interface Api {
  /** A place to connect to, for these subscriptions. */
  open(
    subscriptions: { type: string; topic: string }[],
    signal: AbortSignal,
  ): Promise<{ endpoint: string; ticket: string }>;
  /** A call of the newer API, with the access token. */
  call(method: 'POST' | 'PUT', path: string, body: object): Promise<unknown>;
  /** A call of the older API, with the access token. */
  oapi(path: string, body: object): Promise<unknown>;
  /** Posts to the address that came with a message; that address is the right to write there. */
  webhook(url: string, body: object): Promise<void>;
  /** Uploads a file and returns its media id. */
  upload(type: 'image' | 'file', file: Upload): Promise<string>;
}

const RENEW_EARLY_MS = 300_000;
/** The older API's gateway refuses with it whatever the reason: https://open.dingtalk.com/document/orgapp/error-code */
const GENERAL = 88;

interface Request {
  /** As it is told in errors: without query, which may hold a token. */
  what: string;
  url: string;
  method?: 'POST' | 'PUT';
  headers?: Record<string, string>;
  body: object;
  signal?: AbortSignal;
}

/** Makes the client. The access token is fetched when first needed, once for all who wait for it. */
export function createApi({ clientId, clientSecret, apiBase, oapiBase, clock, timeoutMs = 10_000 }: ApiOptions): Api {
  let token: { value: string; renewAt: number } | undefined;
  let fetching: Promise<string> | undefined;

  const request = (wanted: Request) => send(wanted, timeoutMs);

  async function fetchToken(): Promise<string> {
    // https://open.dingtalk.com/document/orgapp/obtain-the-access_token-of-an-internal-app
    const answer = await request({
      what: 'oauth2/accessToken',
      url: `${apiBase}/v1.0/oauth2/accessToken`,
      body: { appKey: clientId, appSecret: clientSecret },
    });
    const { accessToken, expireIn } = readable(tokenSchema.safeParse(answer), 'oauth2/accessToken');
    const livesMs = expireIn * 1000;
    token = { value: accessToken, renewAt: clock() + livesMs - Math.min(RENEW_EARLY_MS, livesMs / 2) };
    return accessToken;
  }

  function accessToken(): Promise<string> {
    if (token && clock() < token.renewAt) return Promise.resolve(token.value);
    fetching ??= fetchToken().finally(() => {
      fetching = undefined;
    });
    return fetching;
  }

  /** Once more with a new token where DingTalk no longer takes the one we have. */
  async function withToken(run: (token: string) => Promise<unknown>): Promise<unknown> {
    const used = await accessToken();
    try {
      return await run(used);
    } catch (error) {
      if (!isFailure(error, 'session')) throw error;
      if (token?.value === used) token = undefined;
      return run(await accessToken());
    }
  }

  function oapi(what: string, body: object, query = ''): Promise<unknown> {
    return withToken(async (value) => {
      const url = `${oapiBase}/${what}?access_token=${encodeURIComponent(value)}${query}`;
      return checked(await request({ what, url, body }), what);
    });
  }

  return {
    async open(subscriptions, signal) {
      // https://opensource.dingtalk.com/developerpedia/docs/learn/stream/protocol
      const answer = await request({
        what: 'gateway/connections/open',
        url: `${apiBase}/v1.0/gateway/connections/open`,
        body: { clientId, clientSecret, ua: 'k8s-copilot', subscriptions },
        signal,
      });
      return readable(gatewaySchema.safeParse(answer), 'gateway/connections/open');
    },
    call: (method, path, body) =>
      withToken((value) =>
        request({
          what: path,
          url: `${apiBase}/v1.0/${path}`,
          method,
          headers: { 'x-acs-dingtalk-access-token': value },
          body,
        }),
      ),
    oapi,
    async webhook(url, body) {
      // https://open.dingtalk.com/document/orgapp/robot-reply-and-send-messages
      checked(await request({ what: 'session webhook', url, body }), 'session webhook');
    },
    async upload(type, { name, mime, content }) {
      // https://open.dingtalk.com/document/orgapp/upload-media-files
      const form = new FormData();
      form.append('media', new Blob([Uint8Array.from(content)], { type: mime }), name);
      const answer = await oapi('media/upload', form, `&type=${type}`);
      return readable(uploadedSchema.safeParse(answer), 'media/upload').media_id;
    },
  };
}

async function send(
  { what, url, method = 'POST', headers, body, signal }: Request,
  timeoutMs: number,
): Promise<unknown> {
  const limit = AbortSignal.timeout(timeoutMs);
  const isForm = body instanceof FormData;
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: 'application/json', ...(!isForm && { 'content-type': 'application/json' }), ...headers },
      body: isForm ? body : JSON.stringify(body),
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const answer = jsonOf(await response.text());
    if (response.ok) return answer;
    const { code, message } = errorSchema.catch({ code: response.status }).parse(answer);
    throw new DingTalkError(
      kindOf(response.status, String(code)),
      String(code),
      `DingTalk refused ${what}: ${response.status} ${code}${message ? `, ${message}` : ''}`,
    );
  } catch (error) {
    if (error instanceof DingTalkError) throw error;
    throw new DingTalkError('unreachable', 'unreachable', `DingTalk did not answer ${what}: ${reason(error)}`);
  }
}

/** The older API says in a successful answer that it has failed. */
function checked(answer: unknown, what: string): unknown {
  const { errcode, errmsg, sub_code: subCode = errcode } = readable(oapiSchema.safeParse(answer), what);
  if (errcode === 0) return answer;
  const code = String(errcode === GENERAL ? subCode : errcode);
  throw new DingTalkError(kindOf(200, code), code, `DingTalk refused ${what}: ${code}${errmsg ? `, ${errmsg}` : ''}`);
}

/** The value of a parsed answer; an answer that cannot be read counts as none. */
export function readable<T>(parsed: { success: true; data: T } | { success: false }, what: string): T {
  if (parsed.success) return parsed.data;
  throw new DingTalkError('unreachable', 'unreadable', `DingTalk's answer to ${what} cannot be read`);
}

/** Why a request failed, without the address: fetch keeps the reason in its cause. */
function reason(error: unknown): string {
  const { cause, name, message } = error as { cause?: { code?: string }; name?: string; message?: string };
  return cause?.code ?? (name === 'TimeoutError' || name === 'AbortError' ? name : (message ?? 'unknown'));
}
