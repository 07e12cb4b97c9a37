import type { EvidenceLine, ObjectRef } from '../finding.ts';
import type { Objects, Pod } from '../kinds.ts';
import { eventLine, objectLine, podRef, symptomOf } from '../lines.ts';
import { oncePerScene } from '../once.ts';
import type { Workload } from '../owners.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Rule } from '../rule.ts';
import type { Known, Scene } from '../scene.ts';
import { type Reference, referencesOf } from './references.ts';
import { mountWarningsOf, refusedContainers, stuckPods, warningsOf } from './starting.ts';

/** A ConfigMap, Secret or key that pods of a workload wait for. */
export interface Missing {
  workload: Workload;
  reference: Reference;
  pods: Pod[];
  evidence: EvidenceLine[];
}

const MENTIONED = 2_000;

/** What the kubelet says it did not find. Keys of volumes are named without their object: the volume tells. */
export function readMissing(message: string, { spec }: Pod): Omit<Reference, 'place'> | undefined {
  const text = message.slice(0, MENTIONED);
  const whole = /\b(configmap|secret)s? "([^"]+)" not found/i.exec(text);
  if (whole) return { kind: kindOf(whole[1]), name: whole[2] ?? '' };
  const key = /couldn't find key (\S+) in (ConfigMap|Secret) [^\s/]+\/([^\s"',;]+)/i.exec(text);
  if (key) return { kind: kindOf(key[2]), name: key[3] ?? '', key: key[1] ?? '' };
  const inVolume = /volume "([^"]+)" ?: .*references non-existent (?:config|secret) key: (\S+)/i.exec(text);
  if (!inVolume) return undefined;
  const [, volume, wanted = ''] = inVolume;
  const place = `volume ${volume}`;
  const reference = referencesOf(spec).find((one) => one.place === place && one.key === wanted);
  return reference && { kind: reference.kind, name: reference.name, key: wanted };
}

const kindOf = (word = ''): Reference['kind'] => (word.toLowerCase() === 'secret' ? 'Secret' : 'ConfigMap');

/** Everything of ConfigMaps and Secrets that pods cannot start without and that is not there. */
export const missingConfig = oncePerScene(async (scene: Scene): Promise<Missing[]> => {
  const found: Missing[] = [];
  for (const workload of scene.workloads) {
    const stuck = stuckPods(workload, scene.now);
    if (stuck.length > 0) found.push(...(await ofWorkload(scene, workload, stuck)));
  }
  return found;
});

async function ofWorkload(scene: Scene, workload: Workload, stuck: Pod[]): Promise<Missing[]> {
  const found = new Map<string, Missing>();
  for (const pod of stuck) {
    const said = saidOf(scene, pod);
    for (const reference of referencesOf(pod.spec)) {
      const spoken = said.filter(({ missing }) => isAbout(missing, reference));
      const state = await stateOf(scene, pod, reference);
      const isListed = state !== 'unknown' && !isPublished(reference);
      if (state === 'there' || (!isListed && spoken.length === 0)) continue;
      const whole = state === 'missing' || (state === 'unknown' && spoken.some(({ missing }) => !missing.key));
      add(found, workload, whole ? withoutKey(reference) : reference, pod, [
        ...spoken.map(({ line }) => line),
        ...listLine(pod, reference, state),
      ]);
    }
  }
  return [...found.values()];
}

/** The cluster publishes it into every namespace by itself, and lists leave it out at times. */
const isPublished = ({ kind, name }: Reference): boolean =>
  kind === 'ConfigMap' && /^(?:kube-root-ca\.crt|openshift-service-ca\.crt|istio-ca-root-cert)$/.test(name);

const isAbout = (said: Omit<Reference, 'place'>, { kind, name, key }: Reference): boolean =>
  said.kind === kind && said.name === name && (said.key === undefined || said.key === key);

function withoutKey({ kind, name, place }: Reference): Reference {
  return { kind, name, place };
}

function add(found: Map<string, Missing>, workload: Workload, reference: Reference, pod: Pod, lines: EvidenceLine[]) {
  const id = `${reference.kind} ${reference.name} ${reference.key ?? ''}`;
  const before = found.get(id);
  if (!before) found.set(id, { workload, reference, pods: [pod], evidence: lines });
  else if (!before.pods.includes(pod)) before.pods.push(pod);
}

