import { containersWhere, podSight } from '../pod-sight.ts';
import type { Signal } from '../signal.ts';

/** API6: images by a tag that moves, or by none: two pods of one workload may run different code. */
export const imageTag: Signal = {
  code: 'API6',
  category: 'workloads',
  kinds: ['Pod'],
  graceMs: 0,
  worst: 'low',
  look: (view) =>
    podSight(view, {
      flawOf(shape) {
        const names = containersWhere(shape, ({ image }) => isMoving(image));
        return names ? { seen: `image untagged or :latest: ${names}`, severity: 'low' } : undefined;
      },
    }),
};

/** No digest, and no tag but latest. https://kubernetes.io/docs/concepts/containers/images/#image-names */
function isMoving(image: string): boolean {
  if (image.includes('@')) return false;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}
