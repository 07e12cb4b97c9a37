import type { Message } from '../../src/chat/messages.ts';
import type { Block, LocalText } from '../../src/chat/types.ts';
import {
  type FlowContext,
  FlowError,
  type FlowRun,
  type PlanDraft,
  type ProposalOutcome,
  propose,
  say,
} from '../../src/flow/kit.ts';
import { rehearse } from '../../src/flow/rehearsal.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { findingsTable, releaseBlocks, text } from './cards.ts';
import type { Finding } from './checks/check.ts';
import { examine } from './checks/registry.ts';
import { withClaims } from './claims.ts';
import { gatherFacts } from './facts.ts';
import { isHeld, type Manifest, objectText, replicasOf, templateOf } from './objects.ts';
import { isOnTheWay, patiently } from './patient.ts';
import { inOrder, type Place, type Rehearsed, releasePlan, type Words } from './plan.ts';

/** From objects to a release: rehearsed, checked, shown, approved, carried out, told. */

export interface Delivering {
  place: Place;
  namespace: string;
  name: string;
  objects: readonly (Manifest & JsonObject)[];
  title: LocalText;
  why: LocalText;
  httpPath?: string | undefined;
  /** What the plan's card tells before the checks. */
  about?: readonly Block[] | undefined;
}

/** How it ended: proposed and decided somehow, or stopped before anything was asked, for these reasons. */
export type Delivered =
  | { kind: 'proposed'; outcome: ProposalOutcome }
  | { kind: 'stopped'; findings: Finding[] }
  | { kind: 'nothing' };

export function* deliver(delivering: Delivering, words: Words, context: FlowContext): FlowRun<Delivered> {
  const { place, namespace, name } = delivering;
  const objects = yield* withClaims(delivering.objects, place.clusterId);
  const { t } = context;
  const rehearsed: Rehearsed[] = [];
  const refusals: Finding[] = [];
  for (const object of inOrder(objects)) {
    const answer = yield* tryOut(place.clusterId, object);
    if ('seen' in answer) rehearsed.push({ object, seen: answer.seen });
    else refusals.push(answer.refused);
  }
  const facts = yield* gatherFacts(place.clusterId, namespace);
  const parts = objects.flatMap((object) => partOf(object, rehearsed));
  const found = examine({ namespace, environment: place.environment, objects, parts, facts });
  const blocks = found.filter(({ level }) => level === 'block');
  if (blocks.length > 0)
    return { kind: 'stopped', findings: [...blocks, ...found.filter(({ level }) => level === 'warn')] };
  if (refusals.length > 0) return { kind: 'stopped', findings: refusals };
  const changes = rehearsed.filter(({ seen }) => seen.created || seen.diff !== '');
  if (changes.length === 0) return { kind: 'nothing' };
  const warnings = found.filter(({ level }) => level === 'warn').length;
  const plan = releasePlan({ ...delivering, name, changes, warnings, words });
  const outcome = yield* propose(plan, [
    ...(delivering.about ?? []),
    ...releaseBlocks({ changes, findings: found, unknown: facts.unknown }, t),
  ]);
  return { kind: 'proposed', outcome };
}

/** Objects that are taken as they are written, to their end: somebody who wants them otherwise writes them anew. */
export function* deliverAsWritten(delivering: Delivering, done: Message, words: Words, context: FlowContext): FlowRun {
  const { name, objects } = delivering;
  const delivered = yield* deliver(delivering, words, context);
  if (delivered.kind === 'nothing') return yield* say('deliver.nothing', { name });
  if (delivered.kind === 'stopped') return yield* tellStopped(delivered.findings, name, context);
  const main = objects.find((object) => templateOf(object));
  const next = main ? [{ label: context.t('deliver.next-history', { name: main.metadata.name }) }] : [];
  const { outcome } = delivered;
  yield* tellOutcome(outcome.kind === 'change-requested' ? { kind: 'rejected' } : outcome, { done, next }, context);
}

