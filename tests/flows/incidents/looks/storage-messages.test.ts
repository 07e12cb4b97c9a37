import { expect, test } from 'vitest';
import type { SceneEvent } from '../../../../flows/incidents/events.ts';
import { causeOfClaim, isClaimTrouble } from '../../../../flows/incidents/looks/storage-messages.ts';

const event = (reason: string, message: string): SceneEvent => ({
  type: 'Warning',
  reason,
  message,
  count: 1,
  first: 0,
  last: 0,
  object: { kind: 'PersistentVolumeClaim', namespace: 'prod', name: 'data' },
  component: '',
  host: '',
});

test.each([
  ['ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', 'PVCStorageClassMissing'],
  [
    'FailedBinding',
    'no persistent volumes available for this claim and no storage class is set',
    'PVCStorageClassMissing',
  ],
  ['FailedBinding', 'volume "pv-1" already bound to a different claim.', 'PVAlreadyBound'],
  ['ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly', 'PVAlreadyBound'],
  ['VolumeMismatch', 'Cannot bind to requested volume "pv-1": requested PV is too small', 'PVCCapacityMismatch'],
  ['VolumeMismatch', 'Cannot bind to requested volume "pv-1": incompatible accessMode', 'PVCAccessModeMismatch'],
  ['ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!', 'PVLost'],
  [
    'ProvisioningFailed',
    'failed to provision volume with StorageClass "gp3": rpc error: code = InvalidArgument desc = Volume capabilities MULTI_NODE_MULTI_WRITER not supported. Only AccessModes[ReadWriteOnce] supported.',
    'PVCAccessModeMismatch',
  ],
  [
    'ProvisioningFailed',
    'Failed to provision volume with StorageClass "standard": invalid AccessModes [ReadWriteMany]: only AccessModes [ReadWriteOnce ReadOnlyMany] are supported',
    'PVCAccessModeMismatch',
  ],
  [
    'ProvisioningFailed',
    'failed to provision volume with StorageClass "gp3": rpc error: code = Internal desc = Could not create volume "pvc-1": UnauthorizedOperation: You are not authorized to perform this operation.',
    'ProvisioningFailed',
  ],
  [
    'ProvisioningFailed',
    'failed to provision volume with StorageClass "disk": rpc error: code = OutOfRange desc = capacity is out of range',
    'PVCCapacityMismatch',
  ],
])('%s: %s', (reason, message, cause) => {
  expect(isClaimTrouble(event(reason, message))).toBe(true);
  expect(causeOfClaim(event(reason, message))).toBe(cause);
});

test('what is told of a claim that waits as it should is no trouble', () => {
  expect(isClaimTrouble(event('WaitForFirstConsumer', 'waiting for first consumer to be created before binding'))).toBe(
    false,
  );
  expect(isClaimTrouble(event('ExternalProvisioning', 'Waiting for a volume to be created'))).toBe(false);
});
