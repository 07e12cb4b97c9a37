import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANN, alert, approvalOf, CHANNEL, DEMO, oom, openRig, type Rig, taskOf } from './room.ts';

const HOUR = 3_600_000;
let rig: Rig;

beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const fire = async (...alerts: ReturnType<typeof alert>[]) => {
  await rig.incidents.take('alertmanager', alerts);
  await rig.settle();
};
/** Long enough for the next look at the same place, and for what has gone to count as over. */
const later = () => rig.pass(10_000);

describe('an alert', () => {
  test('becomes one incident with one card that names the proven cause', async () => {
    rig.found(oom());
    await fire(alert({ pod: 'app-5d4f8c7b9d-x1' }));
    const [incident, ...others] = await rig.all();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ state: 'healing', alertCount: 1, alertNames: ['KubePodCrashLooping'] });
    const card = rig.cards.get(`incident-${incident?.id}`)?.card;
    expect(card?.title).toContain('OOMKilled · Deployment prod/app');
    expect(rig.cards.size).toBe(1);
  });

  test('of another pod of the same owner edits that card', async () => {
    rig.found(oom());
    await fire(alert({ pod: 'app-5d4f8c7b9d-x1' }));
    later();
    await fire(alert({ pod: 'app-5d4f8c7b9d-x2' }), alert({ pod: 'app-5d4f8c7b9d-x3' }));
    expect(await rig.all()).toHaveLength(1);
    expect((await rig.all())[0]).toMatchObject({ alertCount: 3 });
    expect(new Set(rig.puts).size).toBe(1);
  });

  test('that says that all is well opens nothing, and nothing is looked at', async () => {
    await fire(alert({ alertname: 'Watchdog' }));
    expect(await rig.all()).toEqual([]);
    expect(rig.looks).toEqual([]);
  });

  test('that no rule explains is shown as such, one incident for each name', async () => {
    await fire(
      alert({ alertname: 'Weird', pod: 'a-1' }),
      alert({ alertname: 'Weird', pod: 'b-1' }),
      alert({ alertname: 'Odd' }),
    );
    const all = await rig.all();
    expect(all.map(({ title }) => title.en).sort()).toEqual(['Odd', 'Weird']);
    expect(all.find(({ title }) => title.en === 'Weird')).toMatchObject({ alertCount: 2 });
    expect(rig.proposals).toEqual([]);
  });

  test('of a cluster that nobody knows is kept and told, not lost', async () => {
    await rig.close();
    rig = await openRig([DEMO, { ...DEMO, id: 'c2', name: 'other' }]);
    await fire(alert({ pod: 'x-1' }));
    expect(await rig.all()).toHaveLength(1);
    expect(rig.looks).toEqual([]);
  });

  test('taken in before a crash is worked on after it', async () => {
    rig.found(oom());
    const first = rig.incidents;
    first.stop();
    await first.take('alertmanager', [alert({ pod: 'app-5d4f8c7b9d-x1' })]);
    await first.idle();
    const again = rig.again();
    await again.recover();
    again.suspect(DEMO, 'prod');
    await again.idle();
    expect(await rig.all()).toMatchObject([{ alertCount: 1 }]);
  });
});

