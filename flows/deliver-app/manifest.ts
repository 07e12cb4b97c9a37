import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../../src/tools/types.ts';
import { type Manifest, manifestSchema } from './objects.ts';

/** A manifest that somebody pasted: bounded, plain data, and only of kinds that a release is made of. */

export type Pasted =
  | { kind: 'objects'; objects: (Manifest & JsonObject)[] }
  /** `problem` is the last part of its key under `deliver.pasted`. */
  | { kind: 'refused'; problem: string; params: Record<string, string | number> };

const MOST_CHARACTERS = 60_000;
const MOST_OBJECTS = 20;
const FENCE = /```(?:ya?ml|json)?[^\S\n]*\n([\s\S]*?)(?:\n[^\S\n]*```|$)/;
/** What the hands can apply; the closed list is theirs, this one only gives a better word. */
const KINDS = new Set([
  'ConfigMap',
  'CronJob',
  'DaemonSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Ingress',
  'Job',
  'NetworkPolicy',
  'PersistentVolumeClaim',
  'PodDisruptionBudget',
  'Service',
  'ServiceAccount',
  'StatefulSet',
]);

/** What stands in a fence, or what looks like a manifest without one; undefined where there is none. */
export function manifestIn(text: string): string | undefined {
  const fenced = FENCE.exec(text)?.[1];
  if (fenced !== undefined && /^\s*(?:#.*\n\s*)*\S+\s*:/.test(fenced)) return fenced;
  const at = text.search(/^apiVersion:\s*\S+/m);
  return at >= 0 && /^kind:\s*\S+/m.test(text) ? text.slice(at).replace(/```\s*$/, '') : undefined;
}

/** A chart's template: it has to be rendered before anybody can read it. */
export const isChartTemplate = (text: string): boolean =>
  /\{\{-?\s*(?:\.(?:Values|Release|Chart|Capabilities|Files)\b|include\b|template\b|toYaml\b|with\b|range\b|if\b)/.test(
    text,
  );

/** Reads several documents. Those without a namespace get the given one. */
export function readManifest(text: string, namespace: string | undefined): Pasted {
  if (isChartTemplate(text)) return refused('chart');
  if (text.length > MOST_CHARACTERS) return refused('too-long', { most: MOST_CHARACTERS });
  const documents = parseAllDocuments(text, { merge: false, uniqueKeys: true });
  if (!Array.isArray(documents)) return refused('empty');
  const objects: (Manifest & JsonObject)[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error) return refused('not-yaml', { why: error.message.split('\n')[0]?.slice(0, 200) ?? '' });
    const made = toPlain(document);
    if (made === 'aliases') return refused('aliases');
    if (made === null || made === undefined) continue;
    const problem = take(made, namespace, objects);
    if (problem) return problem;
  }
  if (objects.length === 0) return refused('empty');
  return objects.length > MOST_OBJECTS ? refused('too-many', { most: MOST_OBJECTS }) : twice(objects);
}

/** Anchors can make much out of little; nobody needs them here. */
function toPlain(document: { toJS(options: { maxAliasCount: number }): unknown }): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return 'aliases';
  }
}

function take(made: unknown, namespace: string | undefined, into: (Manifest & JsonObject)[]): Pasted | undefined {
  const plain: JsonObject = JSON.parse(JSON.stringify(made));
  const parsed = manifestSchema.safeParse(plain);
  if (!parsed.success) return refused('no-object', { at: into.length + 1 });
  const { kind, metadata } = parsed.data;
  if (kind === 'Secret') return refused('secret');
  if (kind === 'List') return refused('list');
  if (!KINDS.has(kind)) return refused('kind', { kind: kind.slice(0, 60) });
  const within = metadata.namespace ?? namespace;
  if (within === undefined) return refused('no-namespace', { kind, name: metadata.name });
  into.push({ ...plain, ...namedIn(plain, within) } as Manifest & JsonObject);
  return undefined;
}

function namedIn(plain: JsonObject, namespace: string): JsonObject {
  const metadata = plain.metadata as JsonObject;
  return { metadata: { ...metadata, namespace } };
}

/** Objects as a chart made them, taken as a manifest's are. */
export function takeObjects(made: readonly JsonObject[], namespace: string, most: number): Pasted {
  const objects: (Manifest & JsonObject)[] = [];
  for (const one of made) {
    const problem = take(one, namespace, objects);
    if (problem) return problem;
  }
  if (objects.length === 0) return refused('empty');
  return objects.length > most ? refused('too-many', { most }) : twice(objects);
}

/** Whether objects of that kind are released from here. */
export const isReleased = (kind: string): boolean => KINDS.has(kind);

/** One namespace only: what is checked and approved is one place. And each object once. */
function twice(objects: (Manifest & JsonObject)[]): Pasted {
  const places = [...new Set(objects.map(({ metadata }) => metadata.namespace ?? ''))];
  if (places.length > 1) return refused('namespaces', { list: places.join(', ') });
  const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  const again = names.find((name, at) => names.indexOf(name) !== at);
  return again === undefined ? { kind: 'objects', objects } : refused('twice', { object: again });
}

const refused = (problem: string, params: Record<string, string | number> = {}): Pasted => ({
  kind: 'refused',
  problem,
  params,
});
