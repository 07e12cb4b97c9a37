import type { FlowRun } from '../../src/flow/kit.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { asObject, type Manifest, manifestSchema, replicasOf } from './objects.ts';
import { objectAt } from './place.ts';

/**
 * The claims that StatefulSets would make, as objects of their own: a StatefulSet leaves its claims behind when it goes, what a
 * plan made can be taken back. A claim that is there stays as it is: a volume is never made smaller, or another.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage
 */
export function* withClaims(
  objects: readonly (Manifest & JsonObject)[],
  clusterId: string,
): FlowRun<(Manifest & JsonObject)[]> {
  const all: (Manifest & JsonObject)[] = [];
  for (const object of objects) {
    for (const claim of claimsOf(object)) {
      const { name, namespace = '' } = claim.metadata;
      const isListed = objects.some(({ kind, metadata }) => kind === claim.kind && metadata.name === name);
      if (!isListed && !(yield* objectAt(clusterId, { kind: claim.kind, namespace, name }))) all.push(claim);
    }
    all.push(object);
  }
  return all;
}

function claimsOf({ kind, metadata, spec }: Manifest & JsonObject): (Manifest & JsonObject)[] {
  if (kind !== 'StatefulSet') return [];
  const { volumeClaimTemplates, selector } = asObject(spec);
  const labels = asObject(asObject(selector).matchLabels);
  const templates = Array.isArray(volumeClaimTemplates) ? volumeClaimTemplates.map(asObject) : [];
  const copies = Array.from({ length: Math.min(100, replicasOf({ kind, spec: spec ?? {} }) ?? 1) }, (_, at) => at);
  return copies.flatMap((at) =>
    templates.map((template) => {
      const claim: JsonObject = {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: {
          name: `${String(asObject(template.metadata).name ?? '')}-${metadata.name}-${at}`,
          namespace: metadata.namespace ?? '',
          labels,
        },
        spec: asObject(template.spec),
      };
      return { ...claim, ...manifestSchema.parse(claim) } as Manifest & JsonObject;
    }),
  );
}
