import { z } from 'zod';
import type { JsonObject } from '../tools/types.ts';
import type { Plan } from './plan.ts';

/** As much of a plan as policy weighs. What is absent is not known, and fits no rule that names it. */
export type PlanScope = Pick<Plan, 'action' | 'environment'> &
  Partial<Pick<Plan, 'cluster' | 'target' | 'steps' | 'undo' | 'blastRadius'>>;

/** What a plan touches: what it says of itself, and what the arguments of its steps say. */
export interface Scope {
  /** The name it gives its cluster, and the ids its steps use. */
  clusters: string[];
  clusterIds: string[];
  namespaces: string[];
  /** A step takes its namespace from an earlier result, so nobody can say yet which one it is. */
  unclear: boolean;
  objects: number;
}

/** Reads the scope from the plan and from every step that it or its undo makes. */
export function scopeOf(plan: PlanScope): Scope {
  const calls = [...(plan.steps ?? []), ...(plan.undo ?? [])].map(({ args }) => args);
  const { target } = plan;
  const named = [target?.namespace, target?.kind === 'Namespace' ? target.name : undefined];
  const found = [...named, ...calls.flatMap(namespacesIn)].filter((name) => (name ?? '') !== '');
  const clusterIds = unique(calls.map(({ clusterId }) => clusterId).filter(isText));
  return {
    clusters: unique([...(plan.cluster === undefined ? [] : [plan.cluster]), ...clusterIds]),
    clusterIds,
    namespaces: unique(found.filter(isText)),
    unclear: !found.every(isText),
    objects: Math.max(plan.blastRadius?.objects ?? 0, unique(calls.flatMap(objectIn)).length),
  };
}

/** The namespace of a call, of a Namespace that it changes, and of every object inside its arguments. */
function namespacesIn(args: JsonObject): unknown[] {
  return [args.namespace, args.kind === 'Namespace' ? args.name : undefined, ...metadataNamespaces(args)];
}

const namespaceObject = z.looseObject({ kind: z.literal('Namespace'), metadata: z.looseObject({ name: z.unknown() }) });

const holder = z.looseObject({ metadata: z.looseObject({ namespace: z.unknown() }) });

function metadataNamespaces(value: unknown): unknown[] {
  if (value === null || typeof value !== 'object') return [];
  const own = holder.safeParse(value);
  const itself = namespaceObject.safeParse(value);
  return [
    ...(own.success ? [own.data.metadata.namespace] : []),
    ...(itself.success ? [itself.data.metadata.name] : []),
    ...Object.values(value).flatMap(metadataNamespaces),
  ];
}

const appliedObject = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
});

/** The Kubernetes object that a call names or holds, so that a plan cannot call itself smaller than its steps. */
function objectIn({ kind, namespace, name, pod, node, object }: JsonObject): string[] {
  const whole = appliedObject.safeParse(object);
  if (whole.success) return [`${whole.data.metadata.namespace ?? ''}/${whole.data.metadata.name}`];
  const given = [name, pod, node].find(isText);
  const isObject = isText(kind) || isText(namespace) || isText(pod) || isText(node);
  return isObject && given !== undefined ? [`${isText(namespace) ? namespace : ''}/${given}`] : [];
}

const isText = (value: unknown): value is string => typeof value === 'string';
const unique = <T>(values: T[]): T[] => [...new Set(values)];
