import { z } from 'zod';
import type { Json, JsonObject } from '../../../src/tools/types.ts';
import { certificateFacts } from './certificates.ts';

/** Objects of the API as tools give them away: without noise, and never with the data of a Secret. */

const ownerSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().optional(),
});

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
const metadataSchema = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string().default(''),
  resourceVersion: z.string().default(''),
  generation: z.number().optional(),
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().nullish(),
  labels: z.record(z.string(), z.string()).nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
  ownerReferences: z.array(ownerSchema).nullish(),
});

/** Any object. What lies beside `metadata` is JSON, read by those who know the kind. */
export const objectSchema = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: metadataSchema,
});

export type KubeObject = z.output<typeof objectSchema>;

/** A page of a list. https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
export const listSchema = z.object({
  metadata: z.object({
    resourceVersion: z.string().default(''),
    continue: z.string().optional(),
    remainingItemCount: z.number().optional(),
  }),
  items: z.array(z.record(z.string(), z.unknown())).nullable(),
});

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** A copy without managedFields and the last applied configuration; of a Secret the keys, sizes and what its certificates show to everybody. `kind` is given for items of lists, which lack it. */
export function presentable(object: Record<string, unknown>, kind?: string): JsonObject {
  const { managedFields: _fields, annotations, ...metadata } = recordOf(object.metadata);
  const { [lastApplied]: _applied, ...kept } = recordOf(annotations);
  const shown = {
    ...object,
    metadata: { ...metadata, ...(Object.keys(kept).length > 0 && { annotations: kept }) },
  };
  const json = shown as JsonObject;
  return (object.kind ?? kind) === 'Secret' ? withoutSecrets(json) : json;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/ */
function withoutSecrets({ data, stringData: _, ...rest }: JsonObject): JsonObject {
  const sizes = Object.entries(recordOf(data)).map(([key, value]) => [key, Buffer.byteLength(String(value), 'base64')]);
  const certificates = certificateFacts(recordOf(data));
  return {
    ...rest,
    dataSizes: Object.fromEntries(sizes),
    ...(Object.keys(certificates).length > 0 && { certificates }),
  };
}

/** Only the fields at these dotted paths, in their places; `containers.name` reaches into each element of an array. */
export function project(object: JsonObject, fields: readonly string[]): JsonObject {
  const picked: JsonObject = {};
  for (const field of fields) {
    const found = pick(object, field.split('.'));
    if (found !== undefined) merge(picked, found);
  }
  return picked;
}

function pick(value: Json | undefined, path: readonly string[]): Json | undefined {
  if (path.length === 0 || value === undefined) return value;
  if (Array.isArray(value)) return value.map((each) => pick(each, path) ?? {});
  if (value === null || typeof value !== 'object') return undefined;
  // Keys of labels and annotations hold dots themselves: the longest key that fits wins.
  for (let length = path.length; length > 0; length -= 1) {
    const key = path.slice(0, length).join('.');
    const inner = Object.hasOwn(value, key) ? pick(value[key], path.slice(length)) : undefined;
    if (inner !== undefined) return { [key]: inner };
  }
  return undefined;
}

function merge(into: JsonObject, from: Json): void {
  for (const [key, value] of Object.entries(recordOf(from))) {
    const present = into[key];
    if (isRecord(present) && isRecord(value)) merge(present, value as JsonObject);
    else if (Array.isArray(present) && Array.isArray(value)) {
      present.forEach((element, index) => {
        const other = value[index];
        if (isRecord(element) && isRecord(other)) merge(element, other as JsonObject);
      });
    } else into[key] = value as Json;
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> & JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value where it is an object, else an empty one. */
export const recordOf = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
