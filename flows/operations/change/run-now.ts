import { z } from 'zod';
import type { Block } from '../../../src/chat/types.ts';
import {
  type Flow,
  type FlowContext,
  FlowError,
  type FlowRun,
  type ProposalOutcome,
  read,
  say,
} from '../../../src/flow/kit.ts';
import { type Rehearsal, rehearse, stepOf, undoOf } from '../../../src/flow/rehearsal.ts';
import { chooseTarget } from '../../../src/flow/target.ts';
import {
  type Check,
  changeFlow,
  conclude,
  type Draft,
  noteBlocks,
  noteOf,
  objectText,
  offer,
  type Place,
  placeOf,
  refOf,
  safe,
  textOf,
  type Words,
} from './parts.ts';

/** One run of a CronJob by hand, as `kubectl create job --from=cronjob/…` makes it. https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */

const json = z.record(z.string(), z.json());
type JsonObject = z.output<typeof json>;
const cronJob = z.looseObject({
  spec: z.looseObject({
    suspend: z.boolean().nullish(),
    concurrencyPolicy: z.string().nullish(),
    jobTemplate: z.looseObject({
      metadata: z
        .looseObject({
          labels: z.record(z.string(), z.string()).nullish(),
          annotations: z.record(z.string(), z.string()).nullish(),
        })
        .nullish(),
      spec: json,
    }),
  }),
  status: z.looseObject({ active: z.array(z.unknown()).nullish() }).nullish(),
});
type CronJob = z.output<typeof cronJob>;

/** Where the template names none. */
const TTL_SECONDS = 3600;
const DEADLINE_SECONDS = 3600;
const MOST_MINUTES = 12 * 60;
/** Of the 63 characters of a Job's name. */
const LONGEST_NAME = 48;
const LOG_LINES = 30;

/** "Run report now": a Job of the CronJob's template, watched to its end. */
export const runNow = (words: Words): Flow => changeFlow('run-now', (context) => begin(words, context));

function* begin(words: Words, context: FlowContext): FlowRun {
  const target = yield* chooseTarget(context, { kinds: ['CronJob'], level: 'object' });
  if (!target) return;
  const at = placeOf(target);
  const { object } = yield* read('k8s_get', { clusterId: at.clusterId, ...refOf(at) });
  const cron = cronJob.parse(object);
  const job = jobOf(at, cron, context.startedAt);
  const seen = yield* rehearse(at.clusterId, { tool: 'k8s_apply', args: { object: job } });
  const run = { at, seen, name: nameOf(at, context.startedAt), minutes: minutesOf(cron) };
  const outcome = yield* offer({ words, user: context.user }, planOf(words, run), blocksOf(context, run, cron));
  const params = { object: objectText(at), job: run.name };
  if (!(yield* conclude(outcome, { key: 'change.run.done', params }))) yield* lastLines(context, run, outcome);
}

/** Of this one question, so that a repeated turn names the same Job. */
function nameOf({ name }: Place, startedAt: number): string {
  return `${name.slice(0, LONGEST_NAME).replace(/[-.]+$/, '')}-now-${Math.floor(startedAt / 1000).toString(36)}`;
}

/** Without an owner, as its schedule neither counts nor clears it away; its time to live does. */
function jobOf(at: Place, { spec: { jobTemplate } }: CronJob, startedAt: number): JsonObject {
  const { labels, annotations } = jobTemplate.metadata ?? {};
  const object = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: nameOf(at, startedAt),
      namespace: at.namespace,
      ...(labels && { labels }),
      annotations: { ...annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
    },
    spec: { ...jobTemplate.spec, ttlSecondsAfterFinished: ttlOf(jobTemplate.spec) },
  };
  return json.parse(withoutNulls(object));
}

