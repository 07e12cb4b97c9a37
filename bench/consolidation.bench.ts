import { adviseRemovals } from '../flows/health-report/consolidation/advise.ts';
import type { Survey } from '../servers/ack/kube/survey/survey.ts';
import { factsOf, words } from '../tests/flows/health-report/consolidation/support.ts';
import { type Random, randomOf } from '../tests/support/random.ts';
import { addBudget, addPod, addWorkload, emptySurvey, NOW, nodeOf } from '../tests/support/survey-builder.ts';
import { ms, percentile, print } from './figures.ts';

/** How long it takes to find out which nodes of a large cluster can go: everything from the facts to the advice. */

const GI = 2 ** 30;
const HOST = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/** Every fifth workload keeps its pods apart or spreads them, every tenth scales by itself. */
function largeCluster(random: Random, { nodes, pods }: { nodes: number; pods: number }): Survey {
  const survey = emptySurvey();
  for (let index = 0; index < nodes; index += 1) {
    const name = `node-${index}`;
    const labels = { [HOST]: name, [ZONE]: `zone-${index % 3}` };
    const allocatable = { cpu: 16_000, memory: 64 * GI, ephemeral: 200 * GI, extended: {}, pods: 110 };
    survey.nodes.push(nodeOf(name, { labels, allocatable }));
  }
  for (let index = 0; survey.pods.node.length < pods; index += 1) addApp(survey, random, index);
  return survey;
}

function addApp(survey: Survey, random: Random, index: number): void {
  const name = `app-${index}`;
  const selector = { matchLabels: { app: name }, matchExpressions: [] };
  const desired = random.int(2, 20);
  const isSpread = index % 5 === 0;
  const policies = { nodeAffinityPolicy: 'Honor', nodeTaintsPolicy: 'Ignore', matchLabelKeys: [] };
  const workload = addWorkload(survey, {
    namespace: `team-${index % 40}`,
    name,
    desired,
    without: desired,
    ready: desired,
    shape: {
      labels: { app: name },
      requests: {
        cpu: random.pick([50, 100, 200]),
        memory: random.pick([128, 256, 512]) * 2 ** 20,
        ephemeral: 0,
        extended: {},
      },
      podAntiAffinity: isSpread && index % 2 === 0 ? [{ selector, namespaces: [], topologyKey: HOST }] : [],
      spread:
        isSpread && index % 2 === 1
          ? [{ maxSkew: 2, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule', selector, ...policies }]
          : [],
    },
  });
  const shape = survey.shapes.length - 1;
  const first = random.int(0, survey.nodes.length - 1);
  for (let pod = 0; pod < desired; pod += 1)
    addPod(survey, { workload, shape, node: (first + pod) % survey.nodes.length });
  if (index % 3 === 0) addBudget(survey, workload, { allowed: Math.ceil(desired / 2) });
  if (index % 10 === 0)
    survey.autoscalers.push({
      kind: 'HorizontalPodAutoscaler',
      namespace: `team-${index % 40}`,
      name,
      workload,
      min: 2,
      max: desired * 2,
      current: desired,
      desired,
    });
}

function measure(what: string, size: { nodes: number; pods: number }, target: string): void {
  const facts = factsOf(largeCluster(randomOf(7), size));
  const times: number[] = [];
  let found = '';
  for (let run = 0; run < 5; run += 1) {
    const from = performance.now();
    const [advice] = adviseRemovals(facts, words);
    times.push(performance.now() - from);
    found = `${advice?.verdict} ${advice?.gate ?? ''} ${advice?.title.en}`;
  }
  print(what, `p50 ${ms(percentile(times, 0.5))}, max ${ms(Math.max(...times))}`, `${target}; ${found}`);
}

console.log(`Which nodes can go (${new Date(NOW).toISOString().slice(0, 10)} on the cluster's clock)`);
measure('5,000 pods on 170 nodes', { nodes: 170, pods: 5_000 }, '< 1 s');
measure('30,000 pods on 1,000 nodes', { nodes: 1_000, pods: 30_000 }, '< 10 s');
