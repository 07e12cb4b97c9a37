import type { EvidenceLine, Verdict } from '../finding.ts';
import type { Kind } from '../kinds.ts';
import { objectLine } from '../lines.ts';
import { conditionOf, conditionText, type Scaler, scalersOf } from '../looks/autoscalers.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const SCALABLE = new Set<string>(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'] satisfies Kind[]);
const GRACE_MS = 3 * 60_000;

/** An autoscaler names a workload that does not exist. */
export const hpaTargetMissing: Rule = {
  cause: 'HPATargetMissing',
  async examine(scene) {
    const found: Verdict[] = [];
    for (const scaler of await scalersOf(scene)) {
      if (scene.now - (scaler.hpa.metadata.creationTimestamp ?? 0) < GRACE_MS) continue;
      const lines = await missingLines(scene, scaler);
      if (lines.length > 0) found.push(toVerdict(scaler, lines));
    }
    return found;
  },
};

async function missingLines(scene: Scene, scaler: Scaler): Promise<EvidenceLine[]> {
  const { target, ref } = scaler;
  const able = conditionOf(scaler, 'AbleToScale');
  const refused =
    able?.status === 'False' &&
    able.reason === 'FailedGetScale' &&
    /not found|could not find|no matches for/i.test(able.message ?? '')
      ? [objectLine(ref, conditionText(able), able.lastTransitionTime)]
      : [];
  if (!isScalable(target.kind)) return refused;
  const found = await scene.find(target.kind, target.namespace, target.name);
  if (found === 'unknown') return refused;
  return found ? [] : [objectLine(target, `not found; ${ref.name} scales it`), ...refused];
}

const isScalable = (kind: string): kind is 'Deployment' | 'StatefulSet' | 'ReplicaSet' | 'ReplicationController' =>
  SCALABLE.has(kind);

function toVerdict({ ref, target }: Scaler, evidence: EvidenceLine[]): Verdict {
  const params = { target: `${target.kind} ${target.name}` };
  return { cause: 'HPATargetMissing', confidence: 'proven', object: ref, params, evidence };
}
