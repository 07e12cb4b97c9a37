import type { Cause } from '../causes.ts';
import type { SceneEvent } from '../events.ts';

/**
 * What the volume controller, the provisioners and the binder say of a claim they cannot serve.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/volume/events/event.go
 */

const REASONS = new Set(['ProvisioningFailed', 'FailedBinding', 'VolumeMismatch', 'ClaimMisbound', 'ClaimLost']);

const WORDS: readonly (readonly [Cause, RegExp])[] = [
  ['PVLost', /has lost its PersistentVolume|lost reference to PersistentVolume|bound to non-existent/i],
  ['PVCStorageClassMissing', /storageclass(?:es)?(?:\.storage\.k8s\.io)? "[^"]*" not found/i],
  ['PVCStorageClassMissing', /no storage class is set|storageClassName does not match/i],
  ['PVAlreadyBound', /already bound to a different claim|Two claims are bound to the same volume/i],
  ['PVCCapacityMismatch', /requested PV is too small/i],
  ['PVCAccessModeMismatch', /incompatible (?:accessMode|volumeMode)/i],
  [
    'PVCAccessModeMismatch',
    /(?:access ?modes?|volume capabilit(?:y|ies)|MULTI_NODE)\b.{0,200}\b(?:not supported|unsupported|invalid|not allowed|only)\b/i,
  ],
  [
    'PVCAccessModeMismatch',
    /\b(?:only supports?|only .{0,80} supported|unsupported|invalid)\b.{0,120}\b(?:access ?modes?|ReadWrite\w+)\b/i,
  ],
  ['PVCSelectorMismatch', /\bselector\b.{0,80}\bnot supported\b/i],
  [
    'PVCCapacityMismatch',
    /\bcode = OutOfRange\b|InvalidDiskSize|InvalidParameterValue.{0,80}\bsize\b|at least \d+ ?Gi?B? size/i,
  ],
];

/** Whether an event says that a claim cannot be served. Some of these are Normal events. */
export function isClaimTrouble({ reason, message }: SceneEvent): boolean {
  return REASONS.has(reason) && !/exceeded quota/.test(message);
}

/** Which cause a message of such an event names. */
export function causeOfClaim({ reason, message }: SceneEvent): Cause {
  const text = message.slice(0, 2000);
  const named = WORDS.find(([, pattern]) => pattern.test(text))?.[0];
  if (named) return named;
  if (reason === 'ClaimLost') return 'PVLost';
  return reason === 'ClaimMisbound' ? 'PVAlreadyBound' : 'ProvisioningFailed';
}