/** Servers write `creationTimestamp: null` into templates. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutNulls(inner)]));
}

const ttlOf = ({ ttlSecondsAfterFinished: ttl }: JsonObject): number => (typeof ttl === 'number' ? ttl : TTL_SECONDS);

function minutesOf({ spec: { jobTemplate } }: CronJob): number {
  const { activeDeadlineSeconds: deadline } = jobTemplate.spec;
  const seconds = typeof deadline === 'number' ? deadline : DEADLINE_SECONDS;
  return Math.min(MOST_MINUTES, Math.ceil(seconds / 60) + 5);
}

interface Run {
  at: Place;
  seen: Rehearsal;
  name: string;
  minutes: number;
}

function planOf(words: Words, { at, seen, name, minutes }: Run): Draft {
  const params = { object: objectText(at), job: name };
  const title = textOf(words, 'change.run.title', params);
  const check: Check = {
    id: 'complete',
    title: textOf(words, 'change.run.check', params),
    tool: 'k8s_workload_status',
    args: { clusterId: at.clusterId, kind: 'Job', namespace: at.namespace, name },
    done: [{ path: 'state', in: ['healthy'] }],
    failed: [
      { path: 'state', in: ['failing'] },
      { path: 'pods.0.waitingReason', in: ['ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError'] },
    ],
    everySeconds: 5,
    timeoutMinutes: minutes,
    stage: 'reason',
    error: 'reason',
  };
  return {
    action: 'workload.run',
    title,
    cluster: at.cluster,
    environment: at.environment,
    target: { namespace: at.namespace, kind: at.kind, name: at.name },
    steps: [stepOf(seen, { id: 'run', title })],
    verify: [check],
    undo: undoOf(seen, 'run', textOf(words, 'change.run.undo', params)),
    undoMode: 'ask',
    risk: at.environment === 'prod' ? 'medium' : 'low',
    blastRadius: { objects: 1, text: textOf(words, 'change.run.blast', params) },
  };
}

function blocksOf({ t }: FlowContext, { seen, minutes }: Run, { spec, status }: CronJob): Block[] {
  const active = status?.active?.length ?? 0;
  const alone = spec.concurrencyPolicy === 'Forbid' || spec.concurrencyPolicy === 'Replace';
  const notes = [
    ...(active > 0 ? [noteOf(t, alone ? 'change.run.not-alone' : 'change.run.active', { count: active })] : []),
    ...(spec.suspend ? [noteOf(t, 'change.run.suspended')] : []),
    noteOf(t, 'change.run.watched', { minutes, after: Math.ceil(ttlOf(spec.jobTemplate.spec) / 60) }),
    noteOf(t, 'change.run.effects'),
  ];
  return [
    ...noteBlocks(notes),
    { type: 'text', markdown: t('change.plan.dry-run') },
    { type: 'code', text: seen.diff, language: 'diff' },
  ];
}

const pods = z.looseObject({ pods: z.array(z.looseObject({ name: z.string() })) });
const log = z.looseObject({ text: z.string() });

/** What the last of its pods has written, where its run went wrong. What cannot be read is left out. */
function* lastLines({ t }: FlowContext, { at, name }: Run, { kind }: ProposalOutcome): FlowRun {
  if (kind !== 'failed') return;
  const { clusterId, namespace } = at;
  try {
    const status = pods.parse(yield* read('k8s_workload_status', { clusterId, kind: 'Job', namespace, name }));
    const pod = status.pods.at(-1)?.name;
    if (pod === undefined) return;
    const { text } = log.parse(yield* read('k8s_logs', { clusterId, namespace, pod, tailLines: LOG_LINES }));
    const said = text.trimEnd();
    if (said === '') return yield* say(safe({ key: 'change.run.no-log', params: { pod } }));
    yield* say(safe({ key: 'change.run.log', params: { pod } }), undefined, [
      { type: 'code', text: said },
      {
        type: 'buttons',
        items: [t('look.say.logs', { name: pod, namespace })].map((label) => ({ id: `send:${label}`, label })),
      },
    ]);
  } catch (error) {
    if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
  }
}