interface Said {
  missing: Omit<Reference, 'place'>;
  line: EvidenceLine;
}

/** What the kubelet says about a pod, in container states and in events. */
function saidOf(scene: Scene, pod: Pod): Said[] {
  const states = refusedContainers(pod).flatMap(({ container, status }): Said[] => {
    const { reason = '', message = '' } = status?.state.waiting ?? {};
    const missing = readMissing(message, pod);
    const text = `container ${container.name}: state.waiting.reason=${reason}: ${message}`;
    return missing ? [{ missing, line: objectLine(podRef(pod), text) }] : [];
  });
  const others = warningsOf(scene, pod).filter(({ reason }) => reason !== 'FailedMount');
  const events = [...mountWarningsOf(scene, pod), ...others].flatMap((event): Said[] => {
    const missing = readMissing(event.message, pod);
    return missing ? [{ missing, line: eventLine(event) }] : [];
  });
  return [...states, ...events];
}

type State = 'there' | 'missing' | 'key-missing' | 'unknown';

/** How it stands now by the lists; a Secret or ConfigMap that is listed without any key may have been listed without its data. */
async function stateOf(scene: Scene, pod: Pod, { kind, name, key }: Reference): Promise<State> {
  const { namespace } = pod.metadata;
  const all: Known<Objects['ConfigMap'] | Objects['Secret']> = await scene.list(kind, namespace);
  const object = all.items.find(({ metadata }) => metadata.name === name);
  if (!object) return all.known ? 'missing' : 'unknown';
  if (key === undefined) return 'there';
  const keys = keysOf(object);
  if (keys.includes(key)) return 'there';
  return keys.length > 0 ? 'key-missing' : 'unknown';
}

function keysOf(object: Objects['ConfigMap'] | Objects['Secret']): string[] {
  const more = 'binaryData' in object ? object.binaryData : { ...object.stringData, ...object.dataSizes };
  return [...Object.keys(object.data), ...Object.keys(more)];
}

function listLine(pod: Pod, reference: Reference, state: State): EvidenceLine[] {
  const { namespace } = pod.metadata;
  const ref: ObjectRef = { kind: reference.kind, ...(namespace !== undefined && { namespace }), name: reference.name };
  const used = `${reference.place} needs it`;
  if (state === 'missing') return [objectLine(ref, `not found; ${used}`)];
  if (state === 'key-missing') return [objectLine(ref, `has no key ${reference.key}; ${used}`)];
  return [objectLine(podRef(pod), `${reference.place} needs ${reference.kind} ${reference.name}`)];
}

/** The rule for one of the four: what is missing, whole or a key of it. */
export function missingConfigRule(cause: Rule['cause'], kind: Reference['kind'], what: 'object' | 'key'): Rule {
  return {
    cause,
    async examine(scene) {
      const all = await missingConfig(scene);
      return all
        .filter(({ reference }) => reference.kind === kind && (reference.key !== undefined) === (what === 'key'))
        .map(({ workload, reference: { name, key = '', place }, pods, evidence }) => ({
          cause,
          confidence: 'proven' as const,
          object: workload.ref,
          since: Math.min(...pods.map(({ metadata }) => metadata.creationTimestamp ?? scene.now)),
          params: { config: name, key, place },
          symptoms: pods.map(symptomOf),
          explains: [{ ...workload.ref, kind, name }],
          evidence: evidence.slice(0, 4),
          remedies: rollBackFrom(workload, { kind, name, key: key || undefined }),
        }));
    },
  };
}

/** Going back helps where the revision before did not ask for it, and its pods still stand. */
function rollBackFrom({ ref, replicaSets }: Workload, { kind, name, key }: Wanted): Remedy[] {
  const [, ...older] = replicaSets;
  const before = older.find(({ status }) => (status.readyReplicas ?? 0) > 0);
  if (!before) return [];
  const asked = referencesOf(before.spec.template.spec).some(
    (one) => one.kind === kind && one.name === name && (key === undefined || one.key === key),
  );
  const toRevision = Number(before.metadata.annotations['deployment.kubernetes.io/revision']);
  return asked ? [] : [{ id: 'roll-back', target: ref, ...(toRevision > 0 && { toRevision }) }];
}

interface Wanted extends Pick<Reference, 'kind' | 'name'> {
  key: string | undefined;
}
