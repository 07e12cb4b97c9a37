import { expect } from 'vitest';
import { changeFlows } from '../../../../flows/operations/change/flows.ts';
import { loadMessages } from '../../../../src/chat/messages.ts';
import type { Answer, Command, PlanDraft } from '../../../../src/flow/kit.ts';
import { replay } from '../../../../src/flow/replay.ts';
import type { JsonObject } from '../../../../src/tools/types.ts';

export const words = loadMessages('templates/messages');
const flows = new Map(changeFlows(words).map((flow) => [flow.id, flow]));

/** A tool's answer, or why it gave none. */
export type Scripted = JsonObject | { code: string; message: string };
export type Tools = Record<string, Scripted | ((args: JsonObject) => Scripted)>;

export interface Played {
  commands: Command[];
  said: string[];
  /** Titles of the questions, by key of the catalogue. */
  asked: { title: string; choices: string[] }[];
  plan: PlanDraft | undefined;
  /** What every text that was shown holds, as one. */
  text: string;
}

const succeeded = { kind: 'succeeded', taskId: 'T-7K3F', results: {} };

/** Runs a change from its sentence to its end: tools answer by name, questions by the choices in turn, plans succeed. */
export function play(
  id: string,
  text: string,
  { tools, answers = [], outcomes = [] }: { tools: Tools; answers?: JsonObject[]; outcomes?: JsonObject[] },
): Played {
  const flow = flows.get(id);
  if (!flow) throw new Error(`No flow ${id}`);
  const user = { platform: 'web' as const, tenant: 'console', id: 'ann' };
  const run = replay(flow, {}, { t: words.en, language: 'en', user, startedAt: 0, text }, []);
  const commands: Command[] = [];
  const left = { answers: [...answers], outcomes: [...outcomes] };
  for (let position = run.position(); position.kind === 'asks'; ) {
    const { command } = position;
    commands.push(command);
    position = run.answer(answerTo(command, tools, left));
  }
  expect(run.position()).toEqual({ kind: 'finished' });
  const asked = commands.flatMap((one) =>
    one.verb === 'ask' ? [{ title: one.ask.title.key, choices: one.ask.choices.map((choice) => choice.id) }] : [],
  );
  return {
    commands,
    said: commands.flatMap((one) => (one.verb === 'say' ? [one.message.key] : [])),
    asked,
    plan: commands.flatMap((one) => (one.verb === 'propose' ? [one.plan] : []))[0],
    text: JSON.stringify(commands),
  };
}

function answerTo(command: Command, tools: Tools, left: { answers: JsonObject[]; outcomes: JsonObject[] }): Answer {
  switch (command.verb) {
    case 'read': {
      const scripted = tools[command.tool];
      const result = typeof scripted === 'function' ? scripted(command.args) : scripted;
      if (!result) return { ok: false, code: 'NOT_SCRIPTED', message: command.tool };
      if (typeof result.code === 'string' && typeof result.message === 'string')
        return { ok: false, code: result.code, message: result.message };
      return { ok: true, value: JSON.parse(JSON.stringify(result)) };
    }
    case 'ask': {
      const next = left.answers.shift();
      if (!next) throw new Error(`Nobody answers ${command.ask.title.key}`);
      return { ok: true, value: next };
    }
    case 'propose':
      return { ok: true, value: left.outcomes.shift() ?? succeeded };
    default:
      return { ok: true, value: null };
  }
}

export const one = (target: JsonObject): Tools => ({
  copilot_find: {
    kind: 'one',
    target: { clusterId: 'c1', cluster: 'demo', environment: 'prod', ...target },
  },
});

/** A rehearsal that the server lets pass. */
export const rehearsed = (more: JsonObject = {}): JsonObject => ({
  diff: '-a\n+b\n',
  uid: 'uid-1',
  generation: 4,
  before: {},
  after: {},
  undoCall: { tool: 'k8s_patch', args: { clusterId: 'c1' } },
  ...more,
});
