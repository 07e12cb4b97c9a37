import type { Matcher } from './promql/ast.ts';
import { type EngineOptions, queryInstant, queryRange, type Result } from './promql/engine.ts';
import { ExecutionError, ParseError, TimeoutError } from './promql/errors.ts';
import { type Labels, labelKey } from './promql/labels.ts';
import { formatValue, parseDuration } from './promql/literals.ts';
import { parseSelector } from './promql/parse.ts';

/** An HTTP status and Prometheus' JSON. */
export interface Reply {
  status: number;
  body: unknown;
}

/** What one Prometheus answers from. */
export interface Backend {
  engine: EngineOptions;
  /** The label sets of the series that fulfil one of the selectors; of all series without a selector. */
  labelSets(selectors: readonly (readonly Matcher[])[], span: { start: number; end: number }): Iterable<Labels>;
  /** Epoch milliseconds. */
  now: number;
}

const MAX_POINTS = 11_000;

type Endpoint = (backend: Backend, parameters: URLSearchParams) => Promise<unknown>;

/** Answers a call below `/api/v1/`. https://prometheus.io/docs/prometheus/latest/querying/api/ */
export async function answerApi(backend: Backend, path: string, parameters: URLSearchParams): Promise<Reply> {
  const values = /^label\/([^/]+)\/values$/.exec(path)?.[1];
  const endpoint = values === undefined ? endpoints[path] : labelValues(decodeURIComponent(values));
  if (!endpoint) return refusal(404, 'not_found', `there is no endpoint ${path}`);
  try {
    return { status: 200, body: { status: 'success', data: await endpoint(backend, parameters) } };
  } catch (error) {
    if (error instanceof ParseError) return refusal(400, 'bad_data', error.message);
    if (error instanceof ExecutionError) return refusal(422, 'execution', error.message);
    if (error instanceof TimeoutError) return refusal(503, 'timeout', error.message);
    throw error;
  }
}

/** An error in Prometheus' form. */
export const refusal = (status: number, errorType: string, error: string): Reply => ({
  status,
  body: { status: 'error', errorType, error },
});

const endpoints: Record<string, Endpoint> = {
  query: async (backend, parameters) => {
    const time = timeOf(parameters, 'time', backend.now);
    return resultData(await asked(() => queryInstant(limited(backend, parameters), textOf(parameters), time)));
  },
  query_range: async (backend, parameters) => {
    const grid = gridOf(parameters, backend.now);
    return resultData(await asked(() => queryRange(limited(backend, parameters), textOf(parameters), grid)));
  },
  series: async (backend, parameters) => {
    if (!parameters.has('match[]')) throw new ParseError('no match[] parameter provided');
    return distinct(setsOf(backend, parameters));
  },
  labels: async (backend, parameters) =>
    sortedNames([...setsOf(backend, parameters)].flatMap((labels) => Object.keys(labels))),
  'status/buildinfo': async () => ({
    version: '3.0.0',
    revision: 'sandbox',
    branch: 'sandbox',
    buildUser: 'sandbox',
    buildDate: '',
    goVersion: '',
  }),
};

const labelValues =
  (name: string): Endpoint =>
  async (backend, parameters) =>
    sortedNames([...setsOf(backend, parameters)].flatMap((labels) => labels[name] ?? []));

const sortedNames = (names: readonly string[]): string[] => [...new Set(names)].sort();

function* setsOf(backend: Backend, parameters: URLSearchParams): Iterable<Labels> {
  const selectors = parameters.getAll('match[]').map((text) => named('match[]', () => parseSelector(text)));
  const span = { start: timeOf(parameters, 'start', 0), end: timeOf(parameters, 'end', backend.now) };
  yield* backend.labelSets(selectors, span);
}

function distinct(sets: Iterable<Labels>): Labels[] {
  const byKey = new Map<string, Labels>();
  for (const labels of sets) byKey.set(labelKey(labels), labels);
  return [...byKey.values()];
}

function limited({ engine }: Backend, parameters: URLSearchParams): EngineOptions {
  const timeout = parameters.get('timeout');
  if (!timeout) return engine;
  const wish = durationOf('timeout', timeout);
  return { ...engine, timeoutMs: Math.min(wish, engine.timeoutMs ?? wish) };
}

const textOf = (parameters: URLSearchParams): string => parameters.get('query') ?? '';

/** Parse errors of a query say which parameter is wrong. */
async function asked(query: () => Promise<Result>): Promise<Result> {
  try {
    return await query();
  } catch (error) {
    if (error instanceof ParseError) throw badParameter('query', error.message);
    throw error;
  }
}

function named<T>(parameter: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ParseError) throw badParameter(parameter, error.message);
    throw error;
  }
}

const badParameter = (name: string, message: string): ParseError =>
  new ParseError(`invalid parameter "${name}": ${message}`);

function gridOf(parameters: URLSearchParams, now: number) {
  for (const name of ['start', 'end', 'step']) {
    if (!parameters.get(name))
      throw badParameter(name, `cannot parse "" to a valid ${name === 'step' ? 'duration' : 'timestamp'}`);
  }
  const [start, end] = [timeOf(parameters, 'start', now), timeOf(parameters, 'end', now)];
  const step = durationOf('step', parameters.get('step') ?? '');
  if (end < start) throw badParameter('end', 'end timestamp must not be before start time');
  if (step <= 0)
    throw badParameter(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  if ((end - start) / step > MAX_POINTS)
    throw new ParseError(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  return { start, end, step };
}

/** Epoch milliseconds of a time in seconds or as RFC 3339. */
function timeOf(parameters: URLSearchParams, name: string, otherwise: number): number {
  const text = parameters.get(name);
  if (!text) return otherwise;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text);
  if (Number.isNaN(ms)) throw badParameter(name, `cannot parse "${text}" to a valid timestamp`);
  return Math.round(ms);
}

function durationOf(name: string, text: string): number {
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : parseDuration(text);
  if (ms === undefined) throw badParameter(name, `cannot parse "${text}" to a valid duration`);
  return Math.round(ms);
}

const point = (time: number, value: number): [number, string] => [time / 1000, formatValue(value)];

function resultData(result: Result) {
  switch (result.type) {
    case 'scalar':
      return { resultType: 'scalar', result: point(result.time, result.value) };
    case 'string':
      return { resultType: 'string', result: [result.time / 1000, result.value] };
    case 'vector':
      return {
        resultType: 'vector',
        result: result.elements.map(({ labels, value }) => ({ metric: labels, value: point(result.time, value) })),
      };
    case 'matrix':
      return {
        resultType: 'matrix',
        result: result.series.map(({ labels, times, values }) => ({
          metric: labels,
          values: Array.from(times, (time, i) => point(time, values[i] ?? Number.NaN)),
        })),
      };
  }
}