describe('an incident', () => {
  test('is over once its cause has been gone for a while, and its card turns green', async () => {
    rig.found(oom());
    await fire(alert({ pod: 'app-5d4f8c7b9d-x1' }));
    const [opened] = await rig.all();
    await rig.incidents.onApproval(approvalOf('a1', rig.proposals[0] ?? '', 'rejected'));
    rig.found();
    for (let look = 0; look < 3; look++) {
      later();
      rig.incidents.suspect(DEMO, 'prod');
      await rig.settle();
    }
    expect(await rig.all()).toMatchObject([{ state: 'resolved' }]);
    expect(rig.cards.get(`incident-${opened?.id}`)?.card).toMatchObject({ tone: 'success', closed: true });
  });

  test('that comes back within the hour is the same one, with one more on its count', async () => {
    rig.found(oom('app', { confidence: 'likely' }));
    await fire(alert({ pod: 'app-5d4f8c7b9d-x1' }));
    const [{ id } = { id: '' }] = await rig.all();
    await rig.incidents.close(id, ANN);
    rig.pass(HOUR / 2);
    rig.incidents.suspect(DEMO, 'prod');
    await rig.settle();
    expect(await rig.all()).toMatchObject([{ id, state: 'open', flaps: 1 }]);
    await rig.incidents.close(id, ANN);
    rig.pass(2 * HOUR);
    rig.incidents.suspect(DEMO, 'prod');
    await rig.settle();
    expect(await rig.all()).toHaveLength(2);
  });

  test('is not over where the pods could not be looked at', async () => {
    rig.found(oom('app', { confidence: 'likely' }));
    await fire(alert({ pod: 'app-5d4f8c7b9d-x1' }));
    rig.answer({ findings: [], unknown: [{ what: 'Pod prod', why: 'Forbidden' }] });
    for (let look = 0; look < 3; look++) {
      later();
      rig.incidents.suspect(DEMO, 'prod');
      await rig.settle();
    }
    expect(await rig.all()).toMatchObject([{ state: 'open' }]);
  });

  test('that is muted says nothing while it lasts, and is not opened anew', async () => {
    rig.found(oom('app', { confidence: 'likely' }));
    await fire(alert({ pod: 'app-5d4f8c7b9d-x1' }));
    const [{ id } = { id: '' }] = await rig.all();
    await rig.incidents.mute(id, { hours: 4, reason: 'a rollout', by: ANN });
    const told = rig.puts.length;
    later();
    rig.found(oom('app', { confidence: 'likely', severity: 'warning' }));
    rig.incidents.suspect(DEMO, 'prod');
    await rig.settle();
    expect(rig.puts).toHaveLength(told);
    await rig.incidents.close(id, ANN);
    rig.pass(2 * HOUR);
    rig.incidents.suspect(DEMO, 'prod');
    await rig.settle();
    expect(await rig.all()).toHaveLength(1);
    rig.pass(3 * HOUR);
    rig.incidents.suspect(DEMO, 'prod');
    await rig.settle();
    expect(await rig.all()).toHaveLength(2);
  });

  test('asked for by a person is shown where he asked, and nothing is proposed unasked', async () => {
    rig.found(oom());
    const conversation = { ...CHANNEL, id: 'mine', kind: 'dm' as const };
    const look = { cluster: DEMO, namespace: 'prod', alerts: [] };
    const { found } = await rig.incidents.examine({ look, conversation, language: 'zh', by: ANN });
    expect(found).toHaveLength(1);
    expect(rig.cards.get(`incident-${found[0]?.id}`)).toMatchObject({ language: 'zh' });
    expect(rig.proposals).toEqual([]);
  });
});

test('those who want to hear of it see it in their language, and it is dealt with at the first of them', async () => {
  const place = (id: string) => ({ platform: 'slack' as const, tenant: 'T1', id, kind: 'group' as const });
  rig.hears(place('C-zh'), place('C-en'));
  rig.found(oom());
  await fire(alert({ pod: 'app-5d4f8c7b9d-x1' }));
  const [incident] = await rig.all();
  expect(incident?.places).toEqual([place('C-zh'), place('C-en'), CHANNEL]);
  const shown = [0, 1, 2].map((at) =>
    rig.cards.get(at === 0 ? `incident-${incident?.id}` : `incident-${incident?.id}-${at}`),
  );
  expect(shown.map((message) => message?.language)).toEqual(['zh', 'en', 'en']);
  expect(rig.askedAt).toEqual([{ ...place('C-zh'), under: `incident-${incident?.id}` }]);
});

test('a storm of 10,000 alerts becomes a few cards, and no alert is lost', async () => {
  rig.found(oom('app', { confidence: 'likely' }));
  const names = ['KubePodCrashLooping', 'KubePodNotReady', 'TargetDown', 'HighLatency'];
  for (let body = 0; body < 20; body++) {
    const alerts = Array.from({ length: 500 }, (_, at) => {
      const n = body * 500 + at;
      return alert({
        alertname: names[n % 4] ?? '',
        pod: `${n % 3 === 0 ? 'app' : 'svc'}-${n}`,
        namespace: `ns-${n % 5}`,
      });
    });
    await rig.incidents.take('alertmanager', alerts);
  }
  await rig.settle();
  expect(await rig.alerts()).toBe(10_000);
  for (let look = 0; look < 3; look++) {
    later();
    for (let ns = 0; ns < 5; ns++) rig.incidents.suspect(DEMO, `ns-${ns}`);
    await rig.settle();
  }
  const all = await rig.all();
  expect(all.length).toBeLessThanOrEqual(5);
  expect(all.reduce((sum, { alertCount }) => sum + alertCount, 0)).toBe(10_000);
}, 60_000);

