import { causes } from './causes.ts';
import { type ObjectRef, refKey, refText, type Symptom, type Verdict } from './finding.ts';
import type { Scene } from './scene.ts';

const SURENESS = { proven: 2, likely: 1, symptom: 0 } as const;
const WEIGHT = { critical: 2, warning: 1, info: 0 } as const;

const layerOf = ({ cause }: Verdict) => causes[cause].layer;
const severityOf = ({ cause, severity }: Verdict) => severity ?? causes[cause].severity;

/** Everything a verdict speaks of: its object, what shows it, and the owners of the pods among them. */
function touched(scene: Scene, { object, symptoms = [], explains = [] }: Verdict): Set<string> {
  const refs: ObjectRef[] = [object, ...symptoms, ...explains];
  const owners = refs.flatMap((ref) => scene.ownerOf(ref) ?? []);
  return new Set([...refs, ...owners].map(refKey));
}

/** Rolls verdicts about the same thing into one, absorbs what a deeper one explains, and puts the most probable root first. */
export function rank(scene: Scene, verdicts: readonly Verdict[]): Verdict[] {
  const merged = merge(verdicts);
  const reach = new Map(merged.map((verdict) => [verdict, touched(scene, verdict)]));
  const above = new Map(
    merged.flatMap((verdict) => {
      const root = rootOf(verdict, merged, reach);
      return root ? [[verdict, root] as const] : [];
    }),
  );
  // Two that explain each other would both be gone: the deeper one stays.
  for (const verdict of merged.toSorted((a, b) => layerOf(a) - layerOf(b)))
    if (isOwnRoot(verdict, above)) above.delete(verdict);
  const roots = merged.filter((verdict) => !above.has(verdict));
  return roots
    .map((root) =>
      withAbsorbed(
        root,
        [...above.keys()].filter((verdict) => topOf(verdict, above) === root),
      ),
    )
    .sort((a, b) => order(scene, a, b));
}

/** One verdict for each cause and object. */
function merge(verdicts: readonly Verdict[]): Verdict[] {
  const byKey = Map.groupBy(verdicts, ({ cause, object }) => `${cause} ${refKey(object)}`);
  return [...byKey.values()].flatMap((same) => {
    const [best, ...others] = same.toSorted((a, b) => SURENESS[b.confidence] - SURENESS[a.confidence]);
    if (!best) return [];
    return {
      ...best,
      symptoms: uniqueSymptoms([...(best.symptoms ?? []), ...others.flatMap(({ symptoms = [] }) => symptoms)]),
    };
  });
}

/** What explains a verdict: the owner of what it depends on, or a deeper verdict, as sure, about the same thing. */
function rootOf(verdict: Verdict, all: readonly Verdict[], reach: Map<Verdict, Set<string>>): Verdict | undefined {
  const depends = (verdict.dependsOn ?? []).map(refKey);
  const candidates = all.filter((other) => {
    if (other === verdict || other.confidence === 'symptom') return false;
    const others = reach.get(other) ?? new Set();
    if (depends.some((key) => others.has(key))) return !isMutual(verdict, other, reach);
    return layerOf(other) < layerOf(verdict) && isAsSure(other, verdict) && others.has(refKey(verdict.object));
  });
  return candidates.sort((a, b) => SURENESS[b.confidence] - SURENESS[a.confidence] || layerOf(a) - layerOf(b))[0];
}

/** Two that each name the other: the deeper one stays. */
function isMutual(verdict: Verdict, other: Verdict, reach: Map<Verdict, Set<string>>): boolean {
  const back = (other.dependsOn ?? []).some((ref) => reach.get(verdict)?.has(refKey(ref)));
  return back && layerOf(verdict) <= layerOf(other);
}

/** A likely explanation does not push out a proven finding, unless that one only says what is seen. */
function isAsSure(deeper: Verdict, shallower: Verdict): boolean {
  return SURENESS[deeper.confidence] >= SURENESS[shallower.confidence] || layerOf(shallower) >= 5;
}

/** Whether the way up from a verdict leads back to it. */
function isOwnRoot(verdict: Verdict, above: Map<Verdict, Verdict>): boolean {
  const seen = new Set<Verdict>();
  for (let next = above.get(verdict); next && !seen.has(next); next = above.get(next)) {
    if (next === verdict) return true;
    seen.add(next);
  }
  return false;
}

function topOf(verdict: Verdict, above: Map<Verdict, Verdict>): Verdict {
  const seen = new Set([verdict]);
  let top = verdict;
  for (let next = above.get(top); next && !seen.has(next); next = above.get(top)) {
    seen.add(next);
    top = next;
  }
  return top;
}

function withAbsorbed(root: Verdict, absorbed: readonly Verdict[]): Verdict {
  const told = absorbed.map(({ object, cause }): Symptom => ({ ...object, text: cause }));
  const shown = absorbed.flatMap(({ symptoms = [] }) => symptoms);
  const own = refKey(root.object);
  return {
    ...root,
    symptoms: uniqueSymptoms([...(root.symptoms ?? []), ...told.filter((one) => refKey(one) !== own), ...shown]),
  };
}

/** The first word about each object stays, where it stood. */
function uniqueSymptoms(symptoms: readonly Symptom[]): Symptom[] {
  const byKey = new Map<string, Symptom>();
  for (const symptom of symptoms) if (!byKey.has(refKey(symptom))) byKey.set(refKey(symptom), symptom);
  return [...byKey.values()];
}

/** What was asked about first, then by harm, certainty, depth and how many show it. */
function order(scene: Scene, a: Verdict, b: Verdict): number {
  const by = (value: (verdict: Verdict) => number) => value(b) - value(a);
  return (
    by((verdict) => relevance(scene, verdict)) ||
    by((verdict) => WEIGHT[severityOf(verdict)]) ||
    by((verdict) => SURENESS[verdict.confidence]) ||
    by((verdict) => -layerOf(verdict)) ||
    by(({ symptoms = [] }) => symptoms.length) ||
    refText(a.object).localeCompare(refText(b.object)) ||
    a.cause.localeCompare(b.cause)
  );
}

/** 2: it is about what was asked for. 1: about what a firing alert names. */
function relevance(scene: Scene, verdict: Verdict): number {
  const { focus, alerts } = scene.scope;
  const keys = touched(scene, verdict);
  const names = new Set([...keys].map((key) => key.slice(key.lastIndexOf('/') + 1)));
  if (focus) return names.has(focus.name) ? 2 : 0;
  const named = alerts.flatMap(({ labels }) => ALERT_LABELS.flatMap((label) => labels[label] ?? []));
  return named.some((name) => names.has(name)) ? 1 : 0;
}

/** Labels of alerts that name an object, in kube-state-metrics' and ARMS' words. */
export const ALERT_LABELS = [
  'pod',
  'pod_name',
  'deployment',
  'statefulset',
  'daemonset',
  'job_name',
  'cronjob',
  'service',
  'ingress',
  'node',
  'persistentvolumeclaim',
  'horizontalpodautoscaler',
  '_aliyun_arms_involvedObject_name',
] as const;
