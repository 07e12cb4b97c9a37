import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createAgent } from '../agent/agent.ts';
import { investigationCard, investigationCardId } from '../agent/card.ts';
import { createEvidenceStore, evidenceSpec } from '../agent/loop/evidence-store.ts';
import { worldPack } from '../agent/pack.ts';
import { type Progress, progressed } from '../agent/progress.ts';
import type { Agent, AgentRequest, EvidencePack, Investigation, RemedyCatalogue, Runbook } from '../agent/types.ts';
import { isSamePerson } from '../approvals/people.ts';
import type { Translate } from '../chat/messages.ts';
import type { Outbox } from '../chat/outbox.ts';
import { type ActionOutcome, conversationKey, type Language, type UserRef } from '../chat/types.ts';
import { Interrupted, type Investigate, type Investigating } from '../conversations/investigations.ts';
import type { Controls } from '../conversations/ports.ts';
import type { JsonObject, ToolGateway, ToolResult } from '../tools/types.ts';
import type { Ground } from './ground.ts';
import type { Hands } from './hands.ts';
import { createLivingCard } from './living-card.ts';
import type { OpenModel } from './model.ts';

/** The verb `investigate`: an investigation in sight of who asked, on one card from its first step to its answer. */
export interface AgentRoom {
  investigate: Investigate;
  controls: Controls;
}

export interface AgentParts {
  ground: Pick<Ground, 'policy' | 'translate' | 'config' | 'onError'>;
  hands: Pick<Hands, 'gateway'>;
  outbox: Pick<Outbox, 'put' | 'get'>;
  /** Absent where no model is set up. */
  agent: Agent | undefined;
}

const PAUSE_MS = 250;
const STOP = 'agent-stop';

const NO_MODEL: ToolResult = {
  ok: false,
  error: { code: 'NO_MODEL', message: 'No language model is configured', retryable: false, ambiguous: false },
};

const text = z.string();
const named = z.object({ kind: text, namespace: text.optional(), name: text });
const pack = z.object({
  evidence: z.array(z.object({ id: text, source: text, time: text.optional(), text })),
  findings: z.array(
    z.object({
      cause: text,
      confidence: z.enum(['proven', 'likely', 'symptom']),
      object: named,
      summary: text,
      cites: z.array(text),
    }),
  ),
  unknown: z.array(z.object({ what: text, why: text })),
});
const wanted = z.object({
  purpose: z.enum(['incident', 'ask']).default('ask'),
  cluster: z.object({ id: text, name: text }).optional(),
  pack: pack.optional(),
  history: z.array(z.object({ question: text, answer: text })).optional(),
});

interface UnderWay {
  user: UserRef;
  stop: AbortController;
}

export function createAgentRoom(parts: AgentParts): AgentRoom {
  const { ground, hands, agent } = parts;
  const underWay = new Map<string, UnderWay>();

  async function investigate(question: string, evidence: JsonObject, about: Investigating): Promise<ToolResult> {
    if (!agent) return NO_MODEL;
    const { pack: known, ...asked } = wanted.parse(evidence);
    const { id, asker, turn } = about;
    const shown = showing(parts, question, about);
    if (about.lost) return told(lostOf(id, question, ground.translate[asker.language]), shown);
    const stop = new AbortController();
    underWay.set(id, { user: asker.user, stop });
    const signal = turn ? AbortSignal.any([stop.signal, turn.signal]) : stop.signal;
    try {
      const found = await agent.investigate({
        ...asked,
        question,
        language: asker.language,
        who: asker.user,
        conversation: conversationKey(asker.conversation),
        pack: known
          ? withoutGaps(known)
          : await worldOf(hands.gateway, asker.user, { only: asked.cluster?.id, signal }),
        signal,
        onEvent: shown.onEvent,
      });
      // The card stays as it is: the next process goes on with it.
      if (found.ending === 'stopped' && signal.reason instanceof Interrupted) throw signal.reason;
      return await told({ ...found, id }, shown);
    } finally {
      underWay.delete(id);
    }
  }

  async function click(actionId: string, actor: UserRef, language: Language = 'en'): Promise<ActionOutcome> {
    const running = underWay.get(actionId.slice(STOP.length + 1));
    const t = ground.translate[language];
    if (!running) return { result: 'refused', code: 'decided', message: t('conversation.click.decided') };
    if (!isSamePerson(ground.policy, running.user, actor))
      return { result: 'refused', code: 'forbidden', message: t('conversation.click.forbidden') };
    running.stop.abort();
    return { result: 'accepted' };
  }

  return {
    investigate,
    controls: {
      command: async () => undefined,
      owns: (actionId) => actionId.startsWith(`${STOP}:`),
      click: (actionId, actor, _inputs, at) => click(actionId, actor, at?.language),
      whyClosed: async () => 'decided',
    },
  };
}

