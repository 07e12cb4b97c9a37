import { z } from 'zod';
import { createLimiter } from '../../tools/limiter.ts';
import type { Redactor } from '../../tools/redaction.ts';
import type { JsonObject, ToolError, ToolGateway } from '../../tools/types.ts';
import { rawAnswerSchema } from '../answer.ts';
import { heardAs, sentenceOf } from '../testimony.ts';
import type { RemedyCatalogue } from '../types.ts';
import type { ToolRequest } from './calls.ts';
import { curveOf } from './curves.ts';
import { evidenceTools, FINISH, readEvidence } from './house-tools.ts';
import type { Offer, Offered } from './offer.ts';
import type { Found, Records } from './records.ts';
import type { Repeats } from './repeats.ts';
import { answered, type Session } from './session.ts';
import { labelsHeard, spokenBy } from './voices.ts';

/** Carries out what a model calls. Whatever it wants, there comes a text: an answer, or why there is none. */

export interface HandsOptions {
  session: Session;
  offer: Offer;
  records: Records;
  repeats: Repeats;
  gateway: Pick<ToolGateway, 'read'>;
  redactor: Pick<Redactor, 'text'>;
  remedies: RemedyCatalogue;
}

const AT_ONCE = 6;
const LONGEST_SOURCE = 200;
const isOwn = (name: string): boolean => evidenceTools.some((tool) => tool.name === name);

/** The hands of one investigation: reading tools, at most six at once, and the tools of the loop itself. Never rejects. */
export function createHands(options: HandsOptions): (request: ToolRequest) => Promise<string> {
  const { session, offer, records, repeats } = options;
  const limited = createLimiter(AT_ONCE);
  let told = false;
  let steps = 0;

  async function call(request: ToolRequest): Promise<string> {
    if (session.over) return 'The investigation has ended.';
    if (request.problem) return `${request.name} was not called: of its arguments, ${request.problem}.`;
    if (request.name === FINISH) return finish(request.args ?? {});
    const offered = offer.byName.get(request.name);
    if (!offered && !isOwn(request.name)) return unknown(request.name, offer);
    if (session.usage.toolCalls >= session.limits.toolCalls) {
      session.concluding ??= 'steps';
      return 'No call is left. Call finish with what you know.';
    }
    return repeats.once(request, () => counted(request, offered));
  }

  async function counted(request: ToolRequest, offered: Offered | undefined): Promise<string> {
    session.usage.toolCalls++;
    if (!offered) return ownTool(request);
    const args = bound(request.args ?? {}, offered, session.request.cluster);
    if (typeof args === 'string') return args;
    return limited(session.signal, () => read(offered.tool, args));
  }

  async function ownTool({ name, args }: ToolRequest): Promise<string> {
    const part = await readEvidence(name, args, records);
    return typeof part === 'string' ? part : records.shown(part);
  }

  async function read(tool: string, args: JsonObject): Promise<string> {
    const step = { type: 'step', id: `S${++steps}`, source: options.redactor.text(sourceOf(tool, args)) } as const;
    session.emit({ ...step, status: 'running' });
    const { who: actor } = session.request;
    const result = await options.gateway.read({ tool, args, actor, signal: session.signal });
    if (!result.ok && NO_EVIDENCE.includes(result.error.code)) {
      session.emit({ ...step, status: 'failed', detail: result.error.code });
      return `${tool} was not called: ${errorText(result.error)}`;
    }
    const found = result.ok ? foundIn(tool, args, result.data) : { text: refusalOf(tool, result.error) };
    const evidence = await records.add({ source: step.source, ...found });
    session.emit({ ...step, ...(result.ok ? { status: 'done' } : { status: 'failed', detail: result.error.code }) });
    return records.shown(evidence);
  }

  /** A remedy that is none is told of once; after that it is left out. */
  function finish(args: JsonObject): string {
    const parsed = rawAnswerSchema.safeParse(args);
    if (!parsed.success) return `The answer does not fit: ${z.prettifyError(parsed.error)}`;
    const refused = parsed.data.remedies.flatMap(({ choice }) => {
      const checked = options.remedies.check(choice);
      return checked.ok ? [] : [`${JSON.stringify(choice.id)}: ${checked.why}`];
    });
    if (refused.length > 0 && !told && !session.concluding) {
      told = true;
      session.emit({ type: 'reset' });
      return `These are no remedies:\n${refused.join('\n')}\nCall finish again, with remedies of the catalogue or none.`;
    }
    answered(session, parsed.data);
    return 'Done.';
  }

  return async (request) => {
    try {
      return await call(request);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return session.signal.aborted ? 'Stopped.' : `${request.name} failed: ${options.redactor.text(why)}`;
    }
  };
}

/** The call was a mistake of the model: it shows nothing of the world. */
const NO_EVIDENCE = [
  'INVALID_ARGUMENT',
  'TOOL_REFUSED',
  'TOOL_CHANGED',
  'TOOL_MISSING',
  'UNKNOWN_TOOL',
  'CALL_REJECTED',
];

const unknown = (name: string, { byName }: Offer): string =>
  `There is no tool ${name.slice(0, 80)}. There are: ${[...byName.keys(), ...evidenceTools.map((tool) => tool.name), FINISH].join(', ')}.`;

/** The arguments for the cluster that is asked about; a sentence where they name another. */
function bound(
  args: JsonObject,
  { hasCluster }: Offered,
  cluster: { id: string; name: string } | undefined,
): JsonObject | string {
  if (!hasCluster || !cluster) return args;
  const { clusterId = cluster.id } = args;
  if (clusterId !== cluster.id && clusterId !== cluster.name)
    return `This investigation is about the cluster ${cluster.name} only; nothing was read of another.`;
  return { ...args, clusterId: cluster.id };
}

function foundIn(tool: string, args: JsonObject, data: JsonObject): Omit<Found, 'source'> {
  const curve = tool === 'metrics_query_range' ? curveOf(String(args.promql), data) : undefined;
  if (!curve) return { text: spokenBy(tool, args, data) };
  return { text: labelsHeard(curve.summary), behind: labelsHeard(curve.points), chart: curve.chart };
}

/** Why there is no answer: a server's own word, unless the server is not ours. */
function refusalOf(tool: string, error: ToolError): string {
  const text = errorText(error);
  return tool.includes('__') ? heardAs('server', text) : sentenceOf(text);
}

function errorText({ code, message, hint }: ToolError): string {
  return `error ${code}: ${message}${hint ? ` ${hint}` : ''}`;
}

/** `k8s_get Deployment prod/app`, and whatever else was asked. */
function sourceOf(tool: string, { clusterId: _, kind, namespace, name, pod, ...rest }: JsonObject): string {
  const object = name ?? pod;
  const place = [namespace, object].filter((part) => part !== undefined).join('/');
  const others = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const words = [tool, kind, place, ...others].filter((word) => word !== undefined && word !== '');
  return words.join(' ').replaceAll(/\s+/g, ' ').slice(0, LONGEST_SOURCE);
}
