import { z } from 'zod';
import type { Message, Translate } from '../../../src/chat/messages.ts';
import { escapeLine } from '../../../src/chat/plain.ts';
import type { Block, Language, LocalText } from '../../../src/chat/types.ts';
import {
  defineFlow,
  type Flow,
  type FlowContext,
  FlowError,
  type FlowRun,
  type PlanDraft,
  type ProposalOutcome,
  propose,
  say,
} from '../../../src/flow/kit.ts';
import type { Rehearsal } from '../../../src/flow/rehearsal.ts';
import type { Target } from '../../../src/flow/target.ts';

/** What every change in chat shares: its words, what an approver sees, how its end is told. */

export type Words = Record<Language, Translate>;
export type Params = Record<string, string | number>;
export type Check = PlanDraft['verify'][number];

/** A text in both languages. `both` holds values that differ between them. */
export function textOf(
  words: Words,
  key: string,
  params: Params = {},
  both: Record<string, LocalText> = {},
): LocalText {
  const inLanguage = (language: Language) =>
    words[language](key, {
      ...params,
      ...Object.fromEntries(Object.entries(both).map(([name, text]) => [name, text[language]])),
    });
  return { en: inLanguage('en'), zh: inLanguage('zh') };
}

/** An object that is there, in a cluster that is known. */
export interface Place {
  clusterId: string;
  cluster: string;
  environment: 'prod' | 'staging' | 'dev';
  namespace: string;
  kind: string;
  name: string;
}

/** Nothing tells what the cluster is for: then it counts as production. */
export function placeOf({
  clusterId,
  cluster,
  environment = 'prod',
  namespace = '',
  kind = '',
  name = '',
}: Target): Place {
  return { clusterId, cluster, environment, namespace, kind, name };
}

/** `Deployment prod/app`, plain. */
export const objectText = ({ kind, namespace, name }: Pick<Place, 'kind' | 'namespace' | 'name'>): string =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`.trim();

/** The arguments that name an object to a tool. */
export const refOf = ({ kind, namespace, name }: Pick<Place, 'kind' | 'namespace' | 'name'>) => ({
  kind,
  ...(namespace !== '' && { namespace }),
  name,
});

/** Says something whose values may hold words of a server or of who asked. */
export function* tell(key: string, params: Params = {}, blocks: Block[] = []): FlowRun {
  yield* say(safe({ key, params }), undefined, blocks);
}

/** With every value as plain text; the titles of questions need it as well. */
export function safe({ key, params = {} }: Message): Message {
  const plain = Object.entries(params).map(([name, value]): [string, string | number] => [
    name,
    typeof value === 'string' ? escapeLine(value) : value,
  ]);
  return { key, params: Object.fromEntries(plain) };
}

/** A change that is asked for in a sentence; what a server refuses on the way is told. */
export const changeFlow = (id: string, change: (context: FlowContext) => FlowRun): Flow =>
  defineFlow({
    id,
    version: 1,
    input: z.object({}),
    *run(_input, context) {
      yield* telling(change(context));
    },
  });

/** Runs a change and tells in words why the server or a rule did not let it. */
function* telling(run: FlowRun): FlowRun {
  try {
    yield* run;
  } catch (error) {
    if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
    yield* tell(failureKey(error.code), { code: error.code, why: error.message, hint: error.hint ?? '' });
  }
}

function failureKey(code: string): string {
  switch (code) {
    case 'GITOPS_OWNED':
      return 'change.failed.gitops';
    case 'SECRET_IN_CHANGE':
      return 'change.failed.secret';
    case 'TOOL_MISSING':
    case 'UNKNOWN_TOOL':
      return 'change.failed.no-tool';
    case 'CONFLICT':
    case 'Conflict':
      return 'change.failed.conflict';
    default:
      return 'change.failed.other';
  }
}

/** A plan without why: somebody asked for it. */
export type Draft = Omit<PlanDraft, 'why'>;

/** Proposes what the person asked for. */
export function* offer(
  { words, user }: { words: Words; user: FlowContext['user'] },
  draft: Draft,
  blocks: Block[] = [],
): FlowRun<ProposalOutcome> {
  const why = textOf(words, 'change.asked', { name: user.name ?? user.id });
  return yield* propose({ ...draft, why }, blocks);
}

/** How a plan ended, told; true where it was carried out. `done` is what is said then. */
export function* conclude(outcome: ProposalOutcome, done: Message): FlowRun<boolean> {
  switch (outcome.kind) {
    case 'succeeded':
      yield* tell(done.key, { ...done.params, task: outcome.taskId });
      return true;
    case 'not-allowed':
      yield* tell('change.end.not-allowed', { reason: outcome.reason ?? '' });
      return false;
    case 'failed':
    case 'undone':
    case 'cancelled': {
      const { failure, taskId } = outcome;
      const why = failure ? `${failure.code}: ${failure.message}` : '';
      yield* tell(`change.end.${outcome.kind}`, { task: taskId, why });
      return false;
    }
    default:
      yield* tell('change.end.nothing');
      return false;
  }
}

/** What an approver sees besides the steps: notes, the difference as the server made it, and how it is taken back. */
export function rehearsalBlocks(
  seen: Rehearsal,
  t: Translate,
  { notes = [], back = 'automatic' }: { notes?: readonly string[]; back?: 'automatic' | 'ask' } = {},
): Block[] {
  const comesBack = back === 'automatic' ? 'change.plan.comes-back' : 'change.plan.on-request';
  return [
    ...noteBlocks(notes),
    ...(seen.diff === ''
      ? []
      : [
          { type: 'text' as const, markdown: t('change.plan.dry-run') },
          { type: 'code' as const, text: seen.diff, language: 'diff' },
        ]),
    { type: 'text', markdown: t(seen.undoCall ? comesBack : 'change.plan.no-way-back') },
  ];
}

/** Notes as a list; their markdown is the catalogue's, their values are plain. */
export const noteBlocks = (notes: readonly string[]): Block[] =>
  notes.length === 0 ? [] : [{ type: 'text', markdown: notes.map((note) => `- ${note}`).join('\n') }];

/** A note in the person's language, its values as plain text. */
export const noteOf = (t: Translate, key: string, params: Params = {}): string => t(safe({ key, params }));

/** Healthy for so long that trouble would have shown. `failing` ends it where the pods are made anew. */
export function healthyCheck(
  words: Words,
  place: Place,
  { id = 'healthy', seconds = 30, minutes = 15, failing = false, extra = [] as Check['done'] } = {},
): Check {
  return {
    id,
    title: textOf(words, 'change.check.healthy', { object: objectText(place), seconds }),
    tool: 'k8s_workload_status',
    args: { clusterId: place.clusterId, ...refOf(place) },
    done: [{ path: 'state', in: ['healthy'] }, { path: 'stableSeconds', atLeast: seconds }, ...extra],
    ...(failing && { failed: [{ path: 'state', in: ['failing'] }] }),
    everySeconds: 5,
    timeoutMinutes: minutes,
    stage: 'reason',
    error: 'reason',
  };
}