describe('healing', () => {
  const begin = async () => {
    rig.found(oom());
    await fire(alert({ pod: 'app-5d4f8c7b9d-x1' }));
    const [incident] = await rig.all();
    return incident?.id ?? '';
  };

  test('is offered by the bot itself for what is proven, once', async () => {
    await begin();
    later();
    rig.incidents.suspect(DEMO, 'prod');
    await rig.settle();
    expect(rig.proposals).toHaveLength(1);
  });

  test('is not offered for what is only likely', async () => {
    rig.found(oom('app', { confidence: 'likely' }));
    await fire(alert({ pod: 'app-5d4f8c7b9d-x1' }));
    expect(rig.proposals).toEqual([]);
  });

  test('cannot be asked for twice at once', async () => {
    const id = await begin();
    expect(await rig.incidents.heal(id, 'restart', ANN)).toMatchObject({
      refused: { key: 'incidents.refused.healing' },
    });
    expect(rig.proposals).toHaveLength(1);
  });

  test('that is verified leads to one more look, and to the end of the incident', async () => {
    const id = await begin();
    const key = rig.proposals[0] ?? '';
    await rig.incidents.onApproval(approvalOf('a1', key, 'used'));
    expect(await rig.incidents.get(id)).toMatchObject({ attempts: [{ state: 'running', taskId: 'T-7K3F' }] });
    rig.found();
    later();
    await rig.incidents.onTask(approvalOf('a1', key, 'used'), taskOf('succeeded'));
    await rig.settle();
    for (let look = 0; look < 2; look++) {
      later();
      rig.incidents.suspect(DEMO, 'prod');
      await rig.settle();
    }
    expect(await rig.incidents.get(id)).toMatchObject({ state: 'resolved', attempts: [{ state: 'verified' }] });
  });

  test('that did not help is handed to a person, and after two tries nothing more is offered', async () => {
    const id = await begin();
    const key = rig.proposals[0] ?? '';
    await rig.incidents.onApproval(approvalOf('a1', key, 'used'));
    await rig.incidents.onTask(approvalOf('a1', key, 'used'), taskOf('undone', 'STUCK'));
    expect(await rig.incidents.get(id)).toMatchObject({
      state: 'handed-over',
      attempts: [{ state: 'undone', why: /STUCK/ }],
    });
    expect(await rig.incidents.heal(id, 'restart', ANN)).toMatchObject({ asked: 'a2' });
    const second = rig.proposals[1] ?? '';
    await rig.incidents.onApproval(approvalOf('a2', second, 'used'));
    await rig.incidents.onTask(approvalOf('a2', second, 'used'), taskOf('failed'));
    expect(await rig.incidents.heal(id, 'restart', ANN)).toMatchObject({
      refused: { key: 'incidents.refused.remedy' },
    });
    expect(rig.proposals).toHaveLength(2);
  });

  test('of what Helm or a GitOps tool owns is a file to take along, not a change', async () => {
    rig.prepare({ kind: 'patch', owner: 'Helm shop', patch: 'spec: {}' });
    const id = await begin();
    expect(await rig.incidents.get(id)).toMatchObject({ state: 'open', patch: { owner: 'Helm shop' } });
    expect(rig.proposals).toEqual([]);
    expect(JSON.stringify(rig.cards.get(`incident-${id}`))).toContain('spec: {}');
  });

  test.each(['rejected', 'expired'] as const)(
    'that was %s leaves the incident open, and may be asked for again',
    async (state) => {
      const id = await begin();
      await rig.incidents.onApproval(approvalOf('a1', rig.proposals[0] ?? '', state));
      expect(await rig.incidents.get(id)).toMatchObject({ state: 'open', attempts: [{ state }] });
      expect(await rig.incidents.heal(id, 'raise-memory-limit', ANN)).toMatchObject({ asked: 'a2' });
    },
  );

  test('is asked for by an unknown name, for an unknown incident or for what is over: nothing happens', async () => {
    const id = await begin();
    await rig.incidents.onApproval(approvalOf('a1', rig.proposals[0] ?? '', 'rejected'));
    expect(await rig.incidents.heal(id, 'rm -rf', ANN)).toHaveProperty('refused');
    expect(await rig.incidents.heal('I-ZZZZ', 'restart', ANN)).toHaveProperty('refused');
    await rig.incidents.close(id, ANN);
    expect(await rig.incidents.heal(id, 'restart', ANN)).toHaveProperty('refused');
    expect(rig.proposals).toHaveLength(1);
  });
});
