import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';

/** One GET, bound to an address: no redirects, no cookies, no credentials, and the answer's text goes nowhere. */
export interface Question {
  /** Where a simulated cloud lets its load balancers be asked; the address itself where it is not given. */
  entrance?: string | undefined;
  address: string;
  port: number;
  secure: boolean;
  /** Of the Host header, and of TLS. */
  host: string;
  path: string;
  signal: AbortSignal;
}

export type Reached =
  | { ok: true; status: number; ms: number; bytes: number; certificate?: string }
  | { ok: false; reason: string };

const timeoutMs = 5_000;
const mostBytes = 1024 * 1024;

export async function ask(question: Question): Promise<Reached> {
  const startedAt = performance.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([question.signal, timeout]);
  try {
    const response = await answerTo(question, signal);
    const bytes = await sizeOf(response);
    const ms = Math.round(performance.now() - startedAt);
    const problem = certificateProblem(response);
    return { ok: true, status: response.statusCode ?? 0, ms, bytes, ...(problem && { certificate: problem }) };
  } catch (thrown) {
    question.signal.throwIfAborted();
    const reason = timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : codeOf(thrown);
    return { ok: false, reason };
  }
}

function answerTo(question: Question, signal: AbortSignal): Promise<IncomingMessage> {
  const { entrance, address, port, secure, host, path } = question;
  const headers = { host, 'user-agent': 'k8s-copilot-check', accept: '*/*' };
  const common = { method: 'GET', headers, signal, agent: false, maxHeaderSize: 16_384 } as const;
  return new Promise((resolve, reject) => {
    if (entrance !== undefined) {
      const door = new URL(entrance);
      const at = { host: door.hostname, port: door.port, path: `${door.pathname}/${address}:${port}${path}` };
      const sent = door.protocol === 'https:' ? requestSecure : requestPlain;
      sent({ ...common, ...at }, resolve)
        .on('error', reject)
        .end();
      return;
    }
    const options = { ...common, host: address, port, path };
    // Whether people trust the certificate is told apart from whether the application answers.
    const begun = secure
      ? requestSecure({ ...options, servername: host, rejectUnauthorized: false }, resolve)
      : requestPlain(options, resolve);
    begun.on('error', reject).end();
  });
}

/** Reads an answer to its end, or as far as it is worth counting. */
async function sizeOf(response: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > mostBytes) break;
  }
  return bytes;
}

function certificateProblem({ socket }: IncomingMessage): string | undefined {
  const problem = 'authorizationError' in socket ? socket.authorizationError : undefined;
  return problem ? String(problem) : undefined;
}

const codeOf = (thrown: unknown): string => {
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return thrown instanceof Error ? thrown.message.slice(0, 200) : 'unknown';
};
