import { failureRule } from '../looks/failures.ts';
import { parseImage, pullFailureOf } from '../looks/image-pull.ts';

/** The node gets no answer from the registry: its name is not resolved, or the network or TLS stands between. */
export const registryUnreachable = failureRule('RegistryUnreachable', (scene, failure) => {
  const pull = pullFailureOf(scene, failure);
  if (pull?.trouble !== 'unreachable') return undefined;
  return {
    confidence: pull.others ? 'likely' : 'proven',
    params: { registry: parseImage(failure.container.image).registry },
    evidence: [pull.said.line],
  };
});
