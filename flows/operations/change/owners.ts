/** A ReplicaSet of a Deployment is named after it and the hash that its pods have as a label. */
export function workloadOf({ kind, name }: { kind: string; name: string }, labels: Record<string, string>) {
  const hash = labels['pod-template-hash'];
  return kind === 'ReplicaSet' && hash !== undefined && name.endsWith(`-${hash}`)
    ? { kind: 'Deployment', name: name.slice(0, -hash.length - 1) }
    : { kind, name };
}
