import { type Asked, type FakeOpenAi, type Reply, startFakeOpenAi } from '../tests/fakes/openai/openai.ts';
import type { Script } from './scenario.ts';

/** A model that does what a script says, at a real address: the loop, its wire and the checker are those of a real model. */

export const SCRIPTED_MODEL = 'scripted';

/** Starts it for one investigation. `podOf` names a pod of a workload, since scripts cannot know its name. */
export function startScripted(script: Script, podOf: ReadonlyMap<string, string>): Promise<FakeOpenAi> {
  return startFakeOpenAi((asked) => replyTo(asked, script, podOf), { models: [SCRIPTED_MODEL] });
}

function replyTo({ messages }: Asked, { calls, answer }: Script, podOf: ReadonlyMap<string, string>): Reply {
  const taken = messages.filter((one) => one.role === 'assistant' && one.tool_calls).length;
  const next = calls[taken];
  if (next) return { calls: next.map(({ tool, args }) => ({ name: tool, args: withPods(args, podOf) })) };
  const finish = { ...answer, claims: answer.claims.map((one) => ({ ...one, cites: one.cites.map(cited) })) };
  return { calls: [{ name: 'finish', args: finish }] };

  function cited(wish: string): string {
    const call = /^call:(\d+)$/.exec(wish)?.[1];
    const pattern = /^\/(.*)\/$/.exec(wish)?.[1];
    if (call !== undefined) return idOfCall(messages, Number(call));
    return pattern === undefined ? wish : idInPack(messages, new RegExp(pattern, 'i'));
  }
}

type Message = Asked['messages'][number];

/** An id that there is not: what a script cites in vain shows as unknown evidence. */
const NONE = 'E9999';

/** The evidence that the n-th call of the talk, counted from 1, brought. */
function idOfCall(messages: readonly Message[], call: number): string {
  const answers = messages.flatMap((one) => (one.role === 'tool' ? [one.content] : []));
  return /\bE\d+\b/.exec(answers[call - 1] ?? '')?.[0] ?? NONE;
}

/** The first piece of what was known before whose line fits. */
function idInPack(messages: readonly Message[], pattern: RegExp): string {
  const told = messages.flatMap((one) => (one.role === 'user' ? one.content.split('\n') : []));
  const line = told.find((one) => /\[E\d+\]/.test(one) && pattern.test(one));
  return /\[(E\d+)\]/.exec(line ?? '')?.[1] ?? NONE;
}

/** Fills `${pod:NAMESPACE/APP}`. */
function withPods(args: Record<string, unknown>, podOf: ReadonlyMap<string, string>): unknown {
  const text = JSON.stringify(args).replaceAll(
    /\$\{pod:([\w.-]+\/[\w.-]+)\}/g,
    (_place, app: string) => podOf.get(app) ?? 'no-such-pod',
  );
  return JSON.parse(text);
}

/** The workloads whose pods a script asks for. */
export function appsIn(script: Script): string[] {
  const found = JSON.stringify(script.calls).matchAll(/\$\{pod:([\w.-]+\/[\w.-]+)\}/g);
  return [...new Set([...found].map(([, app = '']) => app))];
}