function* tryOut(
  clusterId: string,
  object: Manifest & JsonObject,
): FlowRun<{ seen: Rehearsed['seen'] } | { refused: Finding }> {
  try {
    return { seen: yield* patiently(() => rehearse(clusterId, { tool: 'k8s_apply', args: { object } })) };
  } catch (error) {
    if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
    const params = { object: objectText(object), code: error.code, message: error.message.slice(0, 500) };
    return { refused: { level: 'block', id: isOnTheWay(error) ? 'unreachable' : 'refused', params } };
  }
}

function partOf(object: Manifest & JsonObject, rehearsed: readonly Rehearsed[]) {
  const template = templateOf(object);
  if (!template) return [];
  const before = rehearsed.find((one) => one.object === object)?.seen.before;
  const present = before ? templateOf({ ...before, kind: object.kind }) : undefined;
  return [
    {
      object,
      ...template,
      replicas: replicasOf(object),
      ...(before &&
        present && {
          present: {
            spec: present.spec,
            replicas: replicasOf({ ...before, kind: object.kind }),
            isHeld: isHeld(before),
          },
        }),
    },
  ];
}

/** Says why nothing was asked. */
export function* tellStopped(findings: readonly Finding[], name: string, { t }: FlowContext): FlowRun {
  yield* say(
    'deliver.blocked',
    { name, count: findings.filter(({ level }) => level === 'block').length },
    findingsTable(findings, t),
  );
}

/** Says how it ended, in `deliver.KEY-done` where it succeeded, and what one may do next. */
export function* tellOutcome(
  outcome: ProposalOutcome,
  { done, next = [] }: { done: Message; next?: { label: string }[] },
  { t }: FlowContext,
): FlowRun {
  const buttons = next.map(({ label }) => ({ id: `send:${label}`, label }));
  switch (outcome.kind) {
    case 'succeeded':
      return yield* say(done, undefined, buttons.length > 0 ? [{ type: 'buttons', items: buttons }] : []);
    case 'undone':
    case 'failed':
    case 'cancelled': {
      const { failure, taskId } = outcome;
      const reason = failure
        ? [text(t('deliver.reason')), { type: 'code' as const, text: `${failure.code}: ${failure.message}` }]
        : [];
      return yield* say(`deliver.ended-${outcome.kind}`, { task: taskId }, reason);
    }
    case 'not-allowed':
      return yield* say('deliver.not-allowed', { reason: outcome.reason ?? '' });
    default:
      return yield* say(`deliver.ended-${outcome.kind}`);
  }
}

/** A plan of one step that only makes a namespace: what goes into it can be rehearsed only when it is there. */
export function* makeNamespace(
  { place, namespace, why }: { place: Place; namespace: string; why: LocalText },
  words: Words,
  context: FlowContext,
): FlowRun<boolean> {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  const manifest = { ...object, metadata: { ...object.metadata, labels: {}, annotations: {}, namespace: undefined } };
  const answer = yield* tryOut(place.clusterId, object as unknown as Manifest & JsonObject);
  if ('refused' in answer) {
    yield* tellStopped([answer.refused], namespace, context);
    return false;
  }
  const title = {
    en: words.en('deliver.plan.namespace', { namespace }),
    zh: words.zh('deliver.plan.namespace', { namespace }),
  };
  const changes = [{ object: { ...manifest, ...object } as unknown as Manifest & JsonObject, seen: answer.seen }];
  const plan: PlanDraft = {
    ...releasePlan({ place, namespace, name: namespace, changes, title, why, warnings: 0, words }),
    target: { kind: 'Namespace', name: namespace },
  };
  const outcome = yield* propose(plan, releaseBlocks({ changes, findings: [], unknown: [] }, context.t));
  if (outcome.kind === 'succeeded') return true;
  yield* tellOutcome(outcome, { done: { key: 'deliver.done' } }, context);
  return false;
}
