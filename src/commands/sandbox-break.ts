import { join } from 'node:path';
import { z } from 'zod';
import { findAddress } from '../../servers/sandbox/address.ts';
import { readConfig } from '../config.ts';

/** No sandbox is there to be told anything. */
class NoSandbox extends Error {
  readonly code = 'NO_SANDBOX';
  readonly hint = 'Start one with npm start or npx k8s-copilot sandbox, or set SANDBOX_URL to one that runs elsewhere.';
}

const title = z.object({ en: z.string(), zh: z.string() });
const switched = z.object({
  scenario: z.string(),
  cause: z.string(),
  title,
  cluster: z.string(),
  changed: z.boolean(),
});
const listed = z.object({
  scenarios: z.array(
    z.object({ id: z.string(), cause: z.string(), title, on: z.array(z.object({ cluster: z.string() })) }),
  ),
});
const refusal = z.object({ code: z.string(), message: z.string() });

/** Switches a scenario of the running sandbox on or off and says what that means. */
export async function switchSandbox(
  way: 'break' | 'mend',
  scenario: string,
  cluster: string | undefined,
): Promise<void> {
  const told = switched.parse(await ask('POST', way, { scenario, ...(cluster !== undefined && { cluster }) }));
  const state = way === 'break' ? 'is on' : 'is off';
  const note = told.changed ? '' : ' It was already.';
  process.stdout.write(
    `${told.scenario} ${state} in cluster ${told.cluster}: ${told.title[language()]} (${told.cause}).${note}\n`,
  );
}

/** Lists the scenarios, those that are on with a mark. */
export async function listSandbox(output: 'text' | 'json'): Promise<void> {
  const answer = await ask('GET', 'scenarios');
  if (output === 'json') return void process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  const { scenarios } = listed.parse(answer);
  const width = Math.max(...scenarios.map(({ id }) => id.length));
  const lines = scenarios.map(
    ({ id, cause, title: words, on }) =>
      `${on.length > 0 ? '*' : ' '} ${id.padEnd(width)}  ${words[language()]} (${cause})\n`,
  );
  process.stdout.write(lines.join(''));
}

/** Makes the demo's cluster in the running sandbox, unless it is there. */
export async function makeDemo(url: string): Promise<string> {
  return z.object({ cluster: z.string() }).parse(await send(url, 'POST', 'demo')).cluster;
}

const language = (): 'en' | 'zh' => readConfig(process.env).LANGUAGE;

async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  const { DATA_DIR, SANDBOX_URL } = readConfig(process.env);
  const url = SANDBOX_URL ?? findAddress(join(DATA_DIR, 'sandbox'))?.url;
  if (!url) throw new NoSandbox(`No sandbox runs on ${join(DATA_DIR, 'sandbox')}.`);
  return send(url, method, path, body);
}

async function send(url: string, method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  const address = `${url.replace(/\/$/, '')}/_sandbox/${path}`;
  const response = await fetch(address, { method, ...(body && { body: JSON.stringify(body) }) }).catch(
    (error: unknown) => {
      throw new NoSandbox(`Nothing answers at ${url}.`, { cause: error });
    },
  );
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const { code, message } = refusal.parse(answer);
  throw Object.assign(new Error(message), { code });
}
