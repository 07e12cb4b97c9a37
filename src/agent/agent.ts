import type { Redactor } from '../tools/redaction.ts';
import type { ToolGateway } from '../tools/types.ts';
import type { RawAnswer } from './answer.ts';
import type { Budget } from './budget.ts';
import { checkAnswer, restsOn } from './claims.ts';
import { briefingOf } from './loop/briefing.ts';
import type { EvidenceStore } from './loop/evidence-store.ts';
import { createHands } from './loop/hands.ts';
import { evidenceTools, finishTool } from './loop/house-tools.ts';
import { offerOf } from './loop/offer.ts';
import { createRecords, type Records } from './loop/records.ts';
import { createRepeats } from './loop/repeats.ts';
import { defaultLimits, end, openSession, type Session } from './loop/session.ts';
import { createSteps } from './loop/steps.ts';
import { createTurns, type TakeTurn } from './loop/turn.ts';
import type { ModelSettings } from './model.ts';
import { heardPack } from './pack.ts';
import type { HeardEvidence } from './testimony.ts';
import type { Agent, AgentRequest, Evidence, EvidencePack, Investigation, RemedyCatalogue, Runbook } from './types.ts';

export interface AgentOptions {
  settings: ModelSettings;
  budget: Budget;
  /** Of which only reading tools are used. */
  gateway: Pick<ToolGateway, 'tools' | 'read' | 'describe'>;
  redactor: Pick<Redactor, 'text' | 'object'>;
  remedies: RemedyCatalogue;
  /** The pages of advice that fit, the best first. */
  runbooks: (request: AgentRequest) => Runbook[] | Promise<Runbook[]>;
  keep: EvidenceStore;
  /** Something that cannot be guessed. */
  newMark: () => string;
  newId: () => string;
  clock: () => number;
  log: { warn(data: object, message: string): void };
  /** How the model is asked; absent: at the endpoint of the settings. */
  takeTurn?: TakeTurn;
}

/** The agent: a model in a loop over reading tools. It loads nothing heavy before the first investigation. */
export function createAgent(options: AgentOptions): Agent {
  const takeTurn = options.takeTurn ?? createTurns(options.settings);

  return {
    async investigate(request) {
      const startedAt = options.clock();
      const limits = { ...defaultLimits, ...request.limits };
      const time = AbortSignal.timeout(limits.seconds * 1000);
      const signal = request.signal ? AbortSignal.any([time, request.signal]) : time;
      const session = openSession(request, limits, signal);
      const records = createRecords({
        first: request.pack ? heardPack(request.pack) : [],
        mark: options.newMark(),
        keep: options.keep,
        log: options.log,
      });
      const advice: Runbook[] = [];
      await unlessStopped(session, () => look(options, { session, records, advice, takeTurn }));
      if (session.over?.failure) options.log.warn({ failure: session.over.failure }, 'Investigation without an answer');
      const seconds = (options.clock() - startedAt) / 1000;
      return {
        id: options.newId(),
        ...told(session, records, options),
        ...used(session, seconds, options),
        runbooks: advice.map(({ name }) => name),
      };
    },
  };
}

/** Ends with the work or with the signal, whatever comes first; what is left of the work is not waited for. */
async function unlessStopped(session: Session, work: () => Promise<void>): Promise<void> {
  const { signal, request } = session;
  const stop = () => end(session, request.signal?.aborted ? 'stopped' : 'time');
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (signal.aborted) return stop();
  const done = work().catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    if (!signal.aborted) end(session, 'failed', { ok: false, code: 'FAILED', message });
  });
  await Promise.race([done, stopped]);
  if (signal.aborted) stop();
  else end(session, 'failed', { ok: false, code: 'FAILED', message: 'The loop ended without an answer' });
}

interface Looking {
  session: Session;
  records: Records;
  /** Filled with what was given as advice. */
  advice: Runbook[];
  takeTurn: TakeTurn;
}

const MOST_RUNBOOKS = 2;

async function look(options: AgentOptions, { session, records, advice, takeTurn }: Looking): Promise<void> {
  const { request, signal } = session;
  const wanted = { purpose: request.purpose, isBound: request.cluster !== undefined, signal };
  const [{ runLoop }, offer, runbooks] = await Promise.all([
    import('./loop/framework.ts'),
    offerOf(options.gateway, wanted),
    options.runbooks(request),
  ]);
  advice.push(...runbooks.slice(0, MOST_RUNBOOKS));
  const briefing = await briefingOf({
    ...options,
    request,
    runbooks: advice,
    mark: records.mark,
    now: options.clock(),
  });
  const repeats = createRepeats(options.clock);
  const tools = [...offer.tools, ...evidenceTools, finishTool];
  await runLoop({
    ...briefing,
    step: createSteps({ ...options, session, takeTurn, records, repeats, tools, finish: finishTool }),
    call: createHands({ ...options, session, offer, records, repeats }),
    mostSteps: session.limits.steps,
  });
}

type Told = Omit<Investigation, 'id' | 'usage' | 'runbooks'>;

function told(session: Session, records: Records, options: AgentOptions): Told {
  const { request, over } = session;
  const evidence = records.all();
  const failure = over?.failure && { code: over.failure.code, message: over.failure.message };
  const shown = evidence.map(({ marked: _, ...one }): Evidence => one);
  const base = { question: request.question, evidence: shown, ...(failure && { failure }) };
  try {
    return { ...base, ending: over?.ending ?? 'failed', ...checked(session, evidence, options.remedies) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const nothing = { summary: '', claims: [], notChecked: [], remedies: [] };
    return { ...base, ...nothing, ending: 'failed', failure: { code: 'FAILED', message } };
  }
}

function checked({ request, answer }: Session, evidence: HeardEvidence[], remedies: RemedyCatalogue) {
  const raw = answer ?? knownBefore(request.pack);
  const { cluster, pack, question } = request;
  const objects = pack?.findings.map(({ object }) => object) ?? [];
  const given = cluster ? [cluster.name, cluster.id] : [];
  const chosen = request.purpose === 'incident' ? raw.remedies : [];
  const answered = checkAnswer({ raw, evidence, question, objects, given });
  const typed = chosen.flatMap(({ choice, why }) => {
    const found = remedies.check(choice);
    return found.ok ? [{ remedy: found.remedy, why, rests: restsOn(found.remedy, answered.claims) }] : [];
  });
  // What only strangers' words speak for comes after what is shown, wherever the model put it.
  return { ...answered, remedies: typed.sort((a, b) => RESTS[a.rests] - RESTS[b.rests]) };
}

const RESTS = { supported: 0, nothing: 1, reported: 2 } as const;

/** Without an answer there is still what the rules found. */
function knownBefore(pack: EvidencePack | undefined): RawAnswer {
  const findings = pack?.findings ?? [];
  return {
    summary: findings[0]?.summary ?? '',
    claims: findings.map(({ summary, cites }) => ({ text: summary, cites })),
    notChecked: pack?.unknown.map(({ what, why }) => `${what}: ${why}`) ?? [],
    remedies: [],
  };
}

function used({ usage }: Session, seconds: number, { settings }: AgentOptions): Pick<Investigation, 'usage'> {
  const { money, ...counts } = usage;
  const isPriced = settings.prices?.[settings.main] !== undefined;
  return { usage: { ...counts, seconds, ...(isPriced && { money }) } };
}
