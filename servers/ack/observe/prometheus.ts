import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { z } from 'zod';
import { ToolFailure } from '../errors.ts';
import { bytesOf, maxAnswerBytes } from '../kube/kube-tool.ts';
import type { PrometheusAccess } from './access.ts';

const bodyLimit = 64 * 1024 * 1024;
/** What Prometheus' own word for being too late takes to arrive. */
const graceMs = 2_000;

/** What a query may cost. */
export interface QueryLimits {
  /** The most series that are passed on. */
  maxSeries: number;
  /** The newest so many points of each. */
  maxPoints: number;
  /** Prometheus gives the query up after that. */
  timeoutSeconds: number;
  signal: AbortSignal;
}

/** Input fields of both kinds of queries. */
export const limitFields = {
  /** The most series that are passed on, within what fits into an answer. */
  maxSeries: z.int().min(1).max(2_000).default(50),
  /** After that Prometheus gives the query up. */
  timeoutSeconds: z.int().min(1).max(120).default(20),
};

const point = z.tuple([z.number(), z.string()]);
const metric = z.record(z.string(), z.string());
const answerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.discriminatedUnion('resultType', [
      z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric, value: point.optional() })) }),
      z.object({
        resultType: z.literal('matrix'),
        result: z.array(z.object({ metric, values: z.array(point).default([]) })),
      }),
      z.object({ resultType: z.literal('scalar'), result: point }),
      z.object({ resultType: z.literal('string'), result: point }),
    ]),
    warnings: z.array(z.string()).optional(),
  }),
  z.object({ status: z.literal('error'), errorType: z.string().default('unknown'), error: z.string().default('') }),
]);

/** Seconds and the value. No tuple: in JSON Schema that is `prefixItems`, which validators of older drafts refuse. */
const pair = z.array(z.union([z.number(), z.string()])).length(2);

export const seriesFields = {
  resultType: z.enum(['vector', 'matrix', 'scalar', 'string']),
  /** Values are strings, as Prometheus gives them: `NaN` and `+Inf` have no JSON number. */
  series: z.array(z.object({ metric, points: z.array(pair) })),
  /** True when series or points were left out. */
  truncated: z.boolean(),
  warnings: z.array(z.string()).optional(),
};

/** https://prometheus.io/docs/prometheus/latest/querying/api/ */
export async function query(
  access: PrometheusAccess,
  path: 'query' | 'query_range',
  parameters: Record<string, string>,
  limits: QueryLimits,
) {
  const form = new URLSearchParams({ ...parameters, timeout: `${limits.timeoutSeconds}s` }).toString();
  const { status, body } = await post(access, `/api/v1/${path}`, form, limits);
  const parsed = answerSchema.safeParse(jsonOf(body));
  if (!parsed.success) throw refused(status);
  if (parsed.data.status === 'error') throw failure(parsed.data);
  const { data, warnings } = parsed.data;
  const all = seriesOf(data);
  const cut = all.slice(0, limits.maxSeries).map(({ metric: labels, points }) => ({
    metric: labels,
    points: points.slice(-limits.maxPoints),
  }));
  const series = fitting(cut);
  const truncated = series.length < all.length || all.some(({ points }) => points.length > limits.maxPoints);
  return { resultType: data.resultType, series, truncated, ...(warnings?.length && { warnings }) };
}

/** The first series that fit into an answer together: none is cut where the caller did not ask for it. */
function fitting<Series extends object>(all: Series[]): Series[] {
  let left = maxAnswerBytes;
  const end = all.findIndex((one) => {
    left -= bytesOf(one) + 1;
    return left < 0;
  });
  return end < 0 ? all : all.slice(0, end);
}

type Data = Extract<z.infer<typeof answerSchema>, { status: 'success' }>['data'];

function seriesOf(data: Data) {
  switch (data.resultType) {
    case 'vector':
      return data.result.map(({ metric: labels, value }) => ({ metric: labels, points: value ? [value] : [] }));
    case 'matrix':
      return data.result.map(({ metric: labels, values }) => ({ metric: labels, points: values }));
    default:
      return [{ metric: {}, points: [data.result] }];
  }
}

/** Errors of the query language keep Prometheus' own type: bad_data, execution, timeout, … */
function failure({ errorType, error }: { errorType: string; error: string }): ToolFailure {
  const code = errorType === 'bad_data' ? 'INVALID_ARGUMENT' : errorType === 'timeout' ? 'Timeout' : 'QueryFailed';
  const retryable = errorType !== 'bad_data' && errorType !== 'execution';
  return new ToolFailure({ code, message: `${errorType}: ${error}`.slice(0, 2000), retryable, ambiguous: false });
}

/** An answer that is not Prometheus' own: a proxy or a login stands before it. */
function refused(status: number): ToolFailure {
  const code = status === 401 || status === 403 ? 'Unauthorized' : status === 429 ? 'TooManyRequests' : 'Unreachable';
  const message =
    code === 'Unauthorized'
      ? 'The Prometheus does not accept our credentials'
      : `The address does not answer as a Prometheus does (status ${status})`;
  return new ToolFailure({ code, message, retryable: status === 429 || status >= 500, ambiguous: false });
}

async function post(
  access: PrometheusAccess,
  path: string,
  form: string,
  { signal, timeoutSeconds }: Pick<QueryLimits, 'signal' | 'timeoutSeconds'>,
) {
  const url = new URL(access.url + path);
  const timeout = AbortSignal.timeout(timeoutSeconds * 1000 + graceMs);
  const options = {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(form),
      ...(access.authorization !== undefined && { authorization: access.authorization }),
    },
    ...(access.ca !== undefined && { ca: access.ca }),
    ...(access.insecureSkipVerify && { rejectUnauthorized: false }),
    signal: AbortSignal.any([signal, timeout]),
  };
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = url.protocol === 'http:' ? requestPlain : requestSecure;
      send(url, options, resolve).on('error', reject).end(form);
    });
    return { status: response.statusCode ?? 0, body: await readAll(response) };
  } catch (cause) {
    const reason = timeout.aborted
      ? `it did not answer within ${timeoutSeconds} seconds`
      : cause instanceof Error
        ? cause.message
        : '';
    const code = timeout.aborted ? 'Timeout' : 'Unreachable';
    const message = `The Prometheus at ${url.origin} could not be used: ${reason}`;
    throw new ToolFailure({ code, message, retryable: true, ambiguous: false }, cause);
  }
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > bodyLimit) throw new Error(`the answer is longer than ${bodyLimit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
