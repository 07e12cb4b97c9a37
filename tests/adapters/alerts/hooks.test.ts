import { beforeEach, describe, expect, test } from 'vitest';
import { type AlertHookOptions, createAlertHooks } from '../../../adapters/alerts/adapter.ts';
import type { IncomingAlert } from '../../../adapters/alerts/wire.ts';
import { alertmanager, arms, cloudMonitor } from './bodies.ts';

const NOW = Date.UTC(2026, 10, 25, 9, 30);
const LOCAL = { host: '127.0.0.1:8787' };

let taken: [string, IncomingAlert[]][];
let errors: unknown[];
beforeEach(() => {
  taken = [];
  errors = [];
});

const hooks = (options: Partial<AlertHookOptions> = {}) =>
  createAlertHooks({
    loopbackOnly: true,
    take: async (source, alerts) => void taken.push([source, alerts]),
    onError: (error) => errors.push(error),
    clock: () => NOW,
    ...options,
  });

interface Sending extends Partial<AlertHookOptions> {
  headers?: Record<string, string>;
}

async function send(path: string, body: unknown, { headers = {}, ...options }: Sending = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const request = new Request(`http://127.0.0.1:8787/hooks/${path}`, {
    method: 'POST',
    headers: { ...LOCAL, ...headers },
    body: text,
  });
  const response = await hooks(options).fetch(request);
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

const only = (): IncomingAlert => {
  const [alert, ...others] = taken.flatMap(([, alerts]) => alerts);
  if (!alert || others.length > 0) throw new Error(`There are ${taken.length} deliveries`);
  return alert;
};

describe('what each sender sends', () => {
  test('every alert of an Alertmanager group is taken with its own status, labels and time', async () => {
    expect(await send('alertmanager', alertmanager())).toMatchObject({ status: 202, body: { accepted: 2 } });
    const [first, second] = alertmanager().alerts;
    expect(taken).toEqual([
      [
        'alertmanager',
        [
          {
            fingerprint: '0f5dbb9a1c2e3d4f',
            status: 'firing',
            labels: first?.labels,
            annotations: first?.annotations,
            startsAt: Date.parse('2026-11-25T09:14:00.123Z'),
          },
          expect.objectContaining({ fingerprint: second?.fingerprint, status: 'resolved' }),
        ],
      ],
    ]);
  });

  test('an alert without a fingerprint has the same one each time, in whatever order its labels come', async () => {
    const alert = (labels: Record<string, string>) => ({ alerts: [{ labels }] });
    await send('alertmanager', alert({ alertname: 'A', pod: 'p' }));
    await send('alertmanager', alert({ pod: 'p', alertname: 'A' }));
    await send('alertmanager', alert({ pod: 'q', alertname: 'A' }));
    const keys = taken.flatMap(([, alerts]) => alerts.map(({ fingerprint }) => fingerprint));
    expect(keys[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  test('ARMS may send numbers as labels and times, and nothing for a value it has not', async () => {
    expect((await send('arms', arms())).status).toBe(202);
    expect(only()).toMatchObject({
      status: 'firing',
      labels: { alertname: 'PodOOMKilled', severity: 'P1', _aliyun_arms_alert_type: '101' },
      annotations: { message: 'OOM in shop', value: '1' },
      startsAt: 1_764_061_200_000,
    });
    expect(only().annotations).not.toHaveProperty('_aliyun_arms_alert_value');
  });

  test.each([
    ['seconds', 1_764_061_200],
    ['milliseconds', 1_764_061_200_000],
    ['seconds as text', '1764061200'],
    ['RFC 3339', '2025-11-25T09:00:00Z'],
  ])('a time may come as %s', async (_, startsAt) => {
    await send('arms', { alerts: [{ labels: { alertname: 'A' }, startsAt }] });
    expect(only().startsAt).toBe(1_764_061_200_000);
  });

  test.each([undefined, null, '', 0, '0001-01-01T00:00:00Z'])('a time left out as %j is now', async (startsAt) => {
    await send('arms', { alerts: [{ labels: { alertname: 'A' }, startsAt }] });
    expect(only().startsAt).toBe(NOW);
  });

  test('CloudMonitor is read the same as a form and as JSON', async () => {
    const form = new URLSearchParams(cloudMonitor()).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await send('cloudmonitor', form, { headers })).body).toEqual({ accepted: 1 });
    expect((await send('cloudmonitor', cloudMonitor())).body).toEqual({ accepted: 1 });
    expect(taken[0]).toEqual(taken[1]);
    expect(taken[0]?.[1]).toEqual([
      {
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        status: 'firing',
        labels: {
          userId: '1234567890',
          instanceId: 'i-bp1abc',
          clusterId: 'c0123456789abcdef',
          alertname: 'node memory above 90 %',
          metricName: 'memory_usedutilization',
          metricProject: 'acs_ecs_dashboard',
          ruleId: 'rule-17',
          severity: 'critical',
          alertState: 'ALERT',
        },
        annotations: {
          curValue: '95.2',
          expression: '$Average>=90',
          instanceName: 'worker-3',
          message: 'memory_usedutilization $Average>=90 = 95.2',
        },
        startsAt: 1_764_061_200_000,
      },
    ]);
  });

  test.each([
    ['braces', '{userId=1234567890, instanceId=i-bp1abc, clusterId=c0123456789abcdef}'],
    ['JSON as text', '{"userId":1234567890,"instanceId":"i-bp1abc","clusterId":"c0123456789abcdef"}'],
    ['a list as text', '[{"userId":"1234567890"},{"instanceId":"i-bp1abc","clusterId":"c0123456789abcdef"}]'],
    ['an object', { userId: '1234567890', instanceId: 'i-bp1abc', clusterId: 'c0123456789abcdef' }],
    ['a list', [{ userId: '1234567890', instanceId: 'i-bp1abc', clusterId: 'c0123456789abcdef' }]],
  ])('dimensions as %s are labels, and make the same alert', async (_, dimensions) => {
    await send('cloudmonitor', cloudMonitor());
    await send('cloudmonitor', { ...cloudMonitor(), dimensions });
    expect(taken[1]?.[1]).toEqual(taken[0]?.[1]);
  });

  test('a CloudMonitor alert ends under the key it began with, whatever its value is then', async () => {
    await send('cloudmonitor', cloudMonitor());
    await send('cloudmonitor', { ...cloudMonitor(), alertState: 'OK', curValue: '40', triggerLevel: 'null' });
    const [began, ended] = taken.flatMap(([, alerts]) => alerts);
    expect(ended).toMatchObject({ status: 'resolved', fingerprint: began?.fingerprint });
    expect(ended?.labels).not.toHaveProperty('severity');
  });

  test.each([
    ['ALARM', 'firing'],
    ['alert', 'firing'],
    ['OK', 'resolved'],
    ['INSUFFICIENT_DATA', 'firing'],
  ])('the state %s is %s', async (alertState, status) => {
    await send('cloudmonitor', { ...cloudMonitor(), alertState });
    expect(only()).toMatchObject({ status, labels: { alertState: alertState.toUpperCase() } });
  });
});

describe('what is refused', () => {
  test.each([
    ['alertmanager', '{"alerts":[', 'body'],
    ['alertmanager', '[]', 'body'],
    ['alertmanager', { alerts: {} }, 'alerts'],
    ['alertmanager', { alerts: [{ labels: { alertname: 'A' } }, {}] }, 'alerts.1.labels'],
    ['alertmanager', { alerts: [{ labels: { alertname: { $gt: '' } } }] }, 'alerts.0.labels.alertname'],
    ['alertmanager', { alerts: [{ labels: { alertname: 'A' }, startsAt: 'yesterday' }] }, 'alerts.0.startsAt'],
    ['alertmanager', { alerts: [{ labels: { alertname: 'A' }, status: 'maybe' }] }, 'alerts.0.status'],
    ['arms', { status: 'firing' }, 'alerts'],
    ['cloudmonitor', {}, 'alertName'],
    ['cloudmonitor', 'alertName=a&alertState=SOMETIMES', 'alertState'],
    ['cloudmonitor', { alertName: 'a', alertState: 'OK', timestamp: 'soon' }, 'timestamp'],
  ])('%s: %j is a 400 that names the field, and nothing is stored', async (source, body, field) => {
    const answer = await send(source, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-body' } });
    expect(answer.body.message).toContain(`${field}: `);
    expect(taken).toEqual([]);
  });

  test('one alert that does not fit refuses its whole body, so that the sender sees it', async () => {
    const body = alertmanager();
    const broken = { ...body, alerts: [...body.alerts, { labels: 7 }] };
    expect((await send('alertmanager', broken)).status).toBe(400);
    expect(taken).toEqual([]);
  });

  test('a body over 1 MiB, declared or not, and more than 5,000 alerts are a 413', async () => {
    expect(await send('alertmanager', ' '.repeat(1024 * 1024 + 1))).toMatchObject({
      status: 413,
      body: { code: 'too-large' },
    });
    const alerts = Array.from({ length: 5001 }, (_, n) => ({ labels: { alertname: 'A', n } }));
    expect(await send('alertmanager', { alerts })).toMatchObject({ status: 413, body: { code: 'too-many-alerts' } });
    expect((await send('alertmanager', { alerts: alerts.slice(1) })).body).toEqual({ accepted: 5000 });
    expect(taken).toHaveLength(1);
  });

  test('alerts that could not be stored are a 503, which senders try again', async () => {
    const take = async () => {
      throw new Error('store is down');
    };
    expect(await send('alertmanager', alertmanager(), { take })).toMatchObject({
      status: 503,
      body: { code: 'not-stored' },
    });
    expect(errors).toHaveLength(1);
  });

  test('there are no other hooks, and none can be read', async () => {
    expect((await send('pagerduty', {})).status).toBe(404);
    const response = await hooks().fetch(new Request('http://127.0.0.1:8787/hooks/alertmanager', { headers: LOCAL }));
    expect(response.status).toBe(404);
  });
});

describe('who may send', () => {
  const token = 'a hook token / with signs';
  const foreign = { host: 'copilot.example.com' };

  test('with a token it is needed, as a bearer or at the end of the address', async () => {
    const spaced = 'a-hook-token';
    const sent = async (path: string, headers: Record<string, string>, wanted = spaced) =>
      (await send(path, alertmanager(), { token: wanted, loopbackOnly: false, headers: { ...foreign, ...headers } }))
        .status;
    expect(await sent('alertmanager', { authorization: `Bearer ${spaced}` })).toBe(202);
    expect(await sent('alertmanager', { authorization: `bearer ${spaced}` })).toBe(202);
    expect(await sent(`alertmanager/${spaced}`, {})).toBe(202);
    expect(await sent(`alertmanager/${encodeURIComponent(token)}`, {}, token)).toBe(202);
    for (const wrong of ['', 'Bearer', 'Bearer a-hook-tokem', `Basic ${spaced}`, `Bearer ${spaced} x`])
      expect(await sent('alertmanager', { authorization: wrong })).toBe(401);
    expect(await sent('alertmanager/wrong', {})).toBe(401);
    expect(await sent('alertmanager', {})).toBe(401);
    expect(taken).toHaveLength(4);
  });

  test('a token is needed on this machine, too, and the answer says how to send it', async () => {
    const answer = await send('arms', arms(), { token });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.body).toMatchObject({ code: 'hook-token-wrong', hint: expect.stringContaining('Authorization') });
  });

  test.each([
    ['another name', { host: 'evil.example' }, true],
    ['another page', { origin: 'https://evil.example' }, true],
    ['a page of nowhere', { origin: 'null' }, true],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, true],
    ['a console that others reach', {}, false],
  ])('without a token alerts from %s are a 403', async (_, headers, loopbackOnly) => {
    const answer = await send('alertmanager', alertmanager(), { headers, loopbackOnly });
    expect(answer).toMatchObject({ status: 403, body: { hint: expect.stringContaining('Set HOOK_TOKEN') } });
    expect(taken).toEqual([]);
  });

  test.each(['localhost:8787', '127.0.0.1', '[::1]:8787'])('without a token %s is this machine', async (host) => {
    expect((await send('alertmanager', alertmanager(), { headers: { host } })).status).toBe(202);
  });
});

describe('what others wrote', () => {
  test('names are cut at 200 characters, values at 2,000, and control characters are gone', async () => {
    const labels = {
      alertname: 'x'.repeat(5000),
      [`n${'m'.repeat(500)}`]: 'v',
      bad: 'a\u0000b\u001b[31m',
      half: '\ud800',
    };
    await send('alertmanager', {
      alerts: [{ labels, annotations: { text: 'line\nline' }, fingerprint: 'f'.repeat(999) }],
    });
    const { labels: kept, annotations, fingerprint } = only();
    expect(kept.alertname).toHaveLength(2000);
    expect(Object.keys(kept).map((name) => name.length)).toEqual([9, 200, 3, 4]);
    expect(kept).toMatchObject({ bad: 'a b [31m', half: '\ufffd' });
    expect(annotations).toEqual({ text: 'line\nline' });
    expect(fingerprint).toHaveLength(200);
  });

  test('a label named like a part of JavaScript is only a name, or gone', async () => {
    const body = '{"alerts":[{"labels":{"__proto__":{"polluted":"yes"},"alertname":"A","constructor":"c"}}]}';
    await send('alertmanager', body);
    for (const alert of taken.flatMap(([, alerts]) => alerts))
      expect(Object.getPrototypeOf(alert.labels)).toBe(Object.prototype);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});
