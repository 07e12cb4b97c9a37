import type { SceneEvent } from '../events.ts';
import type { ObjectRef } from '../finding.ts';
import type { Scene } from '../scene.ts';

/**
 * Experiments that are under way, from the events that Chaos Mesh writes about its objects.
 * https://github.com/chaos-mesh/chaos-mesh/blob/master/controllers/utils/recorder/common.go
 */

interface Experiment {
  event: SceneEvent;
  /** The workloads that it is applied to, as far as it names them. */
  targets: ObjectRef[];
}

const BEGUN = /^(?:Successfully apply chaos for|Successfully update) ?(\S{0,500})/i;
const ENDED: ReadonlySet<string> = new Set(['Recovered', 'TimeUp', 'Paused', 'Deleted', 'FinalizerRemoved']);

/** Experiments of these kinds that were applied and neither taken back nor run out. */
export function experiments(scene: Scene, ...kinds: readonly string[]): Experiment[] {
  const events = scene.events.filter(({ object }) => kinds.includes(object.kind));
  const byName = Map.groupBy(events, ({ object }) => `${object.kind}/${object.namespace}/${object.name}`);
  return [...byName.values()].flatMap((same) => {
    const [newest] = same;
    const applied = same.filter(({ reason }) => reason === 'Applied');
    const [event] = applied;
    if (!event || (newest && ENDED.has(newest.reason) && newest.last >= event.last)) return [];
    return { event, targets: applied.flatMap(({ message }) => targetIn(scene, message) ?? []) };
  });
}

/** `Successfully apply chaos for prod/app-1`, with a container behind it for some kinds. */
function targetIn(scene: Scene, message: string): ObjectRef | undefined {
  const [namespace, name] = (BEGUN.exec(message)?.[1] ?? '').split('/');
  const pod = scene.pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  return pod && scene.workloadOf(pod).ref;
}
