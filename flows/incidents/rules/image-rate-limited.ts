import { failureRule } from '../looks/failures.ts';
import { parseImage, pullFailureOf } from '../looks/image-pull.ts';

/** The registry answers that too much has been pulled. */
export const imageRateLimited = failureRule('ImageRateLimited', (scene, failure) => {
  const pull = pullFailureOf(scene, failure);
  if (pull?.trouble !== 'rate-limited') return undefined;
  return {
    confidence: 'proven',
    params: { registry: parseImage(failure.container.image).registry },
    evidence: [pull.said.line],
  };
});
