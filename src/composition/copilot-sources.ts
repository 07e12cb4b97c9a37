import { join } from 'node:path';
import type { Diagnosis } from '../../flows/incidents/finding.ts';
import { refText } from '../../flows/incidents/finding.ts';
import { heardInLine } from '../agent/pack.ts';
import { loadMessages } from '../chat/messages.ts';
import type { Language } from '../chat/types.ts';
import { planOf } from '../commands/plan.ts';
import { readConfig } from '../config.ts';
import { objectText } from '../health/render/look.ts';
import { worstFirst } from '../health/render/parts.ts';
import { reportText } from '../health/render/text.ts';
import type { Report } from '../health/types.ts';
import { type Incident, incidentSpec } from '../incidents/records.ts';
import type { Told, Watch } from '../mcp/tool.ts';
import type { CopilotSources } from '../mcp/tools.ts';
import { openStoreReader } from '../storage/open.ts';
import type { StoreReader } from '../storage/store.ts';
import { stepsOf } from '../tasks/card.ts';
import { taskSpec } from '../tasks/runner.ts';
import type { Task } from '../tasks/types.ts';
import type { ToolGateway } from '../tools/types.ts';
import { diagnosisText } from './diagnosis-text.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', 'templates');
const MOST_FINDINGS = 20;
const MOST_EVIDENCE = 6;
const MOST_LINES = 12;
const NEWEST = 20;
const LONGEST = 400;

/** What other agents are told, from where the commands have it, and from the store of the bot. Nothing is kept open between calls. */
export function copilotSources(): CopilotSources {
  const words = loadMessages(join(TEMPLATES, 'messages'));
  const oneByOne = queue();

  return {
    diagnose: ({ cluster, namespace, kind, name, language }, watch) =>
      oneByOne(async () => {
        const { openLiveGateway } = await import('./evidence/live.ts');
        const { toolEvidence } = await import('./evidence/tools.ts');
        const { diagnose } = await import('../../flows/incidents/diagnose.ts');
        const live = await openLiveGateway({ ...(cluster !== undefined && { cluster }), around: watched(watch) });
        try {
          const { gateway, cluster: found } = live;
          const focus = name === undefined ? undefined : { name, ...(kind !== undefined && { kind }) };
          const diagnosis = await diagnose({
            source: toolEvidence({ gateway, clusterId: found.id, name: found.name, actor: 'system' }),
            scope: { namespace, focus, alerts: [] },
            words,
            elapsed: () => performance.now(),
          });
          watch.signal.throwIfAborted();
          return {
            data: compactDiagnosis(diagnosis, language),
            text: diagnosisText(diagnosis, words[language], language),
          };
        } finally {
          await live.close();
        }
      }),
    report: ({ cluster, days, language }, watch) =>
      oneByOne(async () => {
        const { openReportSource } = await import('./health/command-source.ts');
        const place = { ...(cluster !== undefined && { cluster }), around: watched(watch) };
        const source = await openReportSource({ ...place, days }, words);
        try {
          const made = await source.make();
          watch.signal.throwIfAborted();
          const look = { t: words[language], language, timeZone: readConfig(process.env).TIMEZONE };
          return { data: compactReport(made, language), text: reportText(made, look) };
        } finally {
          await source.close();
        }
      }),
    async plan(sentence) {
      const { json, text } = planOf(sentence);
      return { data: json, text };
    },
    tasks: ({ id, language }) =>
      withStore(async (store) => {
        const tasks = store.reading(taskSpec);
        const found = id === undefined ? undefined : await tasks.get(id.toUpperCase());
        if (id !== undefined && !found) throw notThere('task', id);
        const shown = found ? [found] : await tasks.find({ orderBy: 'createdAt', descending: true, limit: NEWEST });
        const views = shown.map((task) => taskView(task, language, words, found !== undefined));
        return { data: { tasks: views }, text: linesOf(views) };
      }),
    incidents: ({ id, all, language }) =>
      withStore(async (store) => {
        const incidents = store.reading(incidentSpec);
        const found = id === undefined ? undefined : await incidents.get(id.toUpperCase());
        if (id !== undefined && !found) throw notThere('incident', id);
        const newest = { orderBy: 'openedAt', descending: true, limit: all ? NEWEST : 500 } as const;
        const listed = found ? [found] : await incidents.find(newest);
        const shown = listed.filter(({ state }) => found || all || state !== 'resolved').slice(0, NEWEST);
        const views = shown.map((incident) => incidentView(incident, language, found !== undefined));
        return { data: { incidents: views }, text: linesOf(views) };
      }),
  };
}

/** One after the other: where no bot runs, each opens a sandbox's files for itself. */
function queue() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** Counts what is asked, and asks nothing more once the client wants no answer. */
function watched({ signal, step }: Watch) {
  return (gateway: ToolGateway): ToolGateway => ({
    ...gateway,
    read: async (call) => {
      signal.throwIfAborted();
      step([call.tool, call.args.kind, call.args.namespace].filter((part) => typeof part === 'string').join(' '));
      return gateway.read({ ...call, signal: call.signal ? AbortSignal.any([signal, call.signal]) : signal });
    },
  });
}

