/** What can go wrong between a question and a model's answer. */

type FailureCode =
  | 'BUDGET_SPENT'
  /** It took too long. */
  | 'TIMED_OUT'
  /** Whoever asked does not want to know any more. */
  | 'STOPPED'
  | 'UNREACHABLE'
  | 'UNAUTHORIZED'
  | 'NO_SUCH_MODEL'
  /** The endpoint allows no more at the moment. */
  | 'BUSY'
  /** The endpoint takes the question for a mistake. */
  | 'REJECTED'
  /** The model, or its provider's filter, does not want to answer. */
  | 'REFUSED'
  | 'TOO_LONG'
  /** The model, or the way it is served, cannot call tools. */
  | 'NO_TOOLS'
  /** What came back is not what was asked for. */
  | 'INVALID_ANSWER'
  | 'FAILED';

export interface Failure {
  ok: false;
  code: FailureCode;
  /** One line, which may quote the endpoint; it never holds the key. */
  message: string;
}

interface Asked {
  baseUrl: string;
  apiKey?: string | undefined;
  model: string;
}

const MOST_QUOTED = 300;
/** https://github.com/ollama/ollama/issues/14795 and https://github.com/soapbucket/sbproxy/pull/591, which quotes vLLM */
const CALLS_NO_TOOLS =
  /does not support tools|enable-auto-tool-choice|tool.call.parser|tools? (?:is|are) not supported/i;

/** Puts an error of the library into one of the codes. */
export function failureOf(error: unknown, asked: Asked): Failure {
  const host = URL.parse(asked.baseUrl)?.host ?? asked.baseUrl;
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  const quoted = quote(error, asked);
  if (typeof status !== 'number') return unanswered(error, host, quoted);
  const say = (code: FailureCode, what: string): Failure => ({
    ok: false,
    code,
    message: `${host} ${what} (${status}): ${quoted}`,
  });
  if (status === 401 || status === 403) return say('UNAUTHORIZED', 'refuses the key');
  if (status === 404) return say('NO_SUCH_MODEL', `knows no model ${asked.model} at this address`);
  if (status === 429) return say('BUSY', 'allows no more at the moment');
  if (status === 400 && CALLS_NO_TOOLS.test(quoted)) return say('NO_TOOLS', `lets ${asked.model} call no tools`);
  return status < 500 ? say('REJECTED', 'rejects the question') : say('FAILED', 'failed');
}

function unanswered(error: unknown, host: string, quoted: string): Failure {
  const kind = error instanceof Error ? error.constructor.name : '';
  if (kind === 'APIConnectionTimeoutError') return { ok: false, code: 'TIMED_OUT', message: `${host} takes too long` };
  if (kind === 'APIConnectionError')
    return { ok: false, code: 'UNREACHABLE', message: `${host} cannot be reached: ${quoted}` };
  return error instanceof SyntaxError
    ? { ok: false, code: 'INVALID_ANSWER', message: `${host} answers something that is not JSON` }
    : { ok: false, code: 'FAILED', message: quoted };
}

/** The innermost reason in one line; an endpoint may repeat the key it was given. */
function quote(error: unknown, { apiKey }: Asked): string {
  const causes: string[] = [];
  for (let at = error; at instanceof Error && causes.length < 5; at = at.cause) {
    causes.push(at.message || ('code' in at ? String(at.code) : at.name));
  }
  const line = (causes.at(-1) ?? String(error)).replaceAll(/\s+/g, ' ').trim();
  const safe = apiKey ? line.replaceAll(apiKey, '…') : line;
  return safe.length > MOST_QUOTED ? `${safe.slice(0, MOST_QUOTED)}…` : safe;
}
