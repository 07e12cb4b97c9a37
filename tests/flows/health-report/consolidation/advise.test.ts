import { describe, expect, test } from 'vitest';
import { adviseRemovals } from '../../../../flows/health-report/consolidation/advise.ts';
import { removalPlan } from '../../../../flows/health-report/consolidation/plan.ts';
import { recheckRemoval } from '../../../../flows/health-report/consolidation/recheck.ts';
import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import { planSchema } from '../../../../src/approvals/plan.ts';
import type { Facts } from '../../../../src/health/types.ts';
import { addWorkload, DAY, emptySurvey, HOUR, lose, NOW, nodeOf } from '../../../support/survey-builder.ts';
import { factsOf, machineOf, POOL, words } from './support.ts';

function cluster(): Survey {
  const survey = emptySurvey();
  survey.nodes.push(nodeOf('node-1'), nodeOf('node-2'), nodeOf('node-3'));
  addWorkload(survey, { namespace: 'prod', name: 'api', desired: 3 });
  addWorkload(survey, { namespace: 'prod', name: 'web', desired: 2 });
  return survey;
}

const removal = (facts: Facts) => adviseRemovals(facts, words).find(({ kind }) => kind === 'remove-nodes');

describe('three nodes that are hardly used', () => {
  test('become two, with every gate, the moves and the price of one', () => {
    const advice = removal(factsOf(cluster()));
    expect(advice).toMatchObject({
      verdict: 'SAFE',
      saving: { amount: 500, currency: 'CNY', source: 'api' },
      freed: { cpu: 4000, memory: 16 * 2 ** 30 },
      proposal: { kind: 'remove-nodes', nodepoolId: POOL, nodes: ['node-3'] },
    });
    expect(advice?.gates.map(({ id }) => id)).toEqual([
      'G0',
      'G1',
      'G2',
      'G3',
      'G4',
      'G5',
      'G6',
      'G7',
      'G8',
      'G9',
      'G10',
      'G11',
    ]);
    expect(advice?.evidence.map(({ text }) => text)).toEqual(['prod/api ×1 → node-1']);
  });

  const bare = (survey: Survey) => addWorkload(survey, { namespace: 'prod', name: 'lone', kind: 'Pod', desired: 3 });
  const apart = (survey: Survey) => {
    const selector = { matchLabels: { app: 'db' }, matchExpressions: [] };
    const podAntiAffinity = [{ selector, namespaces: [], topologyKey: 'kubernetes.io/hostname' }];
    addWorkload(survey, {
      namespace: 'prod',
      name: 'db',
      desired: 3,
      surge: 0,
      shape: { labels: { app: 'db' }, podAntiAffinity },
    });
  };
  test.each<[string, string, (survey: Survey) => unknown]>([
    ['G2', 'a node is new', (survey) => survey.nodes.push(nodeOf('node-4', { createdAt: NOW - HOUR }))],
    ['G4', 'a bare pod is on each', bare],
    ['G5', 'three pods must be apart', apart],
    [
      'G4',
      'a workload has one replica on each',
      (survey) => {
        for (const name of ['a', 'b', 'c']) addWorkload(survey, { namespace: 'prod', name, desired: 1 });
        survey.pods.node.splice(-3, 3, 0, 1, 2);
      },
    ],
    [
      'G8',
      'an autoscaler may ask for more than is left',
      (survey) => {
        const usual = {
          kind: 'HorizontalPodAutoscaler',
          namespace: 'prod',
          name: 'api',
          min: 1,
          current: 3,
          desired: 3,
        } as const;
        survey.autoscalers.push({ ...usual, workload: 0, max: 500 });
      },
    ],
  ])('stay when %s does not pass: %s', (gate, _, change) => {
    const survey = cluster();
    change(survey);
    expect(removal(factsOf(survey))).toMatchObject({ verdict: 'NOT_SAFE', gate });
    expect(removal(factsOf(survey))).not.toHaveProperty('proposal');
  });

  test('stay when use is too high for two, and when an autoscaler sizes the pool', () => {
    expect(removal(factsOf(cluster(), { peak: 0.6 }))).toMatchObject({ verdict: 'NOT_SAFE', gate: 'G6' });
    const facts = factsOf(cluster());
    const pools = facts.pools?.map((pool) => ({ ...pool, autoscaling: { enabled: true, min: 3, max: 9 } }));
    expect(removal({ ...facts, pools })).toMatchObject({ verdict: 'NOT_SAFE', gate: 'G1' });
  });

  test('are not judged on what is not known', () => {
    const facts = factsOf(cluster());
    expect(removal({ ...facts, metrics: {}, curves: [] })).toMatchObject({ verdict: 'UNKNOWN', gate: 'G0' });
    expect(removal({ ...facts, curves: [] })).toMatchObject({ verdict: 'UNKNOWN', gate: 'G2' });
    expect(removal(factsOf(lose(cluster(), 'PodDisruptionBudget')))).toMatchObject({ verdict: 'UNKNOWN', gate: 'G0' });
    const empty = cluster();
    empty.pods = { node: [], workload: [], shape: [], state: [] };
    expect(removal(factsOf(empty))).toMatchObject({ verdict: 'UNKNOWN', gate: 'G0' });
  });

  test('are no safe plan of nothing when none of them takes pods', () => {
    const survey = cluster();
    survey.nodes = survey.nodes.map((node) => ({ ...node, cordoned: true }));
    expect(removal(factsOf(survey))).toMatchObject({ verdict: 'NOT_SAFE', gate: 'G3' });
  });

  test('that are well used are not spoken of', () => {
    expect(adviseRemovals(factsOf(cluster(), { average: 0.5, peak: 0.6 }), words)).toEqual([]);
  });
});

