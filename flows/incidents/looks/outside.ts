import type { LogKind } from './log-patterns.ts';

const OUTSIDE: ReadonlySet<LogKind> = new Set<LogKind>([
  'dns',
  'connection-refused',
  'unreachable',
  'connection-reset',
  'timeout',
  'auth-failed',
  'read-only',
  'pool-exhausted',
  'rate-limited',
  'disk-full',
  'tls-expired',
  'tls-untrusted',
  'k8s-forbidden',
]);

/** Whether a line says what a program misses of others: no matter of its own code. */
export const isOutside = (kind: LogKind): boolean => OUTSIDE.has(kind);
