import type { EvidenceLine, ObjectRef, Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { eventLine, objectLine, podRef, symptomOf } from '../lines.ts';
import { missingConfig, readMissing } from '../looks/missing-config.ts';
import { isOutdated, mountWarningsOf, stuckPods, warningsOf } from '../looks/starting.ts';
import type { Workload } from '../owners.ts';
import { containersOf, isFailing, isUnscheduled } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** Other causes say these, or they pass by themselves. */
const OTHERS =
  /AttachVolume|volume attachment|Multi-Attach|not registered|failed to sync (?:configmap|secret) cache|serviceaccounts? "|secret references|not yet been added to the list of VolumesInUse/i;
/** Says that it waits, not why. */
const TIMED_OUT = /timed out waiting for the condition|context deadline exceeded$/;
const IN_RUNTIME =
  /error mounting|failed to mount|Are you trying to mount a directory onto a file|failed to prepare subPath|failed to create subPath|not a shared mount|mount source|failed to (?:stat|mkdir) "\/|mounting ".{1,300}" to rootfs|invalid mount config/i;
const CLAIM = /persistentvolumeclaim "([^"]{1,253})" not found/i;

/** A volume of a pod cannot be mounted: the kubelet or the runtime says why, and it is no missing ConfigMap, Secret or attachment. */
export const volumeMountFailed: Rule = {
  cause: 'VolumeMountFailed',
  async examine(scene) {
    const others = new Set((await missingConfig(scene)).map(({ workload }) => workload));
    const found: Verdict[] = [];
    for (const workload of scene.workloads) {
      if (others.has(workload)) continue;
      const verdict = ofMounts(scene, workload) ?? (await ofClaim(scene, workload));
      if (verdict) found.push(verdict);
    }
    return found;
  },
};

interface Said {
  pod: Pod;
  message: string;
  line: EvidenceLine;
}

function ofMounts(scene: Scene, workload: Workload): Verdict | undefined {
  const stuck = stuckPods(workload, scene.now);
  const said = [
    ...stuck.flatMap((pod) => eventsOf(scene, pod)),
    ...workload.pods.filter((pod) => !isOutdated(workload, pod)).flatMap((pod) => statesOf(scene, pod)),
  ];
  const [best] = [...said.filter(({ message }) => !TIMED_OUT.test(message)), ...said];
  if (!best) return undefined;
  const [, volume = ''] = /(?:volumes?=\[|volume(?:Mount)? ")([^"\]]{1,253})/.exec(best.message) ?? [];
  const pods = [...new Set(said.map(({ pod }) => pod))];
  return {
    cause: 'VolumeMountFailed',
    confidence: TIMED_OUT.test(best.message) ? 'likely' : 'proven',
    object: workload.ref,
    since: Math.min(...pods.map(({ metadata }) => metadata.creationTimestamp ?? scene.now)),
    params: { volume: volume || '–' },
    symptoms: pods.map(symptomOf),
    dependsOn: claimsOf(best.pod, volume),
    evidence: [best, ...said.filter((one) => one !== best)].slice(0, 4).map(({ line }) => line),
  };
}

function eventsOf(scene: Scene, pod: Pod): Said[] {
  // What cannot be attached cannot be mounted either.
  if (warningsOf(scene, pod).some(({ reason }) => reason === 'FailedAttachVolume')) return [];
  return mountWarningsOf(scene, pod)
    .filter(({ message }) => !OTHERS.test(message) && !readMissing(message, pod))
    .map((event) => ({ pod, message: event.message, line: eventLine(event) }));
}

/** What the runtime says of a mount, while a container waits for it or after it could not begin. */
function statesOf(scene: Scene, pod: Pod): Said[] {
  return containersOf(pod).flatMap(({ container, status }): Said[] => {
    if (!status || !isFailing(status, scene.now)) return [];
    const { state, lastState } = status;
    const ended = state.terminated ?? lastState.terminated;
    const message = [state.waiting?.message, ended?.message].find(
      (text) => text && IN_RUNTIME.test(text.slice(0, 4_000)),
    );
    if (!message || OTHERS.test(message)) return [];
    return [{ pod, message, line: objectLine(podRef(pod), `container ${container.name}: ${message}`) }];
  });
}

function claimsOf({ metadata: { namespace }, spec }: Pod, volume: string): ObjectRef[] {
  const claims = spec.volumes.flatMap(({ name, persistentVolumeClaim: claim }) =>
    claim && (volume === '' || volume === name) ? [claim.claimName] : [],
  );
  return claims.map((name) => ({
    kind: 'PersistentVolumeClaim',
    ...(namespace !== undefined && { namespace }),
    name,
  }));
}

/** A claim that does not exist holds the pod back before it has a node. */
async function ofClaim(scene: Scene, workload: Workload): Promise<Verdict | undefined> {
  const waiting = workload.pods.filter((pod) => isUnscheduled(pod) && !isOutdated(workload, pod)).slice(0, 10);
  const [pod] = waiting;
  if (!pod) return undefined;
  const condition = pod.status.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const event = warningsOf(scene, pod).find(({ message }) => CLAIM.test(message));
  const [, claim] = CLAIM.exec(condition?.message ?? '') ?? CLAIM.exec(event?.message ?? '') ?? [];
  if (!claim) return undefined;
  if (typeof (await scene.find('PersistentVolumeClaim', workload.ref.namespace, claim)) === 'object') return undefined;
  return {
    cause: 'VolumeMountFailed',
    confidence: 'proven',
    object: workload.ref,
    since: pod.metadata.creationTimestamp,
    params: { volume: claim },
    symptoms: waiting.map(symptomOf),
    evidence: [
      ...(condition?.message ? [objectLine(podRef(pod), `PodScheduled=False: ${condition.message}`)] : []),
      ...(event ? [eventLine(event)] : []),
      objectLine({ ...workload.ref, kind: 'PersistentVolumeClaim', name: claim }, 'not found'),
    ],
  };
}
