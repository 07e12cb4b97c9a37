import type { Cause } from '../causes.ts';
import type { SceneEvent } from '../events.ts';
import type { Confidence, EvidenceLine, ObjectRef, Verdict } from '../finding.ts';
import { eventLine, objectLine, refOf, symptomOf } from '../lines.ts';
import { isReady } from '../pods.ts';
import { type Claim, classOf, type Mismatch, mismatches, type Volume, volumeClassOf } from './claim-match.ts';
import { selectorText } from './scheduling-text.ts';
import { claimRef, type StorageLook } from './storage-look.ts';
import { causeOfClaim, isClaimTrouble } from './storage-messages.ts';

/** Why a claim has no volume. */

interface Told {
  cause: Cause;
  confidence: Confidence;
  detail: string;
  evidence: EvidenceLine[];
  dependsOn?: ObjectRef[];
}

const SILENT_MS = 5 * 60_000;

const CAUSE_OF: Record<Mismatch, Cause> = {
  class: 'PVCStorageClassMissing',
  mode: 'PVCAccessModeMismatch',
  access: 'PVCAccessModeMismatch',
  size: 'PVCCapacityMismatch',
  selector: 'PVCSelectorMismatch',
  taken: 'PVAlreadyBound',
};

export function examineClaim(look: StorageLook, claim: Claim): Verdict | undefined {
  const ref = claimRef(claim);
  const [event] = look.scene.eventsOf(ref, claim.metadata.creationTimestamp).filter(isClaimTrouble);
  const told = tell(look, claim, event);
  if (!told) return undefined;
  const { cause, confidence, detail, evidence, dependsOn = [] } = told;
  const users = look.usersOf(ref).filter((pod) => !isReady(pod));
  return {
    cause,
    confidence,
    object: ref,
    since: claim.metadata.creationTimestamp,
    params: { detail },
    evidence: [
      ...(event ? [eventLine(event)] : []),
      objectLine(ref, claimText(claim), claim.metadata.creationTimestamp),
      ...evidence,
    ].slice(0, 6),
    symptoms: users.slice(0, 50).map(symptomOf),
    dependsOn,
  };
}

function tell(look: StorageLook, claim: Claim, event: SceneEvent | undefined): Told | undefined {
  if (claim.status.phase === 'Lost') return lost(claim, event);
  if (claim.spec.volumeName) return named(look, claim, event);
  return isProvisioned(look, claim) ? provisioned(look, claim, event) : byHand(look, claim, event);
}

function lost({ spec }: Claim, event: SceneEvent | undefined): Told {
  const cause = event && causeOfClaim(event) === 'PVAlreadyBound' ? 'PVAlreadyBound' : 'PVLost';
  return { cause, confidence: 'proven', detail: `PersistentVolume ${spec.volumeName ?? '?'}`, evidence: [] };
}

/** The claim asks for one volume by name. */
function named({ volumes }: StorageLook, claim: Claim, event: SceneEvent | undefined): Told | undefined {
  const name = claim.spec.volumeName ?? '';
  const volume = volumes.items.find(({ metadata }) => metadata.name === name);
  if (volume) return mismatched(claim, volume, mismatches(claim, volume)) ?? (event && byEvent(event));
  if (!volumes.known) return event && byEvent(event);
  const evidence = [{ source: 'k8s_list PersistentVolume', text: `there is no PersistentVolume ${name}` }];
  return { cause: 'PVLost', confidence: 'proven', detail: `PersistentVolume ${name}`, evidence };
}

function mismatched(claim: Claim, volume: Volume, found: readonly Mismatch[]): Told | undefined {
  const [first] = ORDER.filter((one) => found.includes(one));
  if (!first) return undefined;
  const alone = found.length === 1;
  return {
    cause: CAUSE_OF[first],
    confidence: alone ? 'proven' : 'likely',
    detail: mismatchText(claim, volume, first),
    evidence: [objectLine(refOf('PersistentVolume', volume), volumeText(volume))],
  };
}

/** Of several the first is told: what a volume cannot be changed in, before what it can. */
const ORDER: readonly Mismatch[] = ['taken', 'access', 'size', 'mode', 'selector', 'class'];

const modesText = (modes: readonly string[]): string => modes.join(',') || '–';

function mismatchText({ spec }: Claim, volume: Volume, mismatch: Mismatch): string {
  const name = `PersistentVolume ${volume.metadata.name}`;
  switch (mismatch) {
    case 'access':
      return `${modesText(spec.accessModes)}; ${name}: ${modesText(volume.spec.accessModes)}`;
    case 'size':
      return `${spec.resources.requests.storage}; ${name}: ${volume.spec.capacity.storage}`;
    case 'mode':
      return `volumeMode ${spec.volumeMode ?? 'Filesystem'}; ${name}: ${volume.spec.volumeMode ?? 'Filesystem'}`;
    case 'selector':
      return selectorText(spec.selector);
    case 'class':
      return `storageClassName ${spec.storageClassName || '–'}; ${name}: ${volumeClassOf(volume) || '–'}`;
    case 'taken': {
      const { claimRef: holder } = volume.spec;
      return `${name}: ${volume.status.phase ?? ''} ${holder ? `${holder.namespace ?? ''}/${holder.name ?? ''}` : ''}`.trim();
    }
  }
}

function isProvisioned({ classes }: StorageLook, claim: Claim): boolean {
  const found = classes.items.find(({ metadata }) => metadata.name === classOf(claim));
  return found?.provisioner !== undefined && found.provisioner !== 'kubernetes.io/no-provisioner';
}