async function withStore(look: (store: StoreReader) => Promise<Told>): Promise<Told> {
  const { DATA_DIR, MONGODB_URL } = readConfig(process.env);
  const store = await openStoreReader({ dataDir: DATA_DIR, mongoUrl: MONGODB_URL });
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

const notThere = (what: string, id: string) =>
  Object.assign(new Error(`There is no ${what} ${id}.`), {
    code: 'NOT_FOUND',
    hint: `Leave the id out to see the newest.`,
  });

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
const iso = (at: number): string => new Date(at).toISOString();

function compactDiagnosis({ cluster, now, coverage, findings, unknown }: Diagnosis, language: Language) {
  return {
    cluster,
    now,
    coverage,
    findings: findings.slice(0, MOST_FINDINGS).map((finding) => ({
      cause: finding.cause,
      severity: finding.severity,
      confidence: finding.confidence,
      object: refText(finding.object),
      ...(finding.since !== undefined && { since: finding.since }),
      summary: finding.summary[language],
      evidence: finding.evidence.slice(0, MOST_EVIDENCE).map((line) => {
        const heard = heardInLine(line);
        return { source: line.source, text: cut(line.text), ...(heard.length > 0 && { heard }) };
      }),
      remedies: finding.remedies.map(({ id, title, risk }) => ({ id, title: title[language], risk })),
    })),
    leftOut: Math.max(0, findings.length - MOST_FINDINGS),
    unknown: unknown.map(({ what, why }) => ({ what, why: cut(why) })),
  };
}

function compactReport(report: Report, language: Language) {
  const { cluster, at, score, grade, coverage, lines, findings, advice, unknown } = report;
  const worst = findings.toSorted(worstFirst).slice(0, MOST_FINDINGS);
  const best = advice.slice(0, MOST_FINDINGS);
  return {
    cluster: cluster.name,
    at: iso(at),
    score,
    grade,
    coverage,
    lines: lines.slice(0, MOST_LINES).map(({ points, code, text }) => ({ points, code, text: text[language] })),
    findings: worst.map(({ code, severity, text, next, count, objects }) => ({
      code,
      severity,
      text: text[language],
      next: next[language],
      count,
      objects: objects.slice(0, 5).map(objectText),
    })),
    advice: best.map(({ id, title, verdict, gate, saving }) => ({
      id,
      title: title[language],
      ...(verdict && { verdict }),
      ...(gate !== undefined && { gate }),
      ...(saving && { saving: savingView(saving) }),
    })),
    leftOut: findings.length - worst.length + (advice.length - best.length),
    unknown: unknown.map(({ what, why }) => ({ what, why: cut(why) })),
  };
}

const savingView = ({ amount, currency, per, source, asOf }: NonNullable<Report['advice'][number]['saving']>) => ({
  amount,
  currency,
  per,
  source,
  asOf,
});

function taskView(task: Task, language: Language, words: ReturnType<typeof loadMessages>, whole: boolean) {
  const { id, plan, state, createdAt, endedAt } = task;
  return {
    id,
    title: plan.title[language],
    state,
    cluster: plan.cluster,
    createdAt: iso(createdAt),
    ...(endedAt !== undefined && { endedAt: iso(endedAt) }),
    ...(whole && { steps: stepViews(task, language, words) }),
  };
}

function stepViews(task: Task, language: Language, words: ReturnType<typeof loadMessages>) {
  const shown = stepsOf(task, words[language], language, task.endedAt ?? task.createdAt);
  return task.steps.map(({ id, state, stage, percent, error }, at) => ({
    id,
    title: shown[at]?.title ?? id,
    state,
    ...(stage !== undefined && { stage }),
    ...(percent !== undefined && { percent }),
    ...(error && { error: cut(`${error.code}: ${error.message}`) }),
  }));
}

function incidentView(incident: Incident, language: Language, whole: boolean) {
  const { id, title, state, severity, cluster, finding, openedAt, resolvedAt, attempts } = incident;
  return {
    id,
    title: title[language],
    state,
    severity,
    cluster: cluster.name,
    ...(finding && { cause: finding.cause, object: refText(finding.object) }),
    openedAt: iso(openedAt),
    ...(resolvedAt !== undefined && { resolvedAt: iso(resolvedAt) }),
    ...(whole && {
      evidence: (finding?.evidence ?? [])
        .slice(0, MOST_EVIDENCE)
        .map(({ source, text }) => ({ source, text: cut(text) })),
      attempts: attempts.map((one) => ({
        title: one.title[language],
        state: one.state,
        ...(one.why !== undefined && { why: cut(one.why) }),
      })),
    }),
  };
}

/** One line each; what is nested stays in the object. */
const linesOf = (views: readonly object[]): string =>
  views
    .map((view) =>
      Object.values(view)
        .filter((value) => typeof value === 'string')
        .join(' · '),
    )
    .join('\n') || '–';
