import type { Translate } from '../../src/chat/messages.ts';
import { visibleText } from '../../src/chat/plain.ts';
import type { Language, LocalText } from '../../src/chat/types.ts';
import { causes } from './causes.ts';
import type { EvidenceSource, Scope } from './evidence.ts';
import { type Diagnosis, type Finding, type OfferedRemedy, refKey, refText, type Verdict } from './finding.ts';
import { rank } from './rank.ts';
import { riskOf } from './remedies/risk.ts';
import { withRollBack } from './remedies/roll-back.ts';
import { remedyTitle } from './remedies/title.ts';
import { rules } from './rules/registry.ts';
import { openScene, type Scene } from './scene.ts';

export interface DiagnoseOptions {
  source: EvidenceSource;
  scope: Scope;
  words: Record<Language, Translate>;
  /** Milliseconds that only go forward, to say how long it took. */
  elapsed: () => number;
}

/** Looks at the evidence with every rule and says what has to change, most probable first. An empty list is an answer. */
export async function diagnose({ source, scope, words, elapsed }: DiagnoseOptions): Promise<Diagnosis> {
  const began = elapsed();
  const open = await openScene(source, scope);
  const { scene } = open;
  const verdicts: Verdict[] = [];
  for (const rule of rules) {
    await source.pause?.();
    try {
      verdicts.push(...(await rule.examine(scene)));
    } catch (error) {
      // One rule that stumbles over a strange object must not silence the others.
      scene.note(`rule ${rule.cause}`, error instanceof Error ? error.message : String(error));
    }
  }
  const ranked = relevant(scene, rank(scene, verdicts));
  return {
    schemaVersion: 1,
    cluster: source.cluster,
    now: new Date(scene.now).toISOString(),
    tookMs: Math.round(elapsed() - began),
    coverage: Math.round(100 * open.coverage()) / 100,
    findings: ranked.map((verdict) =>
      toFinding({ ...verdict, remedies: withRollBack(verdict, scene.workload(verdict.object), scene.now) }, words),
    ),
    unknown: open.unknown().map(({ what, why }) => ({ what: visibleText(what), why: visibleText(why) })),
  };
}

/** With a focus, what does not concern it goes, unless nothing concerns it. */
function relevant(scene: Scene, ranked: Verdict[]): Verdict[] {
  const { focus } = scene.scope;
  if (!focus) return ranked;
  const about = ranked.filter((verdict) => concerns(scene, verdict, focus.name));
  return about;
}

function concerns(scene: Scene, { object, symptoms = [], explains = [] }: Verdict, name: string): boolean {
  const refs = [object, ...symptoms, ...explains];
  if (refs.some((ref) => ref.name === name)) return true;
  const asked = scene.workloads.find(({ ref }) => ref.name === name);
  const pods = asked?.allPods ?? scene.pods.filter(({ metadata }) => metadata.name === name);
  const owners = pods.map((pod) => refKey(scene.workloadOf(pod).ref));
  const names = new Set(pods.flatMap(({ metadata, spec }) => [metadata.name, spec.nodeName ?? '']));
  return refs.some(
    (ref) => owners.includes(refKey(ref)) || ((ref.kind === 'Pod' || ref.kind === 'Node') && names.has(ref.name)),
  );
}

function toFinding(verdict: Verdict, words: Record<Language, Translate>): Finding {
  const { cause, confidence, object, since, symptoms = [], evidence, remedies = [] } = verdict;
  const both = (key: string, params: Record<string, string | number>): LocalText => ({
    en: visibleText(words.en(key, params)),
    zh: visibleText(words.zh(key, params)),
  });
  const offered = remedies.map(
    (remedy): OfferedRemedy => ({
      id: remedy.id,
      when: remedy.when ?? 'now',
      title: remedyTitle(remedy, words),
      risk: riskOf(remedy),
      plan: remedy,
    }),
  );
  const params = { object: refText(object), name: object.name, ...verdict.params };
  const advice: OfferedRemedy = {
    id: 'advice',
    when: 'now',
    title: both(`causes.${cause}.advice`, params),
    risk: 'low',
    plan: {},
  };
  return {
    id: `${cause}:${refKey(object)}`,
    cause,
    severity: verdict.severity ?? causes[cause].severity,
    confidence,
    ...(since !== undefined && { since: new Date(since).toISOString() }),
    object,
    symptoms: symptoms.map((one) => ({ ...one, text: visibleText(one.text) })),
    summary: both(`causes.${cause}.summary`, params),
    evidence: evidence.map(({ source, time, text }, at) => ({
      id: `E${at + 1}`,
      source: visibleText(source),
      ...(time !== undefined && { time: new Date(time).toISOString() }),
      text: visibleText(text),
    })),
    remedies: [...offered, advice],
  };
}
