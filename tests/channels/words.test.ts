import { describe, expect, test } from 'vitest';
import { UNSET } from '../../src/channels/settings.ts';
import { readDigest, readForm, readQuietHours, readSubscription } from '../../src/channels/words.ts';

const known = [
  { id: 'c1', name: 'shop-prod', environment: 'prod' },
  { id: 'c2', name: 'Shop-Dev', environment: 'dev' },
];
const all = ['critical', 'warning', 'info'];

describe('what a channel subscribes to', () => {
  test.each([
    ['', { incidents: true }],
    ['this channel to prod critical', { incidents: true, clusters: ['prod'], severities: ['critical'] }],
    ['prod 严重', { incidents: true, clusters: ['prod'], severities: ['critical'] }],
    ['生产环境的严重告警', { incidents: true, clusters: ['prod'], severities: ['critical'] }],
    ['本群到生产集群警告以上', { incidents: true, clusters: ['prod'], severities: ['critical', 'warning'] }],
    ['shop-dev warnings and up', { incidents: true, clusters: ['Shop-Dev'], severities: ['critical', 'warning'] }],
    ['shop-prod namespace checkout', { incidents: true, clusters: ['shop-prod'], namespaces: ['checkout'] }],
    ['shop-prod 命名空间 checkout', { incidents: true, clusters: ['shop-prod'], namespaces: ['checkout'] }],
    ['everything', { incidents: true, clusters: [], namespaces: [], severities: all }],
    ['全部', { incidents: true, clusters: [], namespaces: [], severities: all }],
  ])('"%s"', (text, change) => {
    expect(readSubscription(text, known)).toEqual({ change });
  });

  test('a cluster that nobody knows is asked about, unless none is known at all', () => {
    expect(readSubscription('shop-prd critical', known)).toEqual({
      unclear: 'channels.unclear.cluster',
      word: 'shop-prd',
    });
    expect(readSubscription('shop-prd', [])).toEqual({ change: { incidents: true, clusters: ['shop-prd'] } });
  });
});

describe('quiet hours', () => {
  test.each([
    ['quiet hours 22:00-08:00', { from: '22:00', to: '08:00' }],
    ['quiet hours 22-7', { from: '22:00', to: '07:00' }],
    ['quiet hours from 10pm to 7am', { from: '22:00', to: '07:00' }],
    ['免打扰 22点到8点30', { from: '22:00', to: '08:30' }],
    ['免打扰 22：00 至 08：00', { from: '22:00', to: '08:00' }],
    ['22:00-08:00 europe/berlin', { from: '22:00', to: '08:00', timeZone: 'Europe/Berlin' }],
    ['24:00 - 06:00', { from: '00:00', to: '06:00' }],
  ])('"%s"', (text, quietHours) => {
    expect(readQuietHours(text)).toEqual({ change: { quietHours } });
  });

  test.each(['quiet hours off', '关闭免打扰', 'no more: turn off quiet hours', ''])('"%s" ends them', (text) => {
    expect(readQuietHours(text)).toEqual({ change: { quietHours: null } });
  });

  test.each(['quiet hours', 'quiet hours 22:00', 'quiet hours 31:00-99:99', '22:00-22:00'])(
    '"%s" is unclear',
    (text) => {
      expect(readQuietHours(text)).toEqual({ unclear: 'channels.unclear.quiet' });
    },
  );
});

describe('the digest', () => {
  const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'];
  test.each([
    ['digest at 09:00', { at: '09:00' }],
    ['digest at 9', { at: '09:00' }],
    ['daily report at 6pm', { at: '18:00' }],
    ['digest at 12am', { at: '00:00' }],
    ['每天 9点 发日报', { at: '09:00' }],
    ['工作日 09:00 日报', { at: '09:00', days: weekdays }],
    ['digest on weekdays at 9:30 europe/berlin', { at: '09:30', days: weekdays, timeZone: 'Europe/Berlin' }],
    ['09:00 mon wed', { at: '09:00', days: ['mon', 'wed'] }],
    ['周一 10:00 日报', { at: '10:00', days: ['mon'] }],
  ])('"%s"', (text, digest) => {
    expect(readDigest(text)).toEqual({ change: { digest } });
  });

  test.each(['digest off', '关闭日报', 'turn off the daily digest at 09:00'])('"%s" ends it', (text) => {
    expect(readDigest(text)).toEqual({ change: { digest: null } });
  });
});

describe('the form', () => {
  test('what it holds is taken as a whole; what is empty is taken away', () => {
    const inputs = {
      incidents: true,
      clusters: 'shop-prod, prod',
      namespaces: '',
      severities: ['info', 'critical'],
      quiet: '22:00-08:00',
      digest: '09:00 mon tue',
      zone: 'asia/shanghai',
      language: 'zh',
    };
    expect(readForm(inputs, UNSET)).toEqual({
      change: {
        incidents: true,
        clusters: ['shop-prod', 'prod'],
        namespaces: [],
        severities: ['critical', 'info'],
        quietHours: { from: '22:00', to: '08:00', timeZone: 'Asia/Shanghai' },
        digest: { at: '09:00', days: ['mon', 'tue'], timeZone: 'Asia/Shanghai' },
        language: 'zh',
      },
    });
    expect(readForm({ quiet: '', digest: '', language: 'none' }, UNSET)).toEqual({
      change: { quietHours: null, digest: null, language: null },
    });
  });

  test('a field that a platform does not send stays as it is', () => {
    expect(readForm({}, UNSET)).toEqual({ change: {} });
    expect(readForm({ incidents: 'true' }, UNSET)).toEqual({ change: { incidents: true } });
  });

  test('a zone alone counts for what there is', () => {
    const before = { ...UNSET, digest: { at: '09:00' } };
    expect(readForm({ zone: 'UTC' }, before)).toEqual({ change: { digest: { at: '09:00', timeZone: 'UTC' } } });
  });

  test.each([
    [{ zone: 'Mars/Olympus' }, 'channels.unclear.zone'],
    [{ quiet: 'at night' }, 'channels.unclear.quiet'],
    [{ digest: 'soon' }, 'channels.unclear.digest'],
    [{ severities: [] }, 'channels.unclear.severities'],
  ])('%j is unclear', (inputs, unclear) => {
    expect(readForm(inputs, UNSET)).toMatchObject({ unclear });
  });
});
