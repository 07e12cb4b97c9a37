import type { ObjectRef } from '../finding.ts';
import type { Objects, Pod } from '../kinds.ts';
import { refOf } from '../lines.ts';
import type { Known, Scene } from '../scene.ts';
import type { Claim, Volume } from './claim-match.ts';

/** Claims, and what is needed to tell why one waits. */
export interface StorageLook {
  scene: Scene;
  claims: Known<Claim>;
  volumes: Known<Volume>;
  classes: Known<Objects['StorageClass']>;
  /** Pods that are alive and mount a claim, by the claim's key. */
  usersOf: (claim: ObjectRef) => readonly Pod[];
}

export const claimRef = (claim: Claim): ObjectRef => refOf('PersistentVolumeClaim', claim);

/** Claims that a pod mounts. */
export function claimsOf({ metadata, spec }: Pod): ObjectRef[] {
  const { namespace } = metadata;
  return spec.volumes.flatMap(({ persistentVolumeClaim: claim }) =>
    claim
      ? { kind: 'PersistentVolumeClaim', ...(namespace !== undefined && { namespace }), name: claim.claimName }
      : [],
  );
}
