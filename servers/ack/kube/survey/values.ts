import { z } from 'zod';
import { quantity } from '../quantity.ts';
import type { Requirement, Shape, SurveySelector } from './survey.ts';

/** Parts that objects of many kinds share, and their values in the units of a survey. */

const time = z.string().nullish();
/** Labels, annotations: always a record, and a copy. */
export const words = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
/** A list that may be missing. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
export const number = z
  .number()
  .nullish()
  .transform((value) => Math.max(0, value ?? 0));

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export const metadata = z.object({
  name: z.string(),
  namespace: z.string().default(''),
  uid: z.string().default(''),
  resourceVersion: z.string().default(''),
  generation: z.number().nullish(),
  creationTimestamp: time,
  deletionTimestamp: time,
  labels: words,
  annotations: words,
  ownerReferences: listOf(
    z.object({ kind: z.string(), name: z.string(), uid: z.string(), controller: z.boolean().nullish() }),
  ),
});

/** The uid, kind and name of the controller that keeps an object. */
export const controller = ({ ownerReferences }: z.output<typeof metadata>) =>
  ownerReferences.find(({ controller: is }) => is === true);

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  lastTransitionTime: time,
  lastUpdateTime: time,
});
export type Condition = z.output<typeof condition>;
export const conditions = listOf(condition);

export const quantities = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .nullish()
  .transform((value) => value ?? {});
export type Quantities = z.output<typeof quantities>;

const labelSelector = z.object({
  matchLabels: words,
  matchExpressions: listOf(z.object({ key: z.string(), operator: z.string(), values: listOf(z.string()) })),
});
/** Undefined where there is none, which selects nothing. */
export const selector = labelSelector.nullish().transform((value): SurveySelector | undefined => {
  if (!value) return undefined;
  return { matchLabels: sorted(value.matchLabels), matchExpressions: value.matchExpressions };
});
export const requirements = listOf(
  z.object({ key: z.string(), operator: z.string(), values: listOf(z.string()) }),
) satisfies z.ZodType<Requirement[]>;

export const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** By code units of what `key` gives: the same order everywhere. */
export const by =
  <Item>(key: (item: Item) => string) =>
  (one: Item, other: Item): number =>
    compare(key(one), key(other));

/** The same record with its keys in order, so that equal records are equal as JSON. */
export function sorted<Value>(record: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => compare(one, other)));
}

/** Epoch milliseconds; undefined for what is no time. */
export function millis(text: string | null | undefined): number | undefined {
  const at = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** `{ since }`, or nothing where it is not known. */
export function since(text: string | null | undefined): { since?: number } {
  const at = millis(text);
  return at === undefined ? {} : { since: at };
}

/** CPU in millicores. */
export function millicores(value: string | number | undefined): number | undefined {
  const cores = quantity(value);
  return cores === undefined ? undefined : Math.round(cores * 1e6) / 1e3;
}

/** Sizes and counts: whole, as the scheduler rounds them up. https://pkg.go.dev/k8s.io/apimachinery/pkg/api/resource#Quantity.Value */
export function whole(value: string | number | undefined): number | undefined {
  const exact = quantity(value);
  return exact === undefined ? undefined : Math.ceil(Math.round(exact * 1e6) / 1e6);
}

const own = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);

/** What is asked for or given away: CPU, memory, ephemeral storage, and the rest by name. */
export function amountsOf(given: Quantities): Shape['requests'] {
  const extended = Object.entries(given)
    .filter(([name]) => !own.has(name) && !name.startsWith('attachable-volumes-'))
    .map(([name, value]): [string, number] => [name, whole(value) ?? 0])
    .filter(([, value]) => value > 0);
  return {
    cpu: millicores(given.cpu) ?? 0,
    memory: whole(given.memory) ?? 0,
    ephemeral: whole(given['ephemeral-storage']) ?? 0,
    extended: sorted(Object.fromEntries(extended)),
  };
}

/** By name of the resource, CPU in millicores: quotas and ranges. */
export function resourceNumbers(given: Quantities): Record<string, number> {
  const numbers = Object.entries(given).flatMap(([name, value]): [string, number][] => {
    const amount = /(^|\.)cpu$/.test(name) ? millicores(value) : whole(value);
    return amount === undefined ? [] : [[name, amount]];
  });
  return sorted(Object.fromEntries(numbers));
}

const keptAnnotations = /^(cluster-autoscaler\.kubernetes\.io|karpenter\.sh|goatscaler\.io)\//;

/** What autoscalers are told by annotations; everything else stays where it is. */
export const telling = (annotations: Record<string, string>) =>
  sorted(Object.fromEntries(Object.entries(annotations).filter(([key]) => keptAnnotations.test(key))));

/** Strangers' words, short. */
export const brief = (text: string | null | undefined): string => (text ?? '').replaceAll(/\s+/g, ' ').slice(0, 300);
