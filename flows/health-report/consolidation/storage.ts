import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import { meets } from '../../../src/flow/selectors.ts';
import type { PodClass } from './world.ts';

/** What volumes have to say about where pods can be. https://kubernetes.io/docs/concepts/storage/persistent-volumes/ */
export interface Storage {
  /** Whether the claim's volume can be attached to the node; a claim that is not there can be nowhere. */
  reaches(claim: number, node: number): boolean;
  /** The CSI driver that counts the claim against a node's limit. */
  driverOf(claim: number): string | undefined;
  /** Other pods that share a claim which only one node at a time may hold. */
  sharers(claim: number): readonly number[];
  /** Whether the volume lies on a node's own disk. */
  isLocal(claim: number): boolean;
}

export function claimIndex({ claims }: Survey): Map<string, number> {
  return new Map(claims.map(({ namespace, name }, index) => [`${namespace}/${name}`, index]));
}

export function storageOf(survey: Survey, classes: PodClass[], classOf: Int32Array): Storage {
  const { claims, nodes } = survey;
  const byName = new Map(survey.volumes.map((volume) => [volume.name, volume]));
  const byClaim = new Map(survey.volumes.flatMap((volume) => (volume.claim ? [[volume.claim, volume] as const] : [])));
  const volumes = claims.map(({ namespace, name, volume }) =>
    volume === undefined ? byClaim.get(`${namespace}/${name}`) : (byName.get(volume) ?? 'missing'),
  );
  const masks = new Map<number, Uint8Array>();
  function maskOf(claim: number): Uint8Array {
    const known = masks.get(claim);
    if (known) return known;
    const volume = volumes[claim];
    const mask = Uint8Array.from(nodes, ({ labels }) => {
      if (claim < 0 || volume === 'missing') return 0;
      if (!volume || volume.nodeAffinity.length === 0) return 1;
      return volume.nodeAffinity.some((term) => term.every((requirement) => meets(labels, requirement))) ? 1 : 0;
    });
    masks.set(claim, mask);
    return mask;
  }
  const shared = sharersOf(survey, classes, classOf);
  const found = (claim: number) => {
    const volume = volumes[claim];
    return volume === 'missing' ? undefined : volume;
  };
  return {
    reaches: (claim, node) => maskOf(claim)[node] === 1,
    driverOf: (claim) => found(claim)?.driver,
    sharers: (claim) => shared.get(claim) ?? [],
    isLocal: (claim) => found(claim)?.local ?? false,
  };
}

function sharersOf({ claims }: Survey, classes: PodClass[], classOf: Int32Array): Map<number, number[]> {
  const users = new Map<number, number[]>();
  classOf.forEach((id, pod) => {
    for (const claim of classes[id]?.claims ?? []) {
      const modes = claims[claim]?.accessModes ?? [];
      if (modes.includes('ReadWriteMany') || modes.includes('ReadOnlyMany')) continue;
      users.set(claim, [...(users.get(claim) ?? []), pod]);
    }
  });
  return new Map([...users].filter(([, pods]) => pods.length > 1));
}
