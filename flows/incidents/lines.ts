import type { SceneEvent } from './events.ts';
import { type EvidenceLine, type ObjectRef, refText, type Symptom } from './finding.ts';
import type { Pod } from './kinds.ts';
import { symptomText } from './pods.ts';
import type { LogLines } from './scene.ts';

/** Evidence lines in one form, each with how to ask for it again. */

const LONGEST_LINE = 400;

export function podRef({ metadata: { namespace, name } }: Pod): ObjectRef {
  return { kind: 'Pod', ...(namespace !== undefined && { namespace }), name };
}

/** What any object with metadata is called. */
export function refOf(
  kind: string,
  { metadata }: { metadata: { namespace?: string | undefined; name: string } },
): ObjectRef {
  const { namespace, name } = metadata;
  return { kind, ...(namespace !== undefined && { namespace }), name };
}

/** Something read from an object: `lastState.terminated.reason=OOMKilled exitCode=137`. */
export function objectLine(ref: ObjectRef, text: string, time?: number): EvidenceLine {
  return { source: `k8s_get ${refText(ref)}`, ...(time !== undefined && { time }), text: clip(text) };
}

export function eventLine({ object, reason, message, count, last }: SceneEvent): EvidenceLine {
  const times = count > 1 ? ` (x${count})` : '';
  return { source: `k8s_events ${refText(object)}`, time: last, text: clip(`${reason}${times}: ${message}`) };
}

export function logLine({ source }: LogLines, line: string): EvidenceLine {
  return { source, text: clip(line.trim()) };
}

export function metricLine(promql: string, text: string): EvidenceLine {
  return { source: `metrics_query ${promql}`, text: clip(text) };
}

export function symptomOf(pod: Pod): Symptom {
  const { kind, namespace, name } = podRef(pod);
  return { kind, ...(namespace !== undefined && { namespace }), name, text: symptomText(pod) };
}

function clip(text: string): string {
  return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
}
