import { failureRule } from '../looks/failures.ts';
import { isMissingRepository, pullFailureOf } from '../looks/image-pull.ts';
import type { Workload } from '../owners.ts';
import type { Remedy } from '../remedies/remedy.ts';

/** The registry answers that there is no such image, or the name is none. */
export const imageNotFound = failureRule('ImageNotFound', (scene, failure) => {
  const pull = pullFailureOf(scene, failure);
  if (!pull) return undefined;
  const isMissing = pull.trouble === 'not-found';
  const mayBe = pull.trouble === 'unsaid' || (pull.trouble === 'denied' && isMissingRepository(scene, failure));
  if (!isMissing && !mayBe) return undefined;
  return {
    confidence: isMissing ? 'proven' : 'likely',
    evidence: [pull.said.line],
    remedies: rollBack(failure.workload, failure.container.name),
  };
});

/** Back to the last revision, where that had another image of the container. */
function rollBack({ ref, replicaSets }: Workload, container: string): Remedy[] {
  const [present, before] = replicaSets;
  const imageIn = (set: typeof present) =>
    set?.spec.template.spec.containers.find(({ name }) => name === container)?.image;
  const was = imageIn(before);
  return was !== undefined && was !== imageIn(present) ? [{ id: 'roll-back', target: ref }] : [];
}
