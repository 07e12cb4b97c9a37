import { z } from 'zod';
import type { PodTerm, Shape } from './survey.ts';
import { listOf, number, requirements, selector } from './values.ts';

/** Where a pod may be put, as far as it binds the scheduler: preferences are left out. */

const nodeTerms = z.object({
  nodeSelectorTerms: listOf(z.object({ matchExpressions: requirements, matchFields: requirements })),
});
const podTerm = z.object({
  labelSelector: selector,
  namespaces: listOf(z.string()),
  namespaceSelector: selector,
  topologyKey: z.string(),
});
const required = z.object({ requiredDuringSchedulingIgnoredDuringExecution: listOf(podTerm) }).nullish();

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Affinity */
export const affinitySchema = z
  .object({
    nodeAffinity: z.object({ requiredDuringSchedulingIgnoredDuringExecution: nodeTerms.nullish() }).nullish(),
    podAffinity: required,
    podAntiAffinity: required,
  })
  .nullish();
type Affinity = z.output<typeof affinitySchema>;

export const spreadSchema = listOf(
  z.object({
    maxSkew: number,
    minDomains: z.number().nullish(),
    topologyKey: z.string(),
    whenUnsatisfiable: z.string(),
    labelSelector: selector,
    nodeAffinityPolicy: z.string().nullish(),
    nodeTaintsPolicy: z.string().nullish(),
    matchLabelKeys: listOf(z.string()),
  }),
);

export const tolerationsSchema = listOf(
  z.object({
    key: z.string().nullish(),
    operator: z.string().nullish(),
    value: z.string().nullish(),
    effect: z.string().nullish(),
  }),
);

/** A DaemonSet's controller ties each pod to its node by a field; without that all of them look alike. */
export function nodeAffinityOf(affinity: Affinity, isDaemon: boolean): Shape['nodeAffinity'] {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!terms || terms.length === 0) return undefined;
  const own = terms.map(({ matchExpressions, matchFields }) => ({
    expressions: matchExpressions,
    fields: isDaemon ? matchFields.filter(({ key }) => key !== 'metadata.name') : matchFields,
  }));
  const kept = isDaemon ? own.filter(({ expressions, fields }) => expressions.length + fields.length > 0) : own;
  return kept.length > 0 ? kept : undefined;
}

export const podTermsOf = (terms: z.output<typeof required>): PodTerm[] =>
  (terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(
    ({ labelSelector, namespaces, namespaceSelector, topologyKey }) => ({
      ...(labelSelector && { selector: labelSelector }),
      namespaces,
      ...(namespaceSelector && { namespaceSelector }),
      topologyKey,
    }),
  );

export const spreadOf = (constraints: z.output<typeof spreadSchema>): Shape['spread'] =>
  constraints.map(({ minDomains, labelSelector, nodeAffinityPolicy, nodeTaintsPolicy, ...rest }) => ({
    maxSkew: rest.maxSkew,
    ...(minDomains && { minDomains }),
    topologyKey: rest.topologyKey,
    whenUnsatisfiable: rest.whenUnsatisfiable,
    ...(labelSelector && { selector: labelSelector }),
    nodeAffinityPolicy: nodeAffinityPolicy ?? 'Honor',
    nodeTaintsPolicy: nodeTaintsPolicy ?? 'Ignore',
    matchLabelKeys: rest.matchLabelKeys,
  }));

export const tolerationsOf = (tolerations: z.output<typeof tolerationsSchema>): Shape['tolerations'] =>
  tolerations.map(({ key, operator, value, effect }) => ({
    ...(key && { key }),
    operator: operator || 'Equal',
    value: value ?? '',
    ...(effect && { effect }),
  }));
