import { restartsAt } from '../../kubernetes/kubelet/usage.ts';
import type { StateHistory, Track } from '../state/history.ts';
import { type Plan, type Scene, stepwise } from './plan.ts';

const RESTARTS = 'kube_pod_container_status_restarts_total';

/** What kube-state-metrics has to say under a name. */
export function* statePlans(scene: Scene, name: string): Generator<Plan> {
  for (const track of scene.history.tracks(name)) {
    const [from] = track.times;
    if (from === undefined) continue;
    const recorded = stepwise(track.times, track.values);
    const counted = name === RESTARTS ? restartsOf(scene, track) : undefined;
    const since = counted?.from ?? from;
    yield {
      labels: track.labels,
      from: since,
      seldom: true,
      valueAt: counted
        ? (time) => (time < from || recorded(time) !== undefined ? counted.at(time) : undefined)
        : recorded,
    };
  }
}

/** Restarts by the runs of the container, which are known from before the process started. */
function restartsOf({ pods }: Scene, { labels }: Track) {
  const pod = pods.find(({ id }) => id === labels.uid);
  const container = pod?.containers.find(({ name }) => name === labels.container);
  if (!pod || !container) return undefined;
  return { from: pod.createdAt, at: (time: number) => restartsAt(container, time) };
}

/** The moments at which the sum of tracks that fulfil a condition changed, and the sums. */
export function sumOfTracks(
  history: StateHistory,
  metric: string,
  fits: (labels: Track['labels']) => boolean,
): (time: number) => number {
  const tracks = [...history.tracks(metric)].filter(({ labels }) => fits(labels));
  const readers = tracks.map(({ times, values }) => stepwise(times, values));
  return (time) => readers.reduce((sum, valueAt) => sum + (valueAt(time) ?? 0), 0);
}
