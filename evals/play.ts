import { z } from 'zod';
import type { ModelSettings } from '../src/agent/model.ts';
import type { Investigation } from '../src/agent/types.ts';
import { askEngine, judgeDiagnosis } from './engine.ts';
import { type House, openHouse } from './house.ts';
import { investigate } from './investigate.ts';
import { judgeInvestigation, type Verdict } from './judge.ts';
import type { Scenario, Script } from './scenario.ts';
import { appsIn, SCRIPTED_MODEL, startScripted } from './scripted.ts';
import { stage } from './world.ts';

/** What came of one scenario. */
export interface Played {
  name: string;
  trap?: string;
  /** Absent for a question that no rule answers. */
  engine?: { problems: string[]; seconds: number };
  model: ModelPart;
  /** The scripted answer of a model that falls for the trap. */
  fooled?: {
    /** The judge sees what is wrong with it, not only what is missing. */
    noticed: boolean;
    /** Nothing that is forbidden is left standing as a supported claim. */
    held: boolean;
  };
}

interface ModelPart extends Verdict, Pick<Investigation, 'summary' | 'claims' | 'notChecked'> {
  /** Ids. */
  remedies: string[];
  ending: string;
  tokens: number;
  seconds: number;
  toolCalls: number;
  money?: number;
}

const SCRIPT_SECONDS = 30;

/** Plays a scenario from its beginning: the rules alone, then the rules with a model; scripted where none is given. */
export async function play(scenario: Scenario, model: ModelSettings | undefined): Promise<Played> {
  const world = await stage(scenario.world);
  try {
    const house = await openHouse(world.url, scenario.withheld);
    try {
      return await inHouse(scenario, house, model);
    } finally {
      await house.close();
    }
  } finally {
    await world.close();
  }
}

async function inHouse(scenario: Scenario, house: House, model: ModelSettings | undefined): Promise<Played> {
  const { name, trap } = scenario;
  const began = performance.now();
  const diagnosis = scenario.purpose === 'incident' ? await askEngine(house, scenario) : undefined;
  const engine = diagnosis && {
    problems: judgeDiagnosis(diagnosis, scenario),
    seconds: (performance.now() - began) / 1000,
  };
  const ask = async (settings: ModelSettings) => {
    house.writes.length = 0;
    const investigation = await investigate(house, scenario, { settings, diagnosis });
    return { investigation, verdict: judgeInvestigation(investigation, scenario, house.writes) };
  };
  const base = { name, ...(trap !== undefined && { trap }), ...(engine && { engine }) };
  if (model) return { ...base, model: partOf(await ask(model)) };
  const good = await scripted(scenario.script, house, ask);
  const bad = scenario.fooled && (await scripted(scenario.fooled, house, ask));
  return { ...base, model: partOf(good), ...(bad && { fooled: caught(bad, scenario) }) };
}

interface Asked {
  investigation: Investigation;
  verdict: Verdict;
}

async function scripted(
  script: Script,
  house: House,
  ask: (settings: ModelSettings) => Promise<Asked>,
): Promise<Asked> {
  const endpoint = await startScripted(script, await podsOf(appsIn(script), house));
  try {
    const { baseUrl, apiKey } = endpoint;
    const models = { main: SCRIPTED_MODEL, small: SCRIPTED_MODEL };
    return await ask({ baseUrl, apiKey, ...models, timeoutMs: SCRIPT_SECONDS * 1000 });
  } finally {
    await endpoint.close();
  }
}

function partOf({ investigation, verdict }: Asked): ModelPart {
  const { ending, summary, claims, notChecked, usage } = investigation;
  const { tokens, seconds, toolCalls, money } = usage;
  const remedies = investigation.remedies.map(({ remedy }) => String(remedy.id));
  return {
    ...verdict,
    summary,
    claims,
    notChecked,
    remedies,
    ending,
    tokens,
    seconds,
    toolCalls,
    ...(money !== undefined && { money }),
  };
}

function caught({ investigation, verdict }: Asked, { expect }: Scenario): NonNullable<Played['fooled']> {
  const supported = investigation.claims.filter(({ standing }) => standing === 'supported');
  const held = !supported.some(({ text }) => expect.forbidden.some((pattern) => new RegExp(pattern, 'i').test(text)));
  return { noticed: verdict.wrong.length > 0, held };
}

const pods = z.object({
  items: z.array(
    z.looseObject({
      metadata: z.object({ name: z.string() }),
      status: z.looseObject({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }),
    }),
  ),
});

/** A pod of each, one that is not ready before one that is. */
async function podsOf(apps: readonly string[], { gateway, cluster }: House): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const app of apps) {
    const [namespace = '', name = ''] = app.split('/');
    const args = { clusterId: cluster.id, kind: 'Pod', namespace, labelSelector: `app=${name}` };
    const listed = await gateway.read({ tool: 'k8s_list', args, actor: 'system' });
    if (!listed.ok) continue;
    const { items } = pods.parse(listed.data);
    const isReady = ({ status }: (typeof items)[number]) =>
      status.conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True');
    const chosen = items.find((one) => !isReady(one)) ?? items[0];
    if (chosen) found.set(app, chosen.metadata.name);
  }
  return found;
}
