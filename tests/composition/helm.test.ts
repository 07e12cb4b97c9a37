import { resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openHelm } from '../../src/composition/helm.ts';
import { readConfig } from '../../src/config.ts';
import type { JsonObject, ToolCall, ToolGateway, ToolResult } from '../../src/tools/types.ts';

const asker = {
  user: { platform: 'web' as const, tenant: 'console', id: 'ann' },
  conversation: { platform: 'web' as const, tenant: 'console', id: 'c', kind: 'dm' as const },
  language: 'en' as const,
};
const calls: ToolCall[] = [];
let present: Record<string, JsonObject[]> = {};
let versions: ToolResult = {
  ok: true,
  data: { version: 'v1.32.1-aliyun.1', apiVersions: ['apps/v1'], unanswered: [] },
};
const gateway = {
  async read(call: ToolCall): Promise<ToolResult> {
    calls.push(call);
    if (call.tool === 'k8s_versions') return versions;
    const { kind } = call.args;
    if (kind === 'PersistentVolumeClaim')
      return { ok: false, error: { code: 'Forbidden', message: 'no', retryable: false, ambiguous: false } };
    return { ok: true, data: { items: present[String(kind)] ?? [], complete: true } };
  },
} as ToolGateway;
const helm = openHelm(readConfig({ CHARTS_DIR: resolve('tests/helm/charts') }, 'no-such-file'), gateway, () => 0);
afterAll(() => helm.close());

const chart = (args: JsonObject = {}) =>
  helm.views.copilot_chart?.({ clusterId: 'c1', reference: 'shop', name: 'web', namespace: 'shop', ...args }, asker);

test('a chart is rendered for the cluster as it is, in the name of who asks, and its objects are marked', async () => {
  const result = await chart({ set: ['replicaCount=3'] });
  expect(result).toMatchObject({
    ok: true,
    data: {
      chart: { name: 'shop', version: '1.4.0' },
      place: 'CHARTS_DIR',
      isUpgrade: false,
      stays: [],
      unknown: ['PersistentVolumeClaim'],
      given: [{ path: 'replicaCount', value: '3' }],
    },
  });
  const { objects = [] } = (result?.ok ? result.data : {}) as { objects?: { template: string; object: JsonObject }[] };
  expect(objects.map(({ object }) => (object.metadata as JsonObject).annotations)).toEqual(
    objects.map(() =>
      expect.objectContaining({ 'release.k8s-copilot/chart': '{"release":"web","chart":"shop","version":"1.4.0"}' }),
    ),
  );
  const managers = objects.map(
    ({ object }) => ((object.metadata as JsonObject).labels as JsonObject)['app.kubernetes.io/managed-by'],
  );
  expect(new Set(managers)).toEqual(new Set(['k8s-copilot']));
  expect(calls.every(({ actor }) => actor === asker.user)).toBe(true);
});

test('what the release made before makes it an upgrade, and what is no longer part of it is named', async () => {
  const mark = (release: string) => ({
    'release.k8s-copilot/chart': JSON.stringify({ release, chart: 'shop', version: '1.0.0' }),
  });
  present = {
    Service: [
      { metadata: { name: 'web-shop', annotations: mark('web') } },
      { metadata: { name: 'old', annotations: mark('web') } },
      { metadata: { name: 'of-another', annotations: mark('other') } },
      { metadata: { name: 'plain', annotations: { 'release.k8s-copilot/chart': 'no JSON' } } },
    ],
  };
  expect(await chart()).toMatchObject({ ok: true, data: { isUpgrade: true, stays: ['Service old'] } });
  present = {};
});

test('what is in a Secret goes nowhere', async () => {
  const result = await chart({ set: ['auth.password=hunter2'] });
  expect(JSON.stringify(result)).toContain('"kind":"Secret"');
  expect(JSON.stringify(result)).not.toContain('hunter2');
});

test('a chart that there is not, values that do not fit, and a cluster that cannot be read are told by their codes', async () => {
  expect(await chart({ reference: 'nowhere' })).toMatchObject({ ok: false, error: { code: 'CHART_NOT_FOUND' } });
  expect(await chart({ yaml: 'replicaCount: many' })).toMatchObject({ ok: false, error: { code: 'VALUES_INVALID' } });
  versions = { ok: false, error: { code: 'NOT_YOURS_TO_READ', message: 'no', retryable: false, ambiguous: false } };
  expect(await chart()).toEqual(versions);
});

test('charts are listed', async () => {
  expect(await helm.views.copilot_charts?.({}, asker)).toMatchObject({
    ok: true,
    data: { charts: [{ name: 'shop', version: '1.4.0', place: 'CHARTS_DIR' }], unknown: [] },
  });
});
