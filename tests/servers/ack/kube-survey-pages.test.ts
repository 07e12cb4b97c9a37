import { describe, expect, it, vi } from 'vitest';
import { createKept } from '../../../servers/ack/kube/survey/kept.ts';
import { createJoiner, pagesOf, surveyFrom } from '../../../servers/ack/kube/survey/pages.ts';
import { readCluster } from '../../../servers/ack/kube/survey/read.ts';
import { createRedactor } from '../../../src/tools/redaction.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import { randomOf } from '../../support/random.ts';
import type { Thing } from './fake-kube.ts';
import { connectKube } from './kube-support.ts';
import { deployment, node, randomCluster, running, thing, wireOver } from './survey-support.ts';

const read = (things: Thing[]) => readCluster(wireOver(things), new AbortController().signal);

const joined = (pages: JsonObject[]) => {
  const joiner = createJoiner();
  for (const page of pages) joiner.add(page);
  return joiner.survey();
};

/** Enough for several pages. */
const large = [
  node('node-1'),
  ...Array.from({ length: 150 }, (_, n) =>
    deployment(`app-${n}`, { nodes: ['node-1'], spec: { nodeSelector: { [`pool-${n}`]: 'a'.repeat(4_000) } } }),
  ).flat(),
];

describe('the pages of a survey', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'come to the survey that they were cut from (seed %i)',
    async (seed) => {
      const assembled = await read(randomCluster(randomOf(seed)));
      const pages = pagesOf(assembled).map((page) => JSON.parse(page) as JsonObject);
      expect(joined(pages)).toEqual(surveyFrom(assembled));
    },
  );

  it('are small, however large the cluster, and hold no part twice', async () => {
    const assembled = await read(large);
    const pages = pagesOf(assembled);
    expect(pages.length).toBeGreaterThan(3);
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThan(250_000);
    expect(joined(pages.map((page) => JSON.parse(page) as JsonObject))).toEqual(surveyFrom(assembled));
  });

  it('hold every pod of a cluster that has 50,000', async () => {
    const column = (most: number) => Array.from({ length: 50_000 }, (_, n) => n % most);
    const pods = { node: column(1_000), workload: column(3), shape: column(7), state: column(2) };
    const pages = pagesOf({ ...(await read([])), pods });
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThan(250_000);
    expect(joined(pages.map((page) => JSON.parse(page) as JsonObject)).pods).toEqual(pods);
  });

  it('pass the filter for secrets with every key of a label in its place', async () => {
    const key = 'failure-domain.beta.kubernetes.io/zone-of-XkQ9vTz7LmPw3';
    const term = { labelSelector: { matchExpressions: [{ key, operator: 'Exists' }] }, topologyKey: key };
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    const container = { name: 'app', env: [{ name: 'DB_PASSWORD', value: 'hunter2-hunter2' }] };
    const assembled = await read([
      node('node-1', { spec: { taints: [{ key, effect: 'NoSchedule' }] } }),
      thing('Pod', 'p', { spec: { containers: [container], affinity, tolerations: [{ key }] }, status: running }),
      thing('PodDisruptionBudget', 'b', { spec: { selector: { matchExpressions: [{ key, operator: 'Exists' }] } } }),
      thing('ConfigMap', 'c', { data: { 'Xk9vTz7LmPw3-Qr5sBn8yHd2-secret-key': 'hunter2-hunter2' } }),
    ]);
    const redactor = createRedactor();
    const pages = pagesOf(assembled).map((page) => redactor.object(JSON.parse(page) as JsonObject));
    const survey = joined(await Promise.all(pages));
    expect(survey).toEqual(surveyFrom(assembled));
    expect(survey.shapes[0]?.containers[0]?.plainSecrets).toEqual(['DB_PASSWORD']);
    expect(survey.configSecrets).toHaveLength(1);
  });

  it('come to nothing while a part is missing', async () => {
    const [first = '{}'] = pagesOf(await read(large));
    expect(() => joined([JSON.parse(first)])).toThrow(/certificates/);
  });
});

describe('k8s_survey', () => {
  it('gives the pages of one survey, even where the cluster changes in between', async () => {
    const { done, refused, kube, close } = await connectKube(large);
    try {
      const first = await done('k8s_survey');
      kube.remove('nodes', undefined, 'node-1');
      const pages = [first.page];
      let { cursor } = first;
      const asked = kube.received.length;
      while (cursor !== undefined) {
        const next = await done('k8s_survey', { cursor });
        pages.push(next.page);
        cursor = next.cursor;
      }
      expect(pages).toHaveLength(first.pages);
      expect(kube.received).toHaveLength(asked);
      expect(joined(pages)).toMatchObject({ nodes: [{ name: 'node-1' }] });
      const forgotten = first.cursor.replace(/^[0-9a-f]{8}/, '00000000');
      expect(await refused('k8s_survey', { cursor: forgotten })).toMatchObject({ code: 'NOT_FOUND' });
      expect(await refused('k8s_survey', { cursor: 'x' })).toMatchObject({ code: 'INVALID_ARGUMENT' });
    } finally {
      await close();
    }
  });

  it('forgets a survey a minute after it was last asked for, and the oldest of more than three', () => {
    vi.useFakeTimers();
    try {
      const kept = createKept();
      const id = kept.keep(['a', 'b']);
      vi.advanceTimersByTime(50_000);
      expect(kept.pages(id)).toEqual(['a', 'b']);
      vi.advanceTimersByTime(59_000);
      expect(kept.pages(id)).toEqual(['a', 'b']);
      vi.advanceTimersByTime(61_000);
      expect(kept.pages(id)).toBeUndefined();
      const ids = ['1', '2', '3', '4'].map((page) => kept.keep([page]));
      expect(ids.map((each) => kept.pages(each) !== undefined)).toEqual([false, true, true, true]);
    } finally {
      vi.useRealTimers();
    }
  });
});
