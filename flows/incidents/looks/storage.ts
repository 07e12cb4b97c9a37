import type { Cause } from '../causes.ts';
import { refKey, type Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { objectLine, symptomOf } from '../lines.ts';
import { isActive, isReady } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { Claim } from './claim-match.ts';
import { attachFailures } from './storage-attach.ts';
import { examineClaim } from './storage-claims.ts';
import { fullVolumes } from './storage-full.ts';
import { claimRef, claimsOf, type StorageLook } from './storage-look.ts';
import { examineUnseenClaims, unexplained } from './storage-unseen.ts';

/** Claims that do not get their volumes. One look for all rules of the area: each claim has one cause. */

/** A claim is given this long to be bound; Kubernetes itself looks again every 15 seconds. */
const PATIENCE_MS = 60_000;
const NONE = { items: [], known: false } as const;

const looks = new WeakMap<Scene, Promise<Verdict[]>>();

/** The rule of one cause over the shared look. */
export function storageRule(cause: Cause): Rule {
  return {
    cause,
    async examine(scene) {
      const look = looks.get(scene) ?? lookAt(scene);
      looks.set(scene, look);
      return (await look).filter((verdict) => verdict.cause === cause);
    },
  };
}

async function lookAt(scene: Scene): Promise<Verdict[]> {
  const users = usersIn(scene);
  const claims = await scene.list('PersistentVolumeClaim');
  const unbound = claims.items.filter((claim) => isUnbound(claim, scene.now));
  const stuck = scene.pods.filter((pod) => isActive(pod) && !isReady(pod) && claimsOf(pod).length > 0);
  const needed = unbound.length > 0 || stuck.length > 0;
  const look: StorageLook = {
    scene,
    claims,
    volumes: needed ? await scene.list('PersistentVolume') : NONE,
    classes: unbound.length > 0 ? await scene.list('StorageClass') : NONE,
    usersOf: (claim) => users.get(refKey(claim)) ?? [],
  };
  const told = [
    ...unbound.flatMap((claim) => examineClaim(look, claim) ?? []),
    ...claims.items.flatMap((claim) => orphaned(look, claim) ?? []),
    ...examineUnseenClaims(look),
  ];
  return [...told, ...unexplained(look, told), ...(await attachFailures(look, stuck)), ...(await fullVolumes(look))];
}

function usersIn({ pods }: Scene): Map<string, Pod[]> {
  const users = new Map<string, Pod[]>();
  for (const pod of pods) {
    if (!isActive(pod)) continue;
    for (const claim of claimsOf(pod)) {
      const key = refKey(claim);
      const before = users.get(key);
      if (before) before.push(pod);
      else users.set(key, [pod]);
    }
  }
  return users;
}

function isUnbound({ metadata, status }: Claim, now: number): boolean {
  if (metadata.deletionTimestamp !== undefined || status.phase === 'Bound') return false;
  return status.phase === 'Lost' || now - (metadata.creationTimestamp ?? 0) >= PATIENCE_MS;
}

/** A claim that is still called bound, to a volume that is not there; looked for where a pod that uses it is in trouble. */
function orphaned({ volumes, usersOf }: StorageLook, claim: Claim): Verdict | undefined {
  const { volumeName } = claim.spec;
  const ref = claimRef(claim);
  const waiting = usersOf(ref).filter((pod) => !isReady(pod));
  if (claim.status.phase !== 'Bound' || !volumeName || !volumes.known || waiting.length === 0) return undefined;
  if (volumes.items.some(({ metadata }) => metadata.name === volumeName)) return undefined;
  return {
    cause: 'PVLost',
    confidence: 'proven',
    object: ref,
    params: { detail: `PersistentVolume ${volumeName}` },
    evidence: [
      objectLine(ref, `phase=Bound spec.volumeName=${volumeName}`),
      { source: 'k8s_list PersistentVolume', text: `there is no PersistentVolume ${volumeName}` },
    ],
    symptoms: waiting.slice(0, 50).map(symptomOf),
  };
}
