import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { placeKey } from '../../src/chat/types.ts';
import { ANN, type ChannelRig, openRig, place } from './room.ts';

let rig: ChannelRig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const prod = { id: 'c-1', name: 'shop-prod', environment: 'prod' };
const dev = { id: 'c-2', name: 'shop-dev', environment: 'dev' };
const C1 = place('C1');
const key = placeKey(C1);
const heard = async (about: Parameters<ChannelRig['channels']['listening']>[0]) =>
  (await rig.channels.listening(about)).map(({ conversation }) => conversation.id);

describe('the settings of a place', () => {
  test('nothing is told where nobody has asked for it', async () => {
    await rig.channels.enter(C1, ANN);
    expect(await rig.channels.list()).toHaveLength(1);
    expect(await heard({ cluster: prod, severity: 'critical' })).toEqual([]);
  });

  test('belong to the place, whatever part of it is spoken in', async () => {
    await rig.channels.set({ ...C1, threadId: '17.5' }, { incidents: true }, ANN);
    const stored = await rig.channels.get(key);
    expect(stored?.conversation).toEqual(C1);
    expect(await rig.channels.set({ ...C1, under: 'm-1' }, { incidents: true }, ANN)).toMatchObject({ result: 'same' });
  });

  test('a change is written into the audit log with what it was before', async () => {
    await rig.channels.set(C1, { incidents: true }, ANN);
    expect(await rig.audit()).toMatchObject([
      {
        actor: 'slack:T1:U1',
        action: 'channel.set',
        subject: key,
        outcome: 'intended',
        details: { from: { incidents: false }, to: { incidents: true } },
      },
    ]);
    await rig.channels.remove(key, ANN);
    expect(await rig.audit()).toMatchObject([{}, { action: 'channel.remove', subject: key }]);
    expect(await rig.channels.list()).toEqual([]);
  });

  test('who has seen an older revision changes nothing', async () => {
    await rig.channels.set(C1, { incidents: true }, ANN, 0);
    expect(await rig.channels.set(C1, { clusters: ['x'] }, ANN, 0)).toEqual({ result: 'stale' });
    expect(await rig.channels.set(C1, { clusters: ['x'] }, ANN, 1)).toMatchObject({ result: 'done' });
  });

  test('of many changes at once each is there', async () => {
    const changes = [{ incidents: true }, { clusters: ['a'] }, { namespaces: ['b'] }, { language: 'zh' as const }];
    await Promise.all(changes.map((change) => rig.channels.set(C1, change, ANN)));
    expect(await rig.channels.get(key)).toMatchObject({ ...Object.assign({}, ...changes), rev: 4 });
  });

  test('a change can be taken back, and that as well', async () => {
    await rig.channels.set(C1, { incidents: true, quietHours: { from: '22:00', to: '08:00' } }, ANN);
    expect(await rig.channels.undo(key, ANN, 1)).toMatchObject({ result: 'done' });
    expect(await rig.channels.get(key)).toMatchObject({ incidents: false, rev: 2 });
    expect((await rig.channels.get(key))?.quietHours).toBeUndefined();
    expect(await rig.channels.undo(key, ANN, 1)).toEqual({ result: 'stale' });
    await rig.channels.undo(key, ANN, 2);
    expect(await rig.channels.get(key)).toMatchObject({ incidents: true, quietHours: { from: '22:00', to: '08:00' } });
  });

  test.each([
    { clusters: ['*_bold_* <!channel>'] },
    { namespaces: ['[link](https://evil.example)'] },
    { quietHours: { from: '25:00', to: '08:00' } },
    { digest: { at: '09:00', timeZone: 'Mars/Olympus' } },
    { severities: [] },
  ])('%j is refused and nothing changes', async (change) => {
    expect(await rig.channels.set(C1, change, ANN)).toEqual({ result: 'invalid' });
    expect(await rig.channels.get(key)).toBeUndefined();
    expect(await rig.audit()).toEqual([]);
  });

  test('the language of a place is known without asking the store, also after a restart', async () => {
    expect(rig.channels.languageOf(C1)).toBe('en');
    await rig.channels.set(C1, { language: 'zh' }, ANN);
    expect(rig.channels.languageOf({ ...C1, threadId: '1.2' })).toBe('zh');
    const { channels } = rig.again();
    await channels.refresh();
    expect(channels.languageOf(C1)).toBe('zh');
  });
});

describe('who hears of an incident', () => {
  test('those whose clusters, namespaces and severities it fits', async () => {
    await rig.channels.set(place('all'), { incidents: true }, ANN);
    await rig.channels.set(place('prod'), { incidents: true, clusters: ['prod'] }, ANN);
    await rig.channels.set(place('name'), { incidents: true, clusters: ['shop-*'], namespaces: ['pay-*'] }, ANN);
    await rig.channels.set(place('id'), { incidents: true, clusters: ['c-2'], severities: ['critical'] }, ANN);
    await rig.channels.set(place('off'), { incidents: false }, ANN);
    expect(await heard({ cluster: prod, namespace: 'pay-eu', severity: 'info' })).toEqual(['all', 'name', 'prod']);
    expect(await heard({ cluster: dev, namespace: 'web', severity: 'critical' })).toEqual(['all', 'id']);
    expect(await heard({ cluster: dev, namespace: 'web', severity: 'warning' })).toEqual(['all']);
  });

  test('what belongs to no namespace concerns those who listen to one', async () => {
    await rig.channels.set(place('ns'), { incidents: true, namespaces: ['pay-*'] }, ANN);
    expect(await heard({ cluster: prod, severity: 'critical' })).toEqual(['ns']);
  });

  test('in quiet hours only what is critical, in the zone of the place', async () => {
    const quietHours = { from: '22:00', to: '08:00', timeZone: 'Asia/Shanghai' };
    await rig.channels.set(C1, { incidents: true, quietHours, language: 'zh' }, ANN);
    rig.goTo('2026-11-25T15:00:00Z'); // 23:00 in Shanghai
    expect(await heard({ cluster: prod, severity: 'warning' })).toEqual([]);
    expect(await rig.channels.listening({ cluster: prod, severity: 'critical' })).toEqual([
      { conversation: C1, language: 'zh' },
    ]);
    rig.goTo('2026-11-26T00:30:00Z'); // 08:30 there
    expect(await heard({ cluster: prod, severity: 'warning' })).toEqual(['C1']);
  });
});