/** Volumes of the class are made by hand, or there is no such class. */
function byHand({ volumes, classes }: StorageLook, claim: Claim, event: SceneEvent | undefined): Told | undefined {
  const wanted = classOf(claim) ?? '';
  const looked = volumes.items.map((volume) => ({ volume, found: mismatches(claim, volume) }));
  const same = looked.filter(({ found }) => !found.includes('class'));
  // One is free and fits: it is bound any moment, or waits for the first pod.
  if (same.some(({ found }) => found.length === 0)) return undefined;
  const nearest = nearestOf(same);
  if (nearest) return asNear(claim, nearest, same.length);
  if (wanted !== '' && classes.known && !classes.items.some(({ metadata }) => metadata.name === wanted))
    return classMissing(claim, looked, volumes.known || event ? 'proven' : 'likely');
  if (wanted === '' && volumes.known) return classMissing(claim, looked, 'proven');
  if (event) return byEvent(event);
  if (!volumes.known || !classes.known) return undefined;
  const evidence = [{ source: 'k8s_list PersistentVolume', text: `no PersistentVolume has the class ${wanted}` }];
  const detail = `storageClassName ${wanted}: kubernetes.io/no-provisioner`;
  return { cause: 'ProvisioningFailed', confidence: 'likely', detail, evidence };
}

interface Looked {
  volume: Volume;
  found: Mismatch[];
}

/** What is free comes before what is taken, and what lacks least before the others. */
function nearestOf(looked: readonly Looked[]): Looked | undefined {
  const cost = ({ found }: Looked) => found.length + (found.includes('taken') ? 0.5 : 0);
  return looked.toSorted((a, b) => cost(a) - cost(b))[0];
}

function asNear(claim: Claim, { volume, found }: Looked, choice: number): Told | undefined {
  const told = mismatched(claim, volume, found);
  // That another claim has one of many does not say that this claim was to have it.
  return told && found.includes('taken') && choice > 1 ? { ...told, confidence: 'likely' } : told;
}

function classMissing(claim: Claim, looked: readonly Looked[], confidence: Confidence): Told {
  const wanted = classOf(claim);
  const other = looked.find(({ found }) => found.length === 1 && found[0] === 'class')?.volume;
  const text = wanted
    ? `there is no StorageClass ${wanted}`
    : 'the claim names no class, and no volume without one is free';
  return {
    cause: 'PVCStorageClassMissing',
    confidence,
    detail: wanted ? `StorageClass ${wanted}` : 'storageClassName: –',
    evidence: [
      { source: 'k8s_list StorageClass', text },
      ...(other
        ? [objectLine(refOf('PersistentVolume', other), `would fit but for its class: ${volumeText(other)}`)]
        : []),
    ],
  };
}

/** A provisioner is to make the volume. */
function provisioned(look: StorageLook, claim: Claim, event: SceneEvent | undefined): Told | undefined {
  const { scene, classes, usersOf } = look;
  if (look.volumes.items.some((volume) => mismatches(claim, volume).length === 0)) return undefined;
  const found = classes.items.find(({ metadata }) => metadata.name === classOf(claim));
  const waits = found?.volumeBindingMode === 'WaitForFirstConsumer';
  const annotations = claim.metadata.annotations;
  if (waits && usersOf(claimRef(claim)).length === 0) return undefined;
  const provisioner = found?.provisioner ?? '';
  const own = { evidence: found ? [objectLine(refOf('StorageClass', found), `provisioner=${provisioner}`)] : [] };
  if (event) return { ...byEvent(event), ...own, dependsOn: provisionersOf(look, provisioner) };
  if (claim.spec.selector)
    return { cause: 'PVCSelectorMismatch', confidence: 'likely', detail: selectorText(claim.spec.selector), ...own };
  const since = claim.metadata.creationTimestamp ?? 0;
  if ((waits && !annotations['volume.kubernetes.io/selected-node']) || scene.now - since < SILENT_MS) return undefined;
  const detail = `${provisioner}: –`;
  return {
    cause: 'ProvisioningFailed',
    confidence: 'likely',
    detail,
    ...own,
    dependsOn: provisionersOf(look, provisioner),
  };
}

/** What runs the provisioner, by its usual names: where that is broken, it is the cause. */
function provisionersOf({ scene }: StorageLook, provisioner: string): ObjectRef[] {
  const words = provisioner.split(/[./]/).filter((word) => word.length > 2 && !['com', 'csi', 'k8s'].includes(word));
  return scene.workloads
    .filter(({ ref, template }) => {
      const text = [ref.name, ...template.containers.map(({ image }) => image)].join(' ').slice(0, 2000);
      return /provisioner|csi/.test(text) && words.some((word) => text.includes(word));
    })
    .map(({ ref }) => ref);
}

function byEvent(event: SceneEvent): Told {
  return { cause: causeOfClaim(event), confidence: 'proven', detail: event.message.slice(0, 160), evidence: [] };
}

function claimText({ spec, status }: Claim): string {
  const asked = `storageClassName=${spec.storageClassName ?? '–'} accessModes=${modesText(spec.accessModes)} storage=${spec.resources.requests.storage ?? '–'}`;
  const { volumeName, selector } = spec;
  return `phase=${status.phase ?? '–'} ${asked}${volumeName ? ` volumeName=${volumeName}` : ''}${selector ? ` selector=${selectorText(selector)}` : ''}`;
}

function volumeText(volume: Volume): string {
  const { spec, status, metadata } = volume;
  const labels = Object.entries(metadata.labels).map(([key, value]) => `${key}=${value}`);
  const holder = spec.claimRef ? ` claimRef=${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}` : '';
  return `phase=${status.phase ?? '–'} storageClassName=${volumeClassOf(volume) || '–'} accessModes=${modesText(spec.accessModes)} storage=${spec.capacity.storage ?? '–'}${holder}${labels.length > 0 ? ` labels=${labels.slice(0, 5).join(',')}` : ''}`;
}
