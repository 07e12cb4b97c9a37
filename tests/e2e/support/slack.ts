import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { controls } from '../../fakes/slack/blocks.ts';
import { type FakeMessage, type FakeSlackOptions, startFakeSlack } from '../../fakes/slack/slack.ts';
import { client, dataFolder, type Running, run } from './copilot.ts';

/** The real bot as a child process in a fake Slack workspace, with a simulated cloud of its own beside it. */

/** Alice and Bob plan and approve, and nobody approves what he asked for himself. The console only looks. */
const POLICY = `roles:
  operator: [slack:T0FAKE:U0ALICE, slack:T0FAKE:U0BOB, web:console:operator]
  approver: [slack:T0FAKE:U0ALICE, slack:T0FAKE:U0BOB]
rules:
  - { action: '*', maxObjects: 50 }
`;
const TOKEN = 'a-token-of-this-test';
const PATIENCE_MS = 30_000;

export interface Control {
  channel: string;
  ts: string;
  actionId: string;
  blockId: string;
}

interface Looking {
  thread?: string;
  patienceMs?: number;
}

export interface TeamOptions {
  speed?: number;
  slack?: FakeSlackOptions;
}

/** The card that a control stands on. */
export const cardOf = ({ blockId }: Control): string => blockId.split('#')[0] ?? '';

export async function openTeam({ speed = 60, slack: options = {} }: TeamOptions = {}) {
  const slack = await startFakeSlack(options);
  const folder = await dataFolder();
  await writeFile(join(folder.path, 'policy.yaml'), POLICY);
  const sandbox = await run(['sandbox', '--port', '0', '--speed', `${speed}`], { DATA_DIR: folder.path }, 60_000);
  const env = {
    DATA_DIR: folder.path,
    CONSOLE_PORT: '0',
    SANDBOX_URL: sandbox.url,
    SANDBOX_SPEED: `${speed}`,
    POLICY_FILE: join(folder.path, 'policy.yaml'),
    HOOK_TOKEN: TOKEN,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
  };
  const start = () => run(['start'], env, 60_000);
  let running: Running = await start();
  await slack.settled(() => slack.sockets() === 2, PATIENCE_MS);

  /** Messages of the bot that fit, oldest first. */
  const said = (channel: string, fits: (message: FakeMessage) => boolean) =>
    slack.messages(channel).filter((message) => message.user === slack.botUser && fits(message));

  async function waitFor<T>(what: string, look: () => T | undefined, patienceMs = PATIENCE_MS): Promise<T> {
    let found: T | undefined;
    await slack
      .settled(() => {
        found = look();
        return found !== undefined;
      }, patienceMs)
      .catch(() => undefined);
    if (found === undefined) throw new Error(`Waited ${patienceMs} ms for ${what}\n${transcript()}\n${running.log()}`);
    return found;
  }

  /** All that stands in the workspace, for a test that has failed. */
  const transcript = () =>
    [...slack.channels.keys()]
      .flatMap((id) =>
        slack
          .messages(id)
          .map(
            (one) =>
              `${id} ${one.ts} ${one.threadTs ?? ''} ${one.user}: ${one.text.slice(0, 160).replaceAll('\n', ' | ')}`,
          ),
      )
      .join('\n');

  return {
    slack,
    bot: client(() => running.url),
    said,
    waitFor,
    /** The newest control in the channel, or in that thread of it, whose action id begins so. */
    control: (channel: string, prefix: string, { thread, patienceMs = PATIENCE_MS }: Looking = {}): Promise<Control> =>
      waitFor(
        `a control ${prefix} in ${channel}`,
        () =>
          said(channel, ({ threadTs }) => thread === undefined || thread === threadTs)
            .flatMap(({ ts, blocks }) => blocks.flatMap((block) => found(block, prefix, { channel, ts })))
            .at(-1),
        patienceMs,
      ),
    /** The newest message of the bot with such words. */
    hears: (channel: string, words: RegExp, patienceMs = PATIENCE_MS): Promise<FakeMessage> =>
      waitFor(`${words} in ${channel}`, () => said(channel, ({ text }) => words.test(text)).at(-1), patienceMs),
    click: async (user: string, control: Control) => (await slack.click({ user, ...control })).outcome,
    /** Tells the simulated cloud what to do. */
    async cloud(path: string, body: object = {}): Promise<Record<string, unknown>> {
      const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as Record<string, unknown>;
    },
    faults: (body: object) => fetch(`${sandbox.url}/_sandbox/faults`, { method: 'PUT', body: JSON.stringify(body) }),
    kube: (path: string, init?: RequestInit) => fetch(`${sandbox.url}/kubernetes/${path}`, init),
    alert: (body: object) =>
      fetch(`${running.url}/hooks/alertmanager`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
        body: JSON.stringify(body),
      }),
    /** SIGKILL, and a new process on the same data. */
    async killAndRestart(): Promise<void> {
      await running.kill();
      running = await start();
    },
    log: () => running.log(),
    async close(): Promise<void> {
      await running.stop();
      await sandbox.kill();
      await slack.close();
      await folder.remove();
    },
  };
}
export type Team = Awaited<ReturnType<typeof openTeam>>;

function found(block: Record<string, unknown>, prefix: string, at: { channel: string; ts: string }): Control[] {
  return controls(block)
    .map((control) => String(control.action_id))
    .filter((actionId) => actionId.startsWith(prefix))
    .map((actionId) => ({ ...at, actionId, blockId: String(block.block_id) }));
}
