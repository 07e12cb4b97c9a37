import type { SceneEvent } from '../events.ts';
import { type ObjectRef, refKey, type Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { eventLine, objectLine, refOf, symptomOf } from '../lines.ts';
import { isActive, isUnscheduled } from '../pods.ts';
import { readSchedulerMessage } from './scheduler-messages.ts';
import { claimRef, claimsOf, type StorageLook } from './storage-look.ts';
import { causeOfClaim, isClaimTrouble } from './storage-messages.ts';

/** Claims of which only others speak: their events, and pods that wait for them. */

const FRESH_MS = 15 * 60_000;
/** A claim and its pod are made together, and take a moment to find each other. */
const STARTING_MS = 2 * 60_000;

/** Claims that could not be looked at, by what is said of them, where a pod that mounts them still waits. */
export function examineUnseenClaims({ scene, claims, usersOf }: StorageLook): Verdict[] {
  if (claims.known) return [];
  const troubled = scene.events.filter(
    (event) => event.object.kind === 'PersistentVolumeClaim' && isClaimTrouble(event),
  );
  const newest = new Map(troubled.toReversed().map((event) => [refKey(event.object), event]));
  return [...newest.values()].flatMap((event): Verdict[] => {
    const { kind, namespace, name } = event.object;
    const ref = { kind, ...(namespace !== undefined && { namespace }), name };
    const waiting = usersOf(ref).filter(isUnscheduled);
    const mounted = usersOf(ref).length > 0;
    if (waiting.length === 0 && (mounted || event.last < scene.now - FRESH_MS)) return [];
    return [{ ...verdictOf(ref, event), symptoms: waiting.slice(0, 50).map(symptomOf) }];
  });
}

function verdictOf(object: ObjectRef, event: SceneEvent): Verdict {
  return {
    cause: causeOfClaim(event),
    // Whether a class is missing, or a volume that fits, shows only in lists that could not be looked at.
    confidence: /no storage class is set/.test(event.message) ? 'likely' : 'proven',
    object,
    since: event.first,
    params: { detail: event.message.slice(0, 160) },
    evidence: [eventLine(event)],
  };
}

function isLate(now: number, { metadata }: Pod): boolean {
  return now - (metadata.creationTimestamp ?? 0) >= STARTING_MS;
}

/** The scheduler waits for a claim of which nothing is known: that is seen, and no more. */
export function unexplained({ scene, claims }: StorageLook, told: readonly Verdict[]): Verdict[] {
  const known = new Set(told.map(({ object }) => refKey(object)));
  const stored = new Map(claims.items.map((claim) => [refKey(claimRef(claim)), claim.status.phase]));
  return scene.pods
    .filter((pod) => isUnscheduled(pod) && isActive(pod) && isLate(scene.now, pod))
    .flatMap((pod): Verdict[] => {
      const condition = pod.status.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
      const kinds = readSchedulerMessage(condition?.message ?? '').map(({ kind }) => kind);
      const isLost = kinds.includes('claim-lost');
      const open = claimsOf(pod).filter((claim) => stored.get(refKey(claim)) !== 'Bound');
      const [claim, ...others] = isLost ? claimsOf(pod) : open;
      if (!claim || others.length > 0 || known.has(refKey(claim)) || !(isLost || kinds.includes('claim-unbound')))
        return [];
      // It does not exist at all, which is not a matter of storage.
      if (claims.known && !stored.has(refKey(claim))) return [];
      return [
        {
          cause: isLost ? 'PVLost' : 'ProvisioningFailed',
          confidence: isLost ? 'proven' : 'symptom',
          object: claim,
          params: { detail: condition?.message?.slice(0, 200) ?? '?' },
          evidence: [objectLine(refOf('Pod', pod), condition?.message ?? '', condition?.lastTransitionTime)],
          symptoms: [symptomOf(pod)],
        },
      ];
    });
}