describe('a removal', () => {
  const facts = factsOf(cluster());
  const advice = removal(facts) ?? expect.fail();

  test('is planned as cordon, drain with another look, removal and a watch, with the way back', () => {
    const plan = removalPlan({ facts, advice, words });
    if ('refused' in plan) return expect.fail();
    expect(() => planSchema.parse({ ...plan, id: 'p', expiresAt: 1 })).not.toThrow();
    expect(plan.steps.map(({ tool, until }) => [tool, until?.tool])).toEqual([
      ['k8s_cordon', undefined],
      ['k8s_drain', 'copilot_removal_check'],
      ['node_remove', 'task_get'],
    ]);
    expect(plan.steps[2]?.args).toMatchObject({ instanceIds: ['i-2'], drain: false, release: true });
    expect(plan.verify[0]).toMatchObject({ holdMinutes: 30 });
    expect(plan.undo).toMatchObject([
      { of: 'cordon-1', unless: 'remove' },
      { of: 'remove', tool: 'nodepool_scale', args: { desiredSize: 3 } },
    ]);
    expect(plan.cost).toEqual({ amount: -500, currency: 'CNY', per: 'month' });
  });

  test('keeps a prepaid machine and saves nothing now', () => {
    const machines = facts.machines?.map(({ name }) =>
      machineOf(name, { chargeType: 'PrePaid', expiresAt: NOW + 40 * DAY }),
    );
    const prepaid = { ...facts, ...(machines && { machines }) };
    const plan = removalPlan({ facts: prepaid, advice, words });
    if ('refused' in plan) return expect.fail();
    expect(plan.steps.at(-1)?.args).toMatchObject({ release: false });
    expect(plan).not.toHaveProperty('cost');
    expect(removal(prepaid)?.saving).toMatchObject({ amount: 0, zeroUntil: NOW + 40 * DAY });
  });

  test('is refused with the gate when the cluster has changed since', () => {
    const busy = factsOf(cluster(), { peak: 0.6 });
    expect(removalPlan({ facts: busy, advice, words })).toMatchObject({ refused: { key: 'consolidation.G6.tight' } });
  });

  test('goes on after the drain only when nothing is left on the node and all else still holds', () => {
    const drained = cluster();
    Object.assign(drained.nodes[2] ?? {}, { cordoned: true });
    const what = { nodepoolId: POOL, nodes: ['node-3'] };
    expect(recheckRemoval(factsOf(drained), what, words)).toMatchObject({ verdict: 'NOT_SAFE', gate: 'G4' });
    drained.pods.node = drained.pods.node.map((node) => (node === 2 ? 0 : node));
    expect(recheckRemoval(factsOf(drained), what, words)).toMatchObject({ verdict: 'SAFE' });
    expect(recheckRemoval(factsOf(drained, { peak: 0.6 }), what, words)).toMatchObject({
      verdict: 'NOT_SAFE',
      gate: 'G6',
    });
    expect(recheckRemoval({ ...factsOf(drained), curves: [] }, what, words)).toMatchObject({ verdict: 'UNKNOWN' });
  });
});

test('what nobody uses is named, with a saving only where there is a price', () => {
  const survey = cluster();
  const usual = {
    phase: 'Bound',
    size: 40 * 2 ** 30,
    accessModes: ['ReadWriteOnce'],
    createdAt: NOW - 30 * DAY,
    used: false,
  };
  survey.claims.push({ namespace: 'prod', name: 'old', volume: 'd-1', storageClass: 'alicloud-disk-essd', ...usual });
  survey.volumes.push({
    name: 'd-1',
    phase: 'Bound',
    driver: 'diskplugin.csi.alibabacloud.com',
    size: 40 * 2 ** 30,
    reclaimPolicy: 'Delete',
    nodeAffinity: [],
    local: false,
    createdAt: NOW,
  });
  const facts = factsOf(survey);
  const found = (prices: Facts['prices']) =>
    adviseRemovals({ ...facts, prices }, words).find(({ id }) => id === 'unused:CST6');
  expect(found({})).toMatchObject({ kind: 'unused', evidence: [{ text: 'PersistentVolumeClaim prod/old: 40 GiB' }] });
  expect(found({})).not.toHaveProperty('saving');
  const price = { amount: 1, currency: 'CNY', source: 'api', asOf: '2026-11-25' } as const;
  expect(found({ 'cloud_essd/PL1': price })?.saving).toMatchObject({ amount: 40, source: 'api' });
});