async function told(found: Investigation, shown: Pick<ReturnType<typeof showing>, 'end'>): Promise<ToolResult> {
  await shown.end(found);
  return { ok: true, data: JSON.parse(JSON.stringify(found)) as JsonObject };
}

/** What is told of an investigation that no process came to the end of. */
function lostOf(id: string, question: string, t: Translate): Investigation {
  const nothing = { summary: '', claims: [], notChecked: [], remedies: [], evidence: [], runbooks: [] };
  const usage = { steps: 0, toolCalls: 0, tokens: 0, seconds: 0 };
  return {
    id,
    question,
    ending: 'failed',
    failure: { code: 'INTERRUPTED', message: t('agent.lost') },
    ...nothing,
    usage,
  };
}

/** Steps are shown on the card, and where the platform shows long turns, there as well. */
function showing({ ground, outbox }: AgentParts, question: string, { id, asker, turn }: Investigating) {
  const { translate, config, onError } = ground;
  const { conversation, language } = asker;
  let progress: Progress | Investigation = { id, question, steps: [], text: '' };
  const card = createLivingCard({
    id: investigationCardId(id),
    conversation,
    language,
    outbox,
    draw: (rev) => investigationCard(progress, { t: translate[language], language, timeZone: config.TIMEZONE, rev }),
    pauseMs: PAUSE_MS,
    onError,
  });
  card.touch();
  const onEvent: NonNullable<AgentRequest['onEvent']> = (event) => {
    if ('ending' in progress) return;
    progress = progressed(progress, event);
    card.touch();
    if (event.type === 'step') turn?.onStep({ id: `${id}-${event.id}`, title: event.source, status: event.status });
  };
  return {
    onEvent,
    end(found: Investigation): Promise<void> {
      progress = found;
      return card.end();
    },
  };
}

const clusters = z.object({
  items: z.array(z.object({ id: text, name: text, environment: text.optional() })),
});
const names = z.object({ items: z.array(z.object({ metadata: z.object({ name: text }) })) });
const MOST_LOOKED_AT = 5;

/** What there is for this person: the clusters, and the namespaces of the first few. What cannot be read is said to be unknown. */
async function worldOf(
  gateway: Pick<ToolGateway, 'read'>,
  actor: UserRef,
  { only, signal }: { only: string | undefined; signal: AbortSignal },
): Promise<EvidencePack> {
  const listed = await gateway.read({ tool: 'k8s_clusters', args: {}, actor, signal });
  if (!listed.ok) return worldPack([], [{ what: 'clusters', why: listed.error.message }]);
  const items = clusters.parse(listed.data).items.filter(({ id }) => only === undefined || id === only);
  const told = items.map(async (cluster, at) => {
    if (at >= MOST_LOOKED_AT) return cluster;
    const args = { clusterId: cluster.id, kind: 'Namespace', fields: ['metadata.name'], limit: 200 };
    const found = await gateway.read({ tool: 'k8s_list', args, actor, signal });
    if (!found.ok) return cluster;
    return { ...cluster, namespaces: names.parse(found.data).items.map(({ metadata }) => metadata.name) };
  });
  return worldPack(await Promise.all(told));
}

/** The same without `undefined` in the place of what is absent. */
function withoutGaps(known: z.infer<typeof pack>): EvidencePack {
  return JSON.parse(JSON.stringify(known)) as EvidencePack;
}

export interface AgentTools {
  ground: Pick<Ground, 'store' | 'clock' | 'log'>;
  hands: Pick<Hands, 'gateway' | 'redactor'>;
  model: OpenModel | undefined;
  remedies: RemedyCatalogue;
  /** The pages of advice that fit, the best first. */
  runbooks: (request: AgentRequest) => Runbook[];
}

/** The agent over the model of the settings; undefined where none is set. */
export function openAgent({ ground, hands, model, remedies, runbooks }: AgentTools): Agent | undefined {
  if (!model) return undefined;
  const { store, clock, log } = ground;
  const { settings, budget } = model;
  const keep = createEvidenceStore({ rows: store.collection(evidenceSpec), clock, newId: randomUUID });
  const made = { newMark: randomUUID, newId: randomUUID, clock, log };
  return createAgent({ ...hands, ...made, settings, budget, remedies, runbooks, keep });
}
