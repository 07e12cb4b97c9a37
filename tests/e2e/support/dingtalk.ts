import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FakeDingTalk, type FakeOptions, startFakeDingTalk } from '../../fakes/dingtalk/dingtalk.ts';
import { client, dataFolder, type Running, run, until } from './copilot.ts';

/** The real bot as a child process beside the fake DingTalk, and hands that press what its messages show. */

export const OPS = 'cidOps000000000000==';
export const DEV = 'cidDev000000000000==';
const TOKEN = 'a-token-of-this-test';

/** Alice asks and bob decides; carol may only look. Who looks at the console sees all tasks. */
const POLICY = `roles:
  operator: [dingtalk:ding0fake0corp:manager807, dingtalk:ding0fake0corp:bob0412, web:console:operator]
  approver: [dingtalk:ding0fake0corp:bob0412, dingtalk:ding0fake0corp:manager807, web:console:operator]
rules:
  - { action: '*', maxObjects: 50, expiresMinutes: 60 }
`;

/** Something a message offers: a card's button, or the link that says its words. */
export interface Control {
  action: string;
  label: string;
  go(): Promise<void>;
}

interface Where {
  place: string;
  user: string;
  since: number;
}

/** The machine may be busy with other tests. */
const PATIENCE_MS = 90_000;

export type DingScene = Awaited<ReturnType<typeof openDingScene>>;

export interface SceneOptions {
  /** With the id of a card template, or in plain markdown with links. */
  template: boolean;
  env?: Record<string, string>;
  fake?: FakeOptions;
}

export async function openDingScene({ template, env = {}, fake: options = {} }: SceneOptions) {
  const [folder, fake] = [await dataFolder(), await startFakeDingTalk(options)];
  await writeFile(join(folder.path, 'policy.yaml'), POLICY);
  const settings = {
    ...settingsOf(fake, template),
    DATA_DIR: folder.path,
    POLICY_FILE: join(folder.path, 'policy.yaml'),
    ...env,
  };
  const begin = async () => {
    const running = await run(['start'], settings, 60_000);
    await fake.settled(() => fake.sockets() > 0, 20_000);
    return running;
  };
  let running: Running = await begin();
  const bot = client(() => running.url);
  const controls = (place: string, user: string, since = 0): Control[] =>
    (template ? cardControls : linkControls)(fake, { place, user, since });
  const waitFor = (place: string, user: string, prefix: string, since = 0): Promise<Control> =>
    until(`a control ${prefix} in ${place}`, PATIENCE_MS, () =>
      controls(place, user, since).find(({ action }) => action.startsWith(prefix)),
    );
  return {
    fake,
    bot,
    folder: folder.path,
    log: () => running.log(),
    /** kill -9, and a new process on the same data. */
    async killAndStart() {
      await running.kill();
      running = await begin();
    },
    controls,
    /** Everything the place shows now, cards as their variables. */
    shown: (place: string): string[] => shownIn(fake, place),
    /** How many messages there are: what comes from now on has this index. */
    mark: (place: string): number => fake.messages(place).length,
    waitFor,
    /** Presses the newest control whose action begins so, and says yes where the card asks again. */
    async press(place: string, user: string, prefix: string, since = 0): Promise<string> {
      const control = await waitFor(place, user, prefix, since);
      await control.go();
      return control.action;
    },
    sees: (place: string, words: string | RegExp): Promise<string> =>
      until(`${words} in ${place}`, PATIENCE_MS, () =>
        shownIn(fake, place).findLast((one) => (typeof words === 'string' ? one.includes(words) : words.test(one))),
      ).catch((error: unknown) => {
        throw new Error(`${error}; it shows ${shownIn(fake, place).at(-1) ?? 'nothing'}`);
      }),
    sandbox: (path: string, body: object) => sandboxCall(folder.path, path, body),
    alert: (pod: string, cluster: string) => fireAlert(running.url, pod, cluster),
    async close() {
      await running.stop();
      await fake.close();
      await folder.remove();
    },
  };
}

const settingsOf = (fake: FakeDingTalk, template: boolean): Record<string, string> => ({
  CONSOLE_PORT: '0',
  SANDBOX_SPEED: '60',
  HOOK_TOKEN: TOKEN,
  DINGTALK_CLIENT_ID: fake.clientId,
  DINGTALK_CLIENT_SECRET: fake.clientSecret,
  DINGTALK_API_BASE: fake.apiBase,
  DINGTALK_OAPI_BASE: fake.oapiBase,
  ...(template && { DINGTALK_CARD_TEMPLATE_ID: fake.templateId }),
});

/** What the newest cards show this person, newest first. */
function cardControls(fake: FakeDingTalk, { place, user, since }: Where): Control[] {
  const cards = fake
    .messages(place)
    .slice(since)
    .filter(({ by }) => by === 'card');
  return cards.toReversed().flatMap(({ id }) =>
    fake.buttons(id, user).map(({ actionId, text, params }) => ({
      action: actionId,
      label: text,
      go: async () => {
        await fake.click({ user, outTrackId: id, actionId, params });
        const sure = fake.buttons(id, user).find((one) => one.actionId === actionId && one.params.confirm === 'yes');
        if (params.confirm === 'ask' && sure) await fake.click({ user, outTrackId: id, actionId, params: sure.params });
      },
    })),
  );
}

const LINK = /\[((?:\\.|[^\]\\])*)\]\((dtmd:\/\/[^)\s]+)\)/g;

/** What the links of the newest messages say, newest first, as the action that the words stand for. */
function linkControls(fake: FakeDingTalk, { place, user, since }: Where): Control[] {
  const group = fake.groups.has(place) ? { conversation: place } : {};
  return fake
    .messages(place)
    .slice(since)
    .toReversed()
    .flatMap(({ text }) =>
      [...text.matchAll(LINK)].map(([, label = '', link = '']) => ({
        action: actionOf(new URL(link).searchParams.get('content') ?? ''),
        label,
        go: async () => void (await fake.press({ user, link, ...group })),
      })),
    );
}

const SPOKEN: Record<string, string> = { 批准: 'approve', 拒绝: 'reject', 取消: 'cancel', 重试: 'retry', 撤销: 'undo' };

function actionOf(words: string): string {
  const [first = '', ...rest] = words.split(' ');
  if (first === 'press' || first === '按') return rest.slice(1).join(' ');
  return rest.length === 1 ? `${SPOKEN[first] ?? first}:${rest[0]}` : words;
}

function shownIn(fake: FakeDingTalk, place: string): string[] {
  return fake
    .messages(place)
    .map(({ by, id, title, text }) =>
      by === 'card' ? Object.values(fake.cards.get(id)?.params ?? {}).join('\n') : `${title}\n${text}`,
    );
}

async function sandboxCall(folder: string, path: string, body: object): Promise<void> {
  const address = /http:\/\/127\.0\.0\.1:\d+/.exec(await readFile(join(folder, 'sandbox/address'), 'utf8'))?.[0];
  const answer = await fetch(`${address}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

async function fireAlert(url: string, pod: string, cluster: string): Promise<void> {
  const labels = { alertname: 'KubePodCrashLooping', namespace: 'prod', cluster, pod, severity: 'critical' };
  const startsAt = new Date().toISOString();
  const alerts = [{ status: 'firing', labels, annotations: {}, startsAt, fingerprint: `f-${pod}`, generatorURL: '' }];
  const answer = await fetch(`${url}/hooks/alertmanager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ version: '4', groupKey: '{}', status: 'firing', receiver: 'copilot', alerts }),
  });
  if (answer.status !== 202) throw new Error(`The alert was answered ${answer.status}`);
}
