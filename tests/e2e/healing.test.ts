import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './support/copilot.ts';
import { FAULTS, NOT_HELPING } from './support/faults.ts';
import { begin, differences, follow, type Lane, OPEN_POLICY, type Outcome, openLane } from './support/healing.ts';

/**
 * Faults of the demo's shop, each followed from its beginning to its end by the real bot in a quick world. By default eight of them;
 * `HEALS=all` follows all, `HEALS=oom,image` only these.
 */

const ALL = process.env.HEALS === 'all';
const named = process.env.HEALS?.split(',') ?? [];
const faults = FAULTS.filter(({ always, scenario }) => ALL || (named.length > 0 ? named.includes(scenario) : always));
const LANES = 2;
/** Tools that change clusters, and may. */
const TYPED = new Set([
  'k8s_patch',
  'k8s_scale',
  'k8s_rollout',
  'k8s_cordon',
  'k8s_drain',
  'k8s_delete_pod',
  'nodepool_scale',
]);

/** One by one in each lane, as many lanes as there are processors. */
async function followAll(): Promise<{ outcomes: Outcome[]; failed: string[]; writes: string[] }> {
  const waiting = [...faults];
  const outcomes: Outcome[] = [];
  const failed: string[] = [];
  const writes: string[] = [];
  const work = async () => {
    const lane = await openLane();
    for (let fault = waiting.shift(); fault; fault = waiting.shift()) {
      const { scenario } = fault;
      const outcome = await follow(lane, fault).catch((error: unknown) => void failed.push(`${scenario}: ${error}`));
      if (outcome) outcomes.push(outcome);
    }
    writes.push(...(await lane.audit()).map(({ action }) => action));
    await lane.close();
  };
  await Promise.all(Array.from({ length: LANES }, work));
  return { outcomes, failed, writes };
}

describe(`${faults.length} faults of the shop`, () => {
  let result: Awaited<ReturnType<typeof followAll>>;

  beforeAll(async () => {
    result = await followAll();
    const { outcomes, failed } = result;
    const healed = outcomes.filter(({ attempt }) => attempt === 'verified').length;
    const seconds = outcomes.map((one) => one.seconds).sort((a, b) => a - b);
    console.log(
      `${faults.length} faults: ${healed} healed and verified, ${outcomes.length - healed} not, ${failed.length} without an offer; median ${seconds[Math.floor(seconds.length / 2)]} s from fault to the end of the incident\n${[...failed, ...outcomes.filter(({ attempt }) => attempt !== 'verified').map((one) => JSON.stringify(one))].join('\n')}`,
    );
  }, 3_600_000);

  test('are healed by the first remedy in nine of ten cases, and of a few in all but one', () => {
    const healed = result.outcomes.filter(({ attempt }) => attempt === 'verified');
    const mayFail = Math.max(1, Math.floor(faults.length / 10));
    expect(healed.length, result.failed.join('\n')).toBeGreaterThanOrEqual(faults.length - mayFail);
  });

  test('are each verified or undone: no change is left in between', () => {
    const others = result.outcomes.filter(({ attempt }) => attempt !== 'verified' && attempt !== 'undone');
    expect(others).toEqual([]);
  });

  test('that count as healed are well by the cluster itself, and their incidents are closed', () => {
    const healed = result.outcomes.filter(({ attempt }) => attempt === 'verified');
    expect(healed.filter(({ troubles, incident }) => troubles.length > 0 || incident !== 'resolved')).toEqual([]);
  });

  test('are healed by changing one object each, and what was undone is as it was', () => {
    for (const { attempt, changed, scenario } of result.outcomes) {
      // A node more is a node of the cloud's, besides the size of its pool.
      const own = changed.filter((name) => !name.startsWith('nodes/') || scenario === 'cordon');
      expect(own.length, `${scenario}: ${own.join(', ')}`).toBeLessThanOrEqual(attempt === 'undone' ? 0 : 1);
    }
  });

  test('lead to no call outside of the typed list', () => {
    const tools = result.writes.filter((action) => /^(?:k8s|nodepool|cluster|node|network|addon)_/.test(action));
    expect(tools.length).toBeGreaterThan(0);
    expect(tools.filter((tool) => !TYPED.has(tool))).toEqual([]);
  });
});

