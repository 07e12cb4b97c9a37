import type { Json, JsonObject } from '../../tools/types.ts';
import { bare, heardAs, isProse, sentenceOf } from '../testimony.ts';
import type { Testimony } from '../types.ts';
import { linesOf } from './render.ts';

/** Who speaks in what a reading tool answers: its text in lines, with the words of strangers marked. */
export function spokenBy(tool: string, args: JsonObject, data: JsonObject): string {
  // Of a server that is not ours nobody knows which of its words are whose.
  if (tool.includes('__')) return heardAs('server', linesOf(data));
  const told = Object.entries(data).map(([key, value]): [string, Json] => [
    key,
    WAYS[tool]?.[key]?.(value, args) ?? plain(value, [key]),
  ]);
  return linesOf(Object.fromEntries(told));
}

type Way = (value: Json, args: JsonObject) => Json;

/** What of which answer is an object of the API, an event or a log; all else is plain. */
const WAYS: Readonly<Record<string, Readonly<Record<string, Way>>>> = {
  k8s_logs: { text: (text) => every(text, 'log') },
  logs_query: { entries: (all, { kind }) => listOf(all).map((one) => logEntry(asObject(one), kind === 'audit')) },
  k8s_events: { items: (all) => listOf(all).map(event) },
  k8s_get: { object: objectOf },
  k8s_list: { items: (all, args) => listOf(all).map((one) => objectOf(one, args)) },
  k8s_describe: {
    object: objectOf,
    owners: (all) => listOf(all).map((one) => objectOf(one, {})),
    events: (all) => listOf(all).map(event),
  },
};

const asObject = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** Every value within, its key told: each text through `change`. */
function each(
  value: Json,
  change: (text: string, path: readonly string[]) => string,
  path: readonly string[] = [],
): Json {
  if (typeof value === 'string') return change(bare(value), path);
  if (Array.isArray(value)) return value.map((one) => each(one, change, path));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, Json] => [
    isProse(key) ? heardAs('text', key) : bare(key),
    each(inner, change, [...path, key]),
  ]);
  return Object.fromEntries(entries);
}

const every = (value: Json, kind: Testimony): Json => each(value, (text) => heardAs(kind, text));

/** What people write into the fields of a cloud or of a metric. */
const WRITTEN = new Set(['annotations', 'description', 'comment', 'comments', 'note', 'tags']);
const LABELS = new Set(['metric', 'labels', 'tags']);

/** An answer of this house or of the cloud: its own sentences, but for what they quote and what people wrote into fields. */
function plain(value: Json, at: readonly string[]): Json {
  const change = (text: string, path: readonly string[]) => {
    if (path.some((key) => WRITTEN.has(key)) && isProse(text)) return heardAs('text', text);
    if (path.some((key) => LABELS.has(key))) return isProse(text) ? heardAs('text', text) : text;
    return sentenceOf(text);
  };
  return each(value, change, at);
}

/** What the API server itself writes of a request: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ */
const AUDITED =
  /^(?:verb|stage|stageTimestamp|requestReceivedTimestamp|user\.username|objectRef\.\w+|responseStatus\.code)$/;

function logEntry({ fields, ...rest }: JsonObject, isAudit: boolean): JsonObject {
  const told = Object.entries(asObject(fields)).map(([key, value]): [string, Json] => {
    const isOwn = isAudit && AUDITED.test(key) && typeof value === 'string' && !isProse(value);
    return [bare(key), isOwn ? value : every(value, 'log')];
  });
  return { ...asObject(plain(rest, [])), fields: Object.fromEntries(told) };
}

/**
 * An event, whoever it says wrote it. No field of it proves the writer: the API takes the name of the component as it is sent, and since
 * Kubernetes 1.22 the roles `edit` and `admin` may write events. https://github.com/kubernetes/kubernetes/pull/102858
 */
const event = (value: Json): Json => every(value, 'event');

/** Groups whose controllers are Kubernetes' own: what they say in a status is a server's word. */
const OWN_GROUPS = /^(?:v1|(?:apps|batch|autoscaling|policy|[\w-]+(?:\.[\w-]+)*\.k8s\.io)\/v\w+)$/;
const OWN_KINDS = new Set(
  `Pod Node Deployment ReplicaSet ReplicationController StatefulSet DaemonSet Job CronJob HorizontalPodAutoscaler PersistentVolume
  PersistentVolumeClaim Service Ingress PodDisruptionBudget ResourceQuota Namespace VolumeAttachment StorageClass`.split(
    /\s+/,
  ),
);

/** An object of the API. Its fields are facts; texts that people or programs put into them are theirs. */
function objectOf(value: Json, asked: JsonObject): Json {
  const object = asObject(value);
  const kind = String(object.kind ?? asked.kind ?? '');
  if (kind === 'Event') return event(object);
  const version = object.apiVersion ?? asked.apiVersion;
  const isOwn = OWN_KINDS.has(kind) && (version === undefined || OWN_GROUPS.test(String(version)));
  return each(object, (text, path) => fieldOf(text, path, { kind, isOwn }));
}

function fieldOf(text: string, path: readonly string[], { kind, isOwn }: { kind: string; isOwn: boolean }): string {
  if (text === '') return text;
  const last = path.at(-1) ?? '';
  if (path.includes('annotations')) return isCounted(last, text) ? text : heardAs('annotation', text);
  if (kind === 'ConfigMap' && /^(?:data|binaryData)$/.test(path[0] ?? '')) return heardAs('config', text);
  if (path[0] === 'status') {
    if (path[1] === 'nodeInfo') return text;
    // What a program leaves behind when it ends is its own: https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
    if (last === 'message') return isOwn && !path.includes('terminated') ? sentenceOf(text) : heardAs('message', text);
  }
  return isProse(text) ? heardAs('text', text) : text;
}

/** The revision of a Deployment, which its controller keeps in an annotation. */
const isCounted = (key: string, value: string): boolean =>
  key.startsWith('deployment.kubernetes.io/') && /^\d+$/.test(value);

/** Labels as `name="value"`: those that hold a text are somebody's words. */
export const labelsHeard = (text: string): string =>
  bare(text).replaceAll(/="((?:[^"\\]|\\.)*)"/g, (whole, value: string) =>
    isProse(value) ? `="${heardAs('text', value)}"` : whole,
  );
