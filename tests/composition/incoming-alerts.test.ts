import { expect, test } from 'vitest';
import { safeAlerts } from '../../src/composition/incoming-alerts.ts';
import { createRedactor } from '../../src/tools/redaction.ts';
import { samples } from '../tools/secret-corpus.ts';

const alert = {
  fingerprint: '5e1f0c',
  status: 'firing' as const,
  labels: {
    alertname: 'KubePodCrashLooping',
    namespace: 'prod',
    pod: 'app-5d4f8c7b9d-x1',
    job_name: 'nightly',
    instance: '10.0.0.1:9100',
    cluster: 'demo',
    severity: 'critical',
  },
  annotations: { summary: 'Pod prod/app-5d4f8c7b9d-x1 is restarting 1.2 times / 5 minutes.' },
  startsAt: 0,
};

test('an alert without secrets stays as it is', async () => {
  expect(await safeAlerts(createRedactor(), [alert])).toEqual([alert]);
});

test('secrets in labels and annotations do not get past the door', async () => {
  const seen: string[] = [];
  for (const { shape, text, secret } of samples) {
    const labels = { ...alert.labels, error: text, alertname: `Failed ${text}` };
    const [safe] = await safeAlerts(createRedactor(), [{ ...alert, labels, annotations: { description: text } }]);
    const words = [...Object.values(safe?.labels ?? {}), ...Object.values(safe?.annotations ?? {})];
    if (words.some((word) => word.includes(secret))) seen.push(shape);
  }
  expect(seen).toEqual([]);
});

test('what cannot be seen is taken out of names', async () => {
  const labels = { ...alert.labels, pod: 'app\u202e1x\u200b' };
  const [safe] = await safeAlerts(createRedactor(), [{ ...alert, labels }]);
  expect(safe?.labels.pod).toBe('app1x');
});
