import { type Confidence, type EvidenceLine, refKey, type Verdict } from '../finding.ts';
import { logLine, objectLine, podRef, symptomOf } from '../lines.ts';
import { lostAddresses } from '../looks/changed-addresses.ts';
import { environmentOf, isInSecrets } from '../looks/env.ts';
import { isUrged, presentMatches, type Reading, readings } from '../looks/readings.ts';
import { containerBefore } from '../looks/revisions.ts';
import { isUnexplained } from '../looks/unexplained.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** A container fails, says which variable it misses, and its environment does not set it. Without a log: the last change took one away. */
export const envMissing: Rule = {
  cause: 'EnvMissing',
  async examine(scene) {
    const all = (await readings(scene)).filter(({ why }) => why === 'failing');
    const found = await Promise.all(
      all.map(async (one) => (await bySaying(scene, one)) ?? (await byChange(scene, one))),
    );
    const told = found.filter((verdict) => verdict !== undefined);
    return [...told, ...(await byLoss(scene, new Set(told.map(({ object }) => refKey(object)))))];
  },
};

/** Somebody says that something is wrong, and the last change took away the address of a Service that is still there. */
async function byLoss(scene: Scene, told: ReadonlySet<string>): Promise<Verdict[]> {
  if (!isUrged(scene)) return [];
  const found: Verdict[] = [];
  for (const workload of scene.workloads.filter(({ ref, pods }) => pods.length > 0 && !told.has(refKey(ref))))
    for (const { container, variable, before, now } of await lostAddresses(scene, workload)) {
      if (now !== undefined) continue;
      const text = `container ${container}: env ${variable} is not set; before the last change it named ${before}`;
      found.push({
        cause: 'EnvMissing',
        confidence: 'likely',
        object: workload.ref,
        params: { container, variable },
        symptoms: workload.pods.slice(0, 10).map(symptomOf),
        evidence: [objectLine(workload.ref, text)],
        remedies: [{ id: 'roll-back', target: workload.ref }],
      });
    }
  return found;
}

async function bySaying(scene: Scene, one: Reading): Promise<Verdict | undefined> {
  const match = presentMatches(scene, one).find(({ kind }) => kind === 'missing-env');
  if (!match || !one.log) return undefined;
  const { namespace } = one.workload.ref;
  const { settings, complete } = await environmentOf(scene, namespace, one.container);
  const { variable = '' } = match;
  const inSecrets = await isInSecrets(scene, namespace, { container: one.container, variable });
  const setting = settings.find(({ name, from }) => name === variable && from !== 'argument');
  // A value that is there, or that may be there, is not what is missing.
  if (inSecrets === true || (setting && setting.value !== '')) return undefined;
  const known = setting ? `env ${variable} is empty` : `env ${variable} is not set`;
  const isProven = variable !== '' && (setting !== undefined || (complete && inSecrets === false));
  return verdictFor(one, variable, isProven ? 'proven' : 'likely', [
    logLine(one.log, match.line),
    ...(variable === '' ? [] : [objectLine(podRef(one.pod), `container ${one.container.name}: ${known}`)]),
    ...changeLine(one, variable),
  ]);
}

const wasSet = ({ workload, container }: Reading, variable: string): boolean =>
  containerBefore(workload, container.name)?.env.some(({ name }) => name === variable) ?? false;

function changeLine(one: Reading, variable: string): EvidenceLine[] {
  if (!wasSet(one, variable)) return [];
  return [objectLine(one.workload.ref, `the revision before set env ${variable}`)];
}

function verdictFor(one: Reading, variable: string, confidence: Confidence, evidence: EvidenceLine[]): Verdict {
  const { workload, pod, container } = one;
  return {
    cause: 'EnvMissing',
    confidence,
    object: workload.ref,
    params: { container: container.name, variable: variable || '–' },
    symptoms: [symptomOf(pod)],
    evidence,
    remedies: wasSet(one, variable) ? [{ id: 'roll-back', target: workload.ref }] : [],
  };
}

/** Nothing else has changed but that variables are gone, and the program does not say why it fails. */
async function byChange(scene: Scene, one: Reading): Promise<Verdict | undefined> {
  const { workload, container, reading } = one;
  const before = containerBefore(workload, container.name);
  const decided = reading?.cause !== undefined || reading?.decisive !== undefined;
  if (!before || decided || !isFirstOfChange(one) || !(await isUnexplained(scene, one))) return undefined;
  const { env: envBefore, ...restBefore } = before;
  const { env, ...rest } = one.workload.template.containers.find(({ name }) => name === container.name) ?? container;
  if (JSON.stringify(rest) !== JSON.stringify(restBefore)) return undefined;
  const names = new Set(env.map(({ name }) => name));
  const [gone] = envBefore.filter(({ name }) => !names.has(name));
  if (!gone) return undefined;
  return verdictFor(one, gone.name, 'likely', [
    ...changeLine(one, gone.name),
    objectLine(podRef(one.pod), `container ${container.name}: env ${gone.name} is not set`),
  ]);
}

/** The revision before works still, so that the change is what broke it. */
function isFirstOfChange({ workload: { replicaSets } }: Reading): boolean {
  return (replicaSets[1]?.status.readyReplicas ?? 0) > 0;
}
