import { eventLine, objectLine, podRef } from '../lines.ts';
import { failureRule } from '../looks/failures.ts';
import { hasPullSecret, isMissingRepository, pullFailureOf } from '../looks/image-pull.ts';

/** The registry refuses the pull, and the pod names no secret for it, one that is not there, or one that it does not accept. */
export const imagePullUnauthorized = failureRule('ImagePullUnauthorized', async (scene, failure) => {
  const pull = pullFailureOf(scene, failure);
  if (!pull || (pull.trouble !== 'unauthorized' && pull.trouble !== 'denied')) return undefined;
  if (pull.trouble === 'denied' && isMissingRepository(scene, failure)) return undefined;
  const { pod } = failure;
  const ref = podRef(pod);
  const names = pod.spec.imagePullSecrets.map(({ name }) => name).filter(Boolean);
  const unreadable = scene.eventsOf(ref).find(({ reason }) => reason === 'FailedToRetrieveImagePullSecret');
  const found = await Promise.all(names.map((name) => scene.find('Secret', pod.metadata.namespace, name)));
  const missing = names.filter((_, at) => found[at] === undefined);
  const secrets = names.length > 0 ? names.join(', ') : 'none';
  const lacks = missing.length > 0 ? `; there is no Secret ${missing.join(', ')}` : '';
  return {
    confidence: pull.trouble === 'unauthorized' || missing.length > 0 || unreadable ? 'proven' : 'likely',
    params: { secrets: hasPullSecret(pod) ? secrets : '–' },
    evidence: [
      pull.said.line,
      objectLine(ref, `spec.imagePullSecrets: ${secrets}${lacks}`),
      ...(unreadable ? [eventLine(unreadable)] : []),
    ],
  };
});
