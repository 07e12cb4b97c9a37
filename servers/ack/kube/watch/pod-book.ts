import type { JsonObject } from '../../../../src/tools/types.ts';
import { containersOf, controllerOf, type PodView, podSchema, suspicion, turningPoint } from '../pods.ts';

/** A pod as changes tell of it. */
export interface SlimPod extends JsonObject {
  kind: 'Pod';
  namespace: string;
  name: string;
  uid: string;
}

interface Known {
  slim: SlimPod;
  /** What it was told as: a change of it is told again. */
  mark: string;
}

export interface Told {
  type: 'suspect' | 'recovered' | 'gone';
  object: SlimPod;
}

/**
 * Which pods look ill. Of healthy pods nothing is kept; of those whose judgement will change by time alone, such as one that is not
 * ready yet, only the name and the time.
 */
export function createPodBook(tell: (change: Told) => void) {
  const suspects = new Map<string, Known>();
  const due = new Map<string, { namespace: string; name: string; at: number }>();
  let listed: Set<string> | undefined;

  function judge(raw: Record<string, unknown>, now: number): void {
    const pod = podSchema.parse(raw);
    const { uid, namespace, name } = pod.metadata;
    listed?.add(uid);
    const at = turningPoint(pod, now);
    if (at === undefined) due.delete(uid);
    else due.set(uid, { namespace, name, at });
    const why = suspicion(pod, now);
    const known = suspects.get(uid);
    if (why === undefined) {
      suspects.delete(uid);
      if (known) tell({ type: 'recovered', object: known.slim });
      return;
    }
    const slim = slimPod(pod, why);
    const mark = JSON.stringify([why, slim.restarts]);
    if (known?.mark === mark) return;
    suspects.set(uid, { slim, mark });
    tell({ type: 'suspect', object: slim });
  }

  function gone(uid: string): void {
    due.delete(uid);
    const known = suspects.get(uid);
    suspects.delete(uid);
    if (known) tell({ type: 'gone', object: known.slim });
  }

  return {
    judge,
    gone: (raw: Record<string, unknown>) => gone(podSchema.parse(raw).metadata.uid),
    begin() {
      listed = new Set();
    },
    /** What a complete list has not shown is gone. */
    end() {
      const seen = listed ?? new Set();
      listed = undefined;
      for (const uid of new Set([...suspects.keys(), ...due.keys()])) if (!seen.has(uid)) gone(uid);
    },
    suspects: () => [...suspects.values()].map(({ slim }) => slim),
    /** Pods to look at again, as the time has come. */
    dueAt: (now: number) => [...due].flatMap(([uid, { at, ...place }]) => (at <= now ? [{ uid, ...place }] : [])),
    waits: () => due.size > 0,
    goneNow: gone,
  };
}

function slimPod(pod: PodView, why: string): SlimPod {
  const { namespace, name, uid } = pod.metadata;
  const owner = controllerOf(pod);
  const containers = containersOf(pod);
  return {
    kind: 'Pod',
    namespace,
    name,
    uid,
    why,
    phase: pod.status.phase,
    restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(pod.spec.nodeName && { node: pod.spec.nodeName }),
    ...(owner && { owner: { kind: owner.kind, name: owner.name, uid: owner.uid } }),
    containers: containers.flatMap(({ name: container, ready, state, lastState }): JsonObject[] => {
      const waiting = state?.waiting?.reason;
      const ended = (state?.terminated ?? lastState?.terminated) || undefined;
      if (!waiting && !ended) return [];
      return [
        {
          name: container,
          ready,
          ...(waiting && { waiting }),
          ...(ended && { exitCode: ended.exitCode, ...(ended.reason && { ended: ended.reason }) }),
        },
      ];
    }),
  };
}
