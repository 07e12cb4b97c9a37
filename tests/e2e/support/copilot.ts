import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Button, Card } from '../../../src/chat/types.ts';

/** The real bot as a child process, driven over its HTTP API as the web page does it. */

export interface Entry {
  id: string;
  from: 'user' | 'bot';
  text: string;
  card?: Card;
}

export interface TaskView {
  id: string;
  title: string;
  state: string;
  steps: { id: string; state: string; startedAt?: string; endedAt?: string; detail?: string }[];
}

/** A child process of this project that prints the address it listens on. */
export interface Running {
  url: string;
  child: ChildProcess;
  log: () => string;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and wait; the exit code. */
  stop(): Promise<number | null>;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
/** As `npm start` does: Node's flags, then the program. */
const PROGRAM = scripts.start.split(' ').slice(1, -1);

export async function run(args: string[], env: Record<string, string>, patienceMs = 30_000): Promise<Running> {
  const child = spawn(process.execPath, [...PROGRAM, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'warn', ...modelOfTheSuite(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.on('exit', (code, signal) => (output += `\nended with ${signal ?? code}\n`));
  const exited = once(child, 'exit');
  const url = await until(`an address from ${args.join(' ')}`, patienceMs, () => {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended early:\n${output}`);
    return /(http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
  }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`${error}\n${output}`);
  });
  return {
    url,
    child,
    log: () => output,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      return child.exitCode;
    },
  };
}

/** The model that `MODEL=…` gives to all bots; a test that sets up its own, or wants none, says so in its settings. */
export function modelOfTheSuite(): Record<string, string> {
  const { LLM_BASE_URL, LLM_API_KEY, LLM_MODEL } = process.env;
  return LLM_BASE_URL && LLM_API_KEY && LLM_MODEL ? { LLM_BASE_URL, LLM_API_KEY, LLM_MODEL } : {};
}

/** A folder for one test's data, and how to remove it. */
export async function dataFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'k8s-copilot-e2e-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** `PATIENCE=5`: waits five times as long, for a machine that has much else to do. */
const PATIENCE = Number(process.env.PATIENCE ?? '1');

/** Asks again until there is an answer. Says what it waited for when there is none. */
export async function until<T>(
  what: string,
  patienceMs: number,
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadline = Date.now() + patienceMs * PATIENCE;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`Waited ${patienceMs} ms for ${what}`);
    await sleep(40);
  }
}

export interface Chat {
  id: string;
  say(text: string, clientId?: string): Promise<void>;
  entries(): Promise<Entry[]>;
  /** The newest card that has such a button. */
  waitForButton(prefix: string, patienceMs?: number): Promise<{ card: Card; button: Button }>;
  /** Presses the newest button of that kind that was not pressed yet, again where its card has changed meanwhile. */
  press(prefix: string, patienceMs?: number): Promise<void>;
  /** HTTP status of the click. */
  click(card: Card, actionId: string, rev?: number): Promise<number>;
}

export function client(url: () => string) {
  const api = async (path: string, body?: unknown): Promise<Response> =>
    fetch(`${url()}/api/v1${path}`, {
      ...(body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json', origin: url() },
            body: JSON.stringify(body),
          }),
    });
  const json = async <T>(path: string): Promise<T> => {
    const answer = await api(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };

  return {
    api,
    tasks: () => json<TaskView[]>('/tasks'),
    task: (id: string) => json<TaskView>(`/tasks/${id}`),
    async chat(): Promise<Chat> {
      const opened = await api('/conversations', {});
      if (opened.status !== 201) throw new Error(`conversations: ${opened.status} ${await opened.text()}`);
      return chatOf(((await opened.json()) as { id: string }).id);
    },
    chatOf,
  };

  function chatOf(id: string): Chat {
    const entries = async () => (await json<{ entries: Entry[] }>(`/conversations/${id}`)).entries;
    const pressed = new Set<string>();
    const keyOf = (card: Card, button: Button) => `${card.id} ${button.id}`;

    async function find(prefix: string, fits: (card: Card, button: Button) => boolean) {
      for (const { card } of (await entries()).reverse()) {
        if (!card || card.closed) continue;
        const button = buttonsOf(card).find((one) => one.id.startsWith(prefix) && fits(card, one));
        if (button) return { card, button };
      }
      return undefined;
    }

    const click: Chat['click'] = async (card, actionId, rev = card.rev) =>
      (await api(`/cards/${card.id}/actions`, { actionId, rev })).status;

    return {
      id,
      entries,
      async say(text, clientId) {
        const answer = await api(`/conversations/${id}/messages`, { text, ...(clientId && { clientId }) });
        if (answer.status !== 202) throw new Error(`messages: ${answer.status} ${await answer.text()}`);
      },
      waitForButton: (prefix, patienceMs = 20_000) =>
        until(`a button ${prefix}`, patienceMs, () => find(prefix, () => true)),
      async press(prefix, patienceMs = 120_000) {
        const key = await until(`a button ${prefix} to be taken`, patienceMs, async () => {
          const found = await find(prefix, (card, button) => !pressed.has(keyOf(card, button)));
          if (!found) return undefined;
          const status = await click(found.card, found.button.id);
          if (status !== 200 && status !== 409) throw new Error(`The button ${prefix} was answered ${status}`);
          return status === 200 ? keyOf(found.card, found.button) : undefined;
        });
        pressed.add(key);
      },
      click,
    };
  }
}

export function buttonsOf(card: Card): Button[] {
  return card.blocks.flatMap((block) => (block.type === 'buttons' ? block.items : []));
}

export const SEED = '华东1（杭州），中等预算，Node.js 电商，生产级高可用 ACK';

/** From the seed sentence to an approved plan: the id of its task. */
export async function deploySeed(bot: ReturnType<typeof client>, chat: Chat): Promise<string> {
  await chat.say(SEED);
  const offer = await chat.waitForButton('ask:recommended');
  await chat.click(offer.card, offer.button.id);
  const plan = await chat.waitForButton('approve:');
  const status = await chat.click(plan.card, plan.button.id);
  if (status !== 200) throw new Error(`The approval was answered ${status}`);
  return until('a task', 10_000, async () => (await bot.tasks())[0]?.id);
}
