import { z } from 'zod';
import { planSchema } from '../../src/approvals/plan.ts';
import { escapeLine } from '../../src/chat/plain.ts';
import type { Block, Choice } from '../../src/chat/types.ts';
import { ask, type FlowContext, FlowError, type FlowRun, investigate, propose, read, say } from '../../src/flow/kit.ts';
import type { Target } from '../../src/flow/target.ts';
import { refText } from './finding.ts';

/** A model looks where the rules came to no end. What it suggests is a choice of a person, and then a plan like any other. */

const json = z.record(z.string(), z.json());
const investigation = z.object({
  claims: z.array(json),
  evidence: z.array(json),
  remedies: z.array(z.object({ remedy: json, why: z.string() })),
});
type Found = z.infer<typeof investigation>;

const message = z.object({ key: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) });
const prepared = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('plan'),
    plan: planSchema.omit({ id: true, expiresAt: true }),
    blocks: z.array(z.custom<Block>((block) => block !== null && typeof block === 'object' && 'type' in block)),
  }),
  z.object({ kind: z.literal('patch'), owner: z.string(), patch: z.string() }),
  z.object({ kind: z.literal('refused'), why: message }),
]);

export interface Question {
  text: string;
  target: Pick<Target, 'clusterId' | 'cluster'>;
  /** What the rules found, as they packed it. */
  pack: z.infer<typeof json>;
  /** A person asked for exactly this, and is told where it cannot be. */
  asked: boolean;
}

/** Lets a model look, and offers what it suggests. Without a model there is nothing to look with: that is said to who asked for it. */
export function* lookFurther(question: Question, context: FlowContext): FlowRun {
  const { text, target, pack, asked } = question;
  const cluster = { id: target.clusterId, name: target.cluster };
  let found: Found;
  try {
    found = investigation.parse(yield* investigate(text, { purpose: 'incident', cluster, pack }));
  } catch (error) {
    if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
    if (asked || error.code !== 'NO_MODEL') yield* say('agent.going-without', { why: escapeLine(error.message) });
    return;
  }
  if (found.remedies.length > 0) yield* offer(question, found, context);
}

const NONE = 'none';
const MOST_OFFERED = 5;
const LONGEST_HINT = 160;

function* offer({ text, target }: Question, found: Found, { t }: FlowContext): FlowRun {
  const offered = found.remedies.slice(0, MOST_OFFERED);
  const choices: Choice[] = offered.map(({ remedy, why }, at) => ({
    id: `${at}`,
    label: labelOf(remedy, t),
    hint: why.slice(0, LONGEST_HINT),
  }));
  const answer = yield* ask({
    key: 'remedy',
    title: { key: 'agent.remedy.ask' },
    choices: [...choices, { id: NONE, label: t('agent.remedy.none') }],
  });
  const chosen = 'choice' in answer ? offered[Number(answer.choice)] : undefined;
  if (!chosen) return;
  const { claims, evidence } = found;
  const args = { clusterId: target.clusterId, remedy: chosen.remedy, question: text, claims, evidence };
  yield* plan(args, t);
}

function* plan(args: z.infer<typeof json>, t: FlowContext['t']): FlowRun {
  let made: z.infer<typeof prepared>;
  try {
    made = prepared.parse(yield* read('copilot_remedy', args));
  } catch (error) {
    if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
    yield* say('agent.remedy.no-plan', { why: escapeLine(error.message) });
    return;
  }
  if (made.kind === 'refused') {
    yield* say('agent.remedy.refused', { why: escapeLine(t(made.why)) });
    return;
  }
  if (made.kind === 'patch') {
    const file: Block = { type: 'code', text: made.patch, language: 'yaml' };
    yield* say('agent.remedy.gitops', { owner: escapeLine(made.owner) }, [file]);
    return;
  }
  const outcome = yield* propose(made.plan, made.blocks);
  if (outcome.kind === 'not-allowed') yield* say('agent.remedy.refused', { why: escapeLine(outcome.reason ?? '') });
}

const target = z.object({ kind: z.string(), namespace: z.string().exactOptional(), name: z.string() });

function labelOf(remedy: z.infer<typeof json>, t: FlowContext['t']): string {
  const object = target.safeParse(remedy.target);
  const value = remedy.to ?? remedy.replicas;
  const what = object.success ? refText(object.data) : typeof remedy.node === 'string' ? remedy.node : '';
  const label = [t(`incidents.do-${String(remedy.id)}`), what].filter(Boolean).join(' · ');
  return value === undefined || value === null ? label : `${label} → ${String(value)}`;
}
