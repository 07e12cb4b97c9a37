import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';

/**
 * The formulas of two other tools, on what a survey holds of their checks. Written from their published code's arithmetic; the checks
 * themselves are an approximation, so that the numbers say something of the formulas, and nothing of the tools' every check.
 */

type Container = Survey['shapes'][number]['containers'][number];

const isTagged = ({ image }: Container) => /@|:(?!latest$)[^/:]+$/.test(image);

/** https://github.com/derailed/popeye: the mean of the shares of objects without a warning, of each kind; none at all is 100. */
export function popeyeScore(survey: Survey): number {
  const kinds = [nodesOk(survey), podsOk(survey), ...workloadsOk(survey), ...othersOk(survey)];
  const scores = kinds.map((all) =>
    all.length === 0 ? 100 : Math.trunc((100 * all.filter(Boolean).length) / all.length),
  );
  return Math.trunc(scores.reduce((sum, score) => sum + score, 0) / scores.length);
}

const nodesOk = ({ nodes }: Survey) =>
  nodes.map(({ ready, cordoned, pressures }) => ready && !cordoned && pressures.length === 0);

/** One entry a pod: not in trouble, and of a template without a warning. */
function podsOk({ pods, shapes, troubleCounts }: Survey): boolean[] {
  const inTrouble = new Map<number, number>();
  for (const { workload, pods: count } of troubleCounts)
    inTrouble.set(workload, Math.max(inTrouble.get(workload) ?? 0, count));
  return pods.workload.map((workload, pod) => {
    const left = inTrouble.get(workload) ?? 0;
    inTrouble.set(workload, left - 1);
    const containers = shapes[pods.shape[pod] ?? -1]?.containers ?? [];
    const isClean = containers.every(
      (one) => isTagged(one) && one.requests.cpu !== undefined && one.probes.readiness && one.root !== 'yes',
    );
    return left <= 0 && isClean;
  });
}

const workloadsOk = ({ workloads }: Survey): boolean[][] =>
  ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'].map((kind) =>
    workloads
      .filter((workload) => workload.kind === kind)
      .map(
        ({ desired, available, failures, suspended }) => available >= desired && failures.length === 0 && !suspended,
      ),
  );

function othersOk(survey: Survey): boolean[][] {
  return [
    survey.services.map(({ readyEndpoints }) => readyEndpoints !== 0),
    survey.namespaces.map(({ terminatingSince }) => terminatingSince === undefined),
    survey.budgets.map(({ workloads }) => workloads.length > 0),
    survey.autoscalers.map(({ workload }) => workload >= 0),
    survey.claims.map(({ phase }) => phase === 'Bound'),
    survey.volumes.map(({ phase }) => phase === 'Bound'),
    survey.routes.map(({ missing }) => missing.length === 0),
    survey.access.clusterAdmins.map(() => true),
  ];
}

/** https://github.com/FairwindsOps/polaris: checks of the configuration only, a danger counting twice a warning. */
export function polarisScore(survey: Survey): number {
  const checks = survey.workloads.flatMap((workload, index) => {
    const shape = survey.shapes[workload.shape];
    if (!shape) return [];
    const each = (test: (one: Container) => boolean) => shape.containers.every(test);
    const guarded = survey.budgets.some(({ workloads }) => workloads.includes(index));
    return [
      { ok: each(isTagged), danger: true },
      { ok: each(({ privileged }) => !privileged), danger: true },
      { ok: !shape.hostIpc, danger: true },
      { ok: !shape.hostPid, danger: true },
      { ok: each(({ plainSecrets }) => plainSecrets.length === 0), danger: true },
      { ok: !shape.hostNetwork, danger: false },
      { ok: each(({ root }) => root !== 'yes'), danger: false },
      { ok: each(({ probes }) => probes.liveness), danger: false },
      { ok: each(({ probes }) => probes.readiness), danger: false },
      { ok: each(({ requests }) => requests.cpu !== undefined), danger: false },
      { ok: each(({ requests }) => requests.memory !== undefined), danger: false },
      { ok: each(({ limits }) => limits.memory !== undefined), danger: false },
      { ok: workload.desired !== 1, danger: false },
      { ok: guarded, danger: false },
    ];
  });
  const bindings = survey.access.clusterAdmins.map(() => ({ ok: false, danger: true }));
  const all = [...checks, ...bindings];
  const passed = all.filter(({ ok }) => ok).length;
  const dangers = all.filter(({ ok, danger }) => !ok && danger).length;
  const warnings = all.length - passed - dangers;
  return all.length === 0 ? 100 : Math.trunc((200 * passed) / (2 * passed + warnings + 2 * dangers));
}

/** Spearman's rank correlation; equal values share the mean of their ranks. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const [ranksA, ranksB] = [ranksOf(a), ranksOf(b)];
  const mean = (a.length + 1) / 2;
  const product = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, rank, index) => sum + (rank - mean) * ((y[index] ?? 0) - mean), 0);
  return product(ranksA, ranksB) / Math.sqrt(product(ranksA, ranksA) * product(ranksB, ranksB));
}

const ranksOf = (values: readonly number[]) =>
  values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
