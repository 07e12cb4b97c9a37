/** Names of a cluster inside PromQL: whatever they hold, they stay the text they are. */

/** A string literal: https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals */
export function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

/** For `=~`: the pods that a workload of this name makes, or a pod without a workload. A name may hold dots. */
export function podsOf({ kind, name }: { kind: string; name: string }): string {
  const literal = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return quoted(kind === 'Pod' ? literal : `${literal}-.*`);
}
