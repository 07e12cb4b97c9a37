import { refKey, type Verdict } from '../finding.ts';
import { logLine, objectLine, symptomOf } from '../lines.ts';
import type { LogMatch } from '../looks/log-signatures.ts';
import { presentMatches, type Reading, readings } from '../looks/readings.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

interface Forbidden {
  reading: Reading;
  match: LogMatch;
}

/** The API server refuses a program what its ServiceAccount has no right to, and the program's log says so. */
export const rbacForbidden: Rule = {
  cause: 'RBACForbidden',
  async examine(scene) {
    const found = (await readings(scene)).flatMap((reading) => forbiddenOf(scene, reading));
    return [...Map.groupBy(found, ({ reading }) => refKey(reading.workload.ref)).values()].flatMap(verdictOf);
  },
};

function forbiddenOf(scene: Scene, reading: Reading): Forbidden[] {
  return presentMatches(scene, reading)
    .filter(({ kind }) => kind === 'k8s-forbidden')
    .map((match) => ({ reading, match }));
}

function verdictOf(all: readonly Forbidden[]): Verdict[] {
  const [first] = all;
  if (!first) return [];
  const { reading, match } = first;
  const { workload, container, why } = reading;
  const { serviceAccountName = 'default' } = workload.template;
  const own = `system:serviceaccount:${workload.ref.namespace}:${serviceAccountName}`;
  const { user = own, what = '–' } = match;
  return [
    {
      cause: 'RBACForbidden',
      confidence: user === own && why !== 'swept' ? 'proven' : 'likely',
      object: workload.ref,
      params: { user, what, container: container.name },
      evidence: [
        ...all.slice(0, 4).flatMap(({ reading: { log }, match: { line } }) => (log ? [logLine(log, line)] : [])),
        objectLine(workload.ref, `spec.template.spec.serviceAccountName=${serviceAccountName}`),
      ],
      symptoms: [symptomOf(reading.pod)],
    },
  ];
}
