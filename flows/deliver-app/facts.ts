import { z } from 'zod';
import { FlowError, type FlowRun } from '../../src/flow/kit.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { look } from './patient.ts';

/** What is there already, as far as a release can collide with it or needs it. Read by name where it could be a secret. */

const amounts = z.record(z.string(), z.union([z.string(), z.number()])).catch({});
const names = z.looseObject({ metadata: z.looseObject({ name: z.string() }) });
const list = <Of extends z.ZodType>(of: Of) => z.looseObject({ items: z.array(of), complete: z.boolean().optional() });

const quota = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({ scopes: z.array(z.string()).optional(), scopeSelector: z.unknown().optional() }).catch({}),
  status: z.looseObject({ hard: amounts, used: amounts }).catch({ hard: {}, used: {} }),
});
const limitRange = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    limits: z.array(
      z.looseObject({
        type: z.string(),
        max: amounts.optional(),
        min: amounts.optional(),
        default: amounts.optional(),
        defaultRequest: amounts.optional(),
      }),
    ),
  }),
});
const node = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).catch({}) }),
  spec: z.looseObject({ unschedulable: z.boolean().optional() }).catch({}),
  status: z.looseObject({ allocatable: amounts }),
});
const namespace = z.looseObject({
  metadata: z.looseObject({
    labels: z.record(z.string(), z.string()).catch({}),
    deletionTimestamp: z.string().nullish(),
  }),
});
const configMap = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  data: z.record(z.string(), z.unknown()).nullish(),
});
const ingressClass = z.looseObject({
  metadata: z.looseObject({ name: z.string(), annotations: z.record(z.string(), z.string()).optional() }),
});
const ingress = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string().default('') }),
  spec: z
    .looseObject({ rules: z.array(z.looseObject({ host: z.string().optional() })).catch([]) })
    .catch({ rules: [] }),
});
const budget = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    selector: z.looseObject({ matchLabels: z.record(z.string(), z.string()).catch({}) }).catch({ matchLabels: {} }),
  }),
  status: z.looseObject({ disruptionsAllowed: z.number().optional() }).catch({}),
});

export type Quota = z.output<typeof quota>;
type LimitRange = z.output<typeof limitRange>;

/** `undefined` in a place: it could not be looked at, and nothing is said of it. */
export interface Facts {
  namespace: { exists: boolean; terminating: boolean; podSecurity?: string } | undefined;
  quotas: Quota[] | undefined;
  limits: LimitRange[] | undefined;
  secrets: Set<string> | undefined;
  /** Names, with the keys each has. */
  configMaps: Map<string, Set<string>> | undefined;
  serviceAccounts: Set<string> | undefined;
  ingressClasses: { names: Set<string>; hasDefault: boolean } | undefined;
  ingresses: { namespace: string; name: string; hosts: string[] }[] | undefined;
  storageClasses: { names: Set<string>; hasDefault: boolean } | undefined;
  /** Nodes that take new pods. */
  nodes: { labels: Record<string, string>; allocatable: Record<string, string | number> }[] | undefined;
  budgets: { name: string; labels: Record<string, string>; allowed: number | undefined }[] | undefined;
  /** What could not be looked at, and why. */
  unknown: string[];
}

const DEFAULT_INGRESS = 'ingressclass.kubernetes.io/is-default-class';
const DEFAULT_STORAGE = 'storageclass.kubernetes.io/is-default-class';

/** Looks at the namespace and at what is outside of it that a release may need. */
export function* gatherFacts(clusterId: string, within: string): FlowRun<Facts> {
  const unknown: string[] = [];
  const listOf = looker(clusterId, unknown);
  const found = yield* listOf('Namespace', namespace, { fieldSelector: `metadata.name=${within}` });
  const [one] = found ?? [];
  const inside = { namespace: within };
  const classes = yield* listOf('IngressClass', ingressClass, {});
  const storage = yield* listOf('StorageClass', ingressClass, {});
  const maps = yield* listOf('ConfigMap', configMap, inside);
  const hosts = yield* listOf('Ingress', ingress, { fields: ['metadata.name', 'metadata.namespace', 'spec.rules'] });
  const machines = yield* listOf('Node', node, {
    fields: ['metadata.labels', 'spec.unschedulable', 'status.allocatable'],
  });
  const quotas = yield* listOf('ResourceQuota', quota, inside);
  const limits = yield* listOf('LimitRange', limitRange, inside);
  const accounts = yield* listOf('ServiceAccount', names, { ...inside, fields: ['metadata.name'] });
  const secrets = yield* listOf('Secret', names, { ...inside, fields: ['metadata.name'] });
  const budgets = yield* listOf('PodDisruptionBudget', budget, inside);
  const podSecurity = one?.metadata.labels['pod-security.kubernetes.io/enforce'];
  return {
    namespace: found && {
      exists: one !== undefined,
      terminating: Boolean(one?.metadata.deletionTimestamp),
      ...(podSecurity !== undefined && { podSecurity }),
    },
    quotas,
    limits,
    secrets: namesOf(secrets),
    configMaps: maps && new Map(maps.map(({ metadata, data }) => [metadata.name, new Set(Object.keys(data ?? {}))])),
    serviceAccounts: namesOf(accounts),
    ingressClasses: classesOf(classes, DEFAULT_INGRESS),
    ingresses: hosts?.map(({ metadata, spec }) => ({
      namespace: metadata.namespace,
      name: metadata.name,
      hosts: spec.rules.flatMap(({ host }) => (host === undefined ? [] : [host])),
    })),
    storageClasses: classesOf(storage, DEFAULT_STORAGE),
    nodes: machines
      ?.filter(({ spec }) => spec.unschedulable !== true)
      .map(({ metadata, status }) => ({ labels: metadata.labels, allocatable: status.allocatable })),
    budgets: budgets?.map(({ metadata, spec, status }) => ({
      name: metadata.name,
      labels: spec.selector.matchLabels,
      allowed: status.disruptionsAllowed,
    })),
    unknown,
  };
}

const namesOf = (items: { metadata: { name: string } }[] | undefined) =>
  items && new Set(items.map(({ metadata }) => metadata.name));

function classesOf(items: z.output<typeof ingressClass>[] | undefined, mark: string) {
  return (
    items && {
      names: new Set(items.map(({ metadata }) => metadata.name)),
      hasDefault: items.some(({ metadata }) => metadata.annotations?.[mark] === 'true'),
    }
  );
}

/** Lists of a kind; what cannot be read, or not to its end, is written down instead. */
function looker(clusterId: string, unknown: string[]) {
  return function* listOf<Of extends z.ZodType>(
    kind: string,
    of: Of,
    args: JsonObject,
  ): FlowRun<z.output<Of>[] | undefined> {
    try {
      const answer = list(of).safeParse(yield* look('k8s_list', { clusterId, kind, limit: 500, ...args }));
      if (answer.success && answer.data.complete !== false) return answer.data.items as z.output<Of>[];
      unknown.push(kind);
    } catch (error) {
      if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
      unknown.push(`${kind} (${error.code})`);
    }
    return undefined;
  };
}