describe('a change', () => {
  let lane: Lane;
  beforeAll(async () => {
    lane = await openLane();
  });
  afterAll(() => lane.close());

  test.each(NOT_HELPING.filter(({ always }) => ALL || always))(
    '$scenario: that does not help is taken back by itself and handed to a person',
    async (fault) => {
      const outcome = await follow(lane, fault);
      expect(outcome).toMatchObject({ attempt: 'undone', incident: 'handed-over', changed: [] });
    },
    400_000,
  );

  test('of an object that somebody changed after the approval was asked for is not made', async () => {
    const { found, approval } = await begin(lane, { scenario: 'image', cause: 'ImageNotFound' });
    await lane.patch('apis/apps/v1/namespaces/prod/deployments/catalog', { spec: { minReadySeconds: 1 } });
    const before = await lane.written();
    expect(await lane.answer(approval, 'approve')).toBe(200);
    const last = await lane.ended(found.id);
    expect([last.state, last.why]).toEqual(['failed', expect.stringContaining('CONFLICT')]);
    expect(last.incident.state).toBe('handed-over');
    expect(differences(before, await lane.written())).toEqual([]);
  });

  test('is not made within a second after somebody stops everything, nor later', async () => {
    const { found, approval } = await begin(lane, { scenario: 'readiness', cause: 'ReadinessProbeWrongPort' });
    const chat = await lane.bot.chat();
    const before = await lane.written();
    await chat.say('stop');
    await until('everything to be stopped', 10_000, async () =>
      (await lane.audit()).some(({ action, outcome }) => action === 'changes.stop' && outcome === 'done'),
    );
    await lane.answer(approval, 'approve');
    await until('the approval to be told', 10_000, async () => {
      const { attempts } = await lane.incident(found.id);
      return attempts.at(-1)?.state === 'running' || (await lane.get<unknown[]>('/approvals')).length > 0;
    });
    const until5 = Date.now() + 5000;
    await until('five quiet seconds', 10_000, async () => {
      expect(differences(before, await lane.written())).toEqual([]);
      return Date.now() > until5;
    });
    await chat.say('resume');
    await until('the bot to go on', 10_000, async () =>
      (await lane.audit()).some(({ action }) => action === 'changes.resume'),
    );
  });

  test('is made once where the bot is killed between it and its check, and verified after the restart', async () => {
    const { found, approval } = await begin(lane, { scenario: 'oom', cause: 'OOMKilled' });
    const app = async () => (await lane.list('deployments')).find(({ metadata }) => metadata.name === 'app-xyz');
    const generation = (await app())?.metadata.generation ?? 0;
    expect(await lane.answer(approval, 'approve')).toBe(200);
    await until('the patch to be made', 20_000, async () => (await app())?.metadata.generation === generation + 1);
    await lane.killAndRestart();
    const last = await lane.ended(found.id);
    expect(last.state).toBe('verified');
    expect((await app())?.metadata.generation).toBe(generation + 1);
    await until('the incident to close', 60_000, async () => (await lane.incident(found.id)).state === 'resolved');
  });

  test('of what Helm owns is a file to take along, and nothing is changed', async () => {
    const labels = { 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/instance': 'shop' };
    const began = Date.now();
    await lane.fresh();
    await lane.patch('apis/apps/v1/namespaces/prod/deployments/checkout', { metadata: { labels } });
    await lane.break('probe');
    const before = await lane.written();
    const found = await until('a patch file', 90_000, async () => {
      const incident = await lane.incidentOf(['LivenessProbeWrongPort'], began);
      if (incident?.patch) return incident;
      // It is likely only until the kubelet has said more: then nobody is asked by the bot itself.
      if (incident?.state === 'open' && incident.card) await lane.click(incident.card, `heal:${incident.id}:fix-probe`);
      return undefined;
    });
    expect(found.patch).toMatchObject({
      owner: expect.stringContaining('Helm'),
      text: expect.stringContaining('8080'),
    });
    expect(await lane.get('/approvals')).toEqual([]);
    expect(differences(before, await lane.written())).toEqual([]);
  });
});

describe('autopilot', () => {
  let lane: Lane;
  beforeAll(async () => {
    const autopilot =
      '  - { action: workload.patch, namespace: prod, autonomy: autopilot, dailyCap: 1, selfApproval: true }\n';
    lane = await openLane({ policy: OPEN_POLICY.replace('rules:\n', `rules:\n${autopilot}`) });
  });
  afterAll(() => lane.close());

  test('heals what its policy allows without a click, verified and written down, up to its daily cap', async () => {
    const began = Date.now();
    await lane.fresh();
    await lane.break('oom');
    const found = await until('the incident', 90_000, () => lane.incidentOf(['OOMKilled'], began));
    expect(await lane.ended(found.id)).toMatchObject({ state: 'verified' });
    expect(await lane.get('/approvals')).toEqual([]);
    await until('the incident to close', 60_000, async () => (await lane.incident(found.id)).state === 'resolved');
    expect((await lane.audit()).some(({ actor }) => actor.includes('autopilot'))).toBe(true);

    await lane.break('readiness');
    const second = await until('another incident', 90_000, () => lane.incidentOf(['ReadinessProbeWrongPort'], began));
    await until('a person to be asked', 30_000, async () => {
      const { attempts } = await lane.incident(second.id);
      return attempts.at(-1)?.state === 'asked';
    });
    expect(await lane.get('/approvals')).toHaveLength(1);
  });

  test('never touches the cluster’s own namespaces', async () => {
    const began = Date.now();
    const earlier = await lane.get<unknown[]>('/approvals');
    await lane.fresh();
    await lane.break('dns');
    const before = await lane.written();
    const found = await until('the incident', 90_000, () => lane.incidentOf(['DNSServiceDown'], began));
    for (const { id } of found.remedies)
      if (found.card) expect(await lane.click(found.card, `heal:${found.id}:${id}`)).not.toBe(200);
    expect(await lane.get<unknown[]>('/approvals')).toHaveLength(earlier.length);
    expect(differences(before, await lane.written())).toEqual([]);
  });
});
