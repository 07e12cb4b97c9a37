import { parseQuantity } from '../../../src/flow/quantity.ts';
import { selects } from '../../../src/flow/selectors.ts';
import type { Objects } from '../kinds.ts';

/** Whether a volume can serve a claim, as the binder sees it. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding */

export type Claim = Objects['PersistentVolumeClaim'];
export type Volume = Objects['PersistentVolume'];

export type Mismatch = 'class' | 'mode' | 'access' | 'size' | 'selector' | 'taken';

/** The class a claim asks for by field or by the annotation that came before it; undefined where it leaves that open. */
export function classOf({ metadata, spec }: Claim): string | undefined {
  return spec.storageClassName ?? metadata.annotations['volume.beta.kubernetes.io/storage-class'];
}

export function volumeClassOf({ metadata, spec }: Volume): string {
  return spec.storageClassName ?? metadata.annotations['volume.beta.kubernetes.io/storage-class'] ?? '';
}

const requestOf = ({ spec }: Claim): number | undefined => parseQuantity(spec.resources.requests.storage);

/** Everything that keeps a volume from a claim; nothing: it can be bound. */
export function mismatches(claim: Claim, volume: Volume): Mismatch[] {
  const wanted = requestOf(claim);
  const size = parseQuantity(volume.spec.capacity.storage);
  const found: [Mismatch, boolean][] = [
    ['class', volumeClassOf(volume) !== (classOf(claim) ?? '')],
    ['mode', (volume.spec.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')],
    ['access', claim.spec.accessModes.some((mode) => !volume.spec.accessModes.includes(mode))],
    ['size', wanted !== undefined && size !== undefined && size < wanted],
    ['selector', claim.spec.selector !== undefined && !selects(claim.spec.selector, volume.metadata.labels)],
    ['taken', isTaken(claim, volume)],
  ];
  return found.flatMap(([mismatch, so]) => (so ? [mismatch] : []));
}

/** Reserved for another claim, or left over from one: a released volume is not given out again. */
function isTaken({ metadata }: Claim, { spec, status }: Volume): boolean {
  if (status.phase === 'Failed') return true;
  const { claimRef } = spec;
  if (!claimRef) return status.phase === 'Released';
  const same = claimRef.namespace === metadata.namespace && claimRef.name === metadata.name;
  return !same || (claimRef.uid !== undefined && metadata.uid !== undefined && claimRef.uid !== metadata.uid);
}
