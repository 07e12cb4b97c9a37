import type { Motion } from '../cluster.ts';
import type { Resource } from '../objects.ts';
import type { ObjectStore } from '../store.ts';

/** Who asks. */
export interface User {
  name: string;
  groups: readonly string[];
  /** May do everything, whatever the roles say. */
  admin: boolean;
}

/** A cluster as the API's handlers see it. */
interface Served {
  id: string;
  /** Without defaults and admission: handlers do those themselves. */
  store: ObjectStore;
  motion: Motion | undefined;
  /** `1.36.1-aliyun.1` */
  version: string;
  /** Signs the tokens of service accounts. */
  tokenKey: string;
}

/** One request below `/kubernetes/CLUSTER`. */
export interface KubeRequest {
  cluster: Served;
  method: string;
  /** Without `/kubernetes/CLUSTER`. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  body: Buffer;
  user: User;
}

/** What a request is about. */
export interface Target {
  resource: Resource;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
}

/** A request with what it is about. */
export type Call = KubeRequest & { target: Target };

/** Where an answer without an end is written to. */
export interface Sink {
  /** False once nobody listens, or the listener is too slow. */
  write(text: string): boolean;
  end(): void;
}

export type Reply =
  | { kind: 'json'; status: number; body: unknown; headers?: Record<string, string> }
  | { kind: 'raw'; status: number; contentType: string; body: string | Uint8Array }
  /** `start` returns how to stop. */
  | { kind: 'stream'; contentType: string; start(sink: Sink): () => void };

export const json = (body: unknown, status = 200): Reply => ({ kind: 'json', status, body });

/** Whether a query parameter is on: `?watch`, `?watch=1`, `?watch=true`. */
export const flag = (query: URLSearchParams, name: string): boolean => {
  const value = query.get(name);
  return value !== null && value !== 'false' && value !== '0';
};

/** A whole number of the query; undefined when absent or not one. */
export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  const value = Number(text);
  return text === null || text === '' || !Number.isInteger(value) || value < 0 ? undefined : value;
}
