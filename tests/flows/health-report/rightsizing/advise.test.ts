import { describe, expect, test } from 'vitest';
import { adviseSizes } from '../../../../flows/health-report/rightsizing/advise.ts';
import { MiB } from '../../../../flows/health-report/rightsizing/size.ts';
import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import { loadMessages } from '../../../../src/chat/messages.ts';
import type { Advice, Facts } from '../../../../src/health/types.ts';
import type { ContainerUsage, UsageSketches } from '../../../../src/health/usage/types.ts';
import {
  addService,
  addWorkload,
  containerOf,
  DAY,
  emptySurvey,
  HOUR,
  lose,
  NOW,
  nodeOf,
  type WorkloadWish,
} from '../../../support/survey-builder.ts';

const words = loadMessages('templates/messages');
const IMAGE = 'registry.example.com/app:1.4.2';
const dates = (count: number) =>
  Array.from({ length: count }, (_, n) => new Date(NOW - (count - n) * DAY).toISOString().slice(0, 10));

function usageOf(
  name: string,
  changes: Partial<ContainerUsage> & { count?: number; image?: string } = {},
): ContainerUsage {
  const { count = 14, image = IMAGE, ...rest } = changes;
  const peak = rest.memory?.peak ?? 400 * MiB;
  return {
    kind: 'Deployment',
    namespace: 'prod',
    name,
    container: 'app',
    days: dates(count).map((date) => ({ date, memoryPeak: peak, images: [image], oomKills: 0 })),
    cpu: { p50: 200, p95: 600, p99: 640, max: 800, podP99: 620 },
    memory: { p95: 350 * MiB, peak },
    samples: 1,
    presence: 1,
    podDays: 28,
    ...rest,
  };
}

const large = containerOf({ requests: { cpu: 1000, memory: 1024 * MiB }, limits: { memory: 1024 * MiB } });

function world(wish: Partial<WorkloadWish> = {}): Survey {
  const survey = emptySurvey();
  survey.nodes.push(nodeOf('n1'));
  addWorkload(survey, { namespace: 'prod', name: 'api', desired: 2, shape: { containers: [large] }, ...wish });
  return survey;
}

function advise(
  survey: Survey | undefined,
  usage: ContainerUsage[] = [usageOf('api')],
  changes: Partial<UsageSketches> = {},
): Advice[] {
  const facts: Facts = {
    cluster: { id: 'c1', name: 'prod', environment: 'prod' },
    now: NOW,
    window: { from: NOW - 7 * DAY, to: NOW },
    survey,
    metrics: {},
    curves: [],
    inspection: undefined,
    pools: undefined,
    machines: undefined,
    prices: {},
    unknown: [],
  };
  return adviseSizes(facts, { containers: usage, days: 14, lastDay: dates(1)[0] ?? '', ...changes }, words);
}

const gatesOf = (advice: Advice[]) =>
  advice
    .filter(({ id }) => id === 'resize:skipped')
    .flatMap(({ gates }) => gates.map(({ id, state }) => `${id} ${state}`));
const only = (advice: Advice[]): Advice => {
  expect(advice).toHaveLength(1);
  const [one] = advice;
  if (!one) throw new Error('no advice');
  return one;
};

describe('a workload that asks for too much', () => {
  test('gets the new sizes as a change, with what that frees in all of its pods', () => {
    const advice = only(advise(world()));
    expect(advice).toMatchObject({
      id: 'resize:prod/Deployment/api',
      kind: 'resize',
      verdict: 'SAFE',
      freed: { cpu: 2 * (1000 - 682), memory: 2 * (1024 - 512) * MiB },
      proposal: {
        kind: 'resize',
        object: { kind: 'Deployment', namespace: 'prod', name: 'api' },
        containers: [{ name: 'app', requests: { cpu: '682m', memory: '512Mi' }, limits: { memory: '512Mi' } }],
      },
    });
    expect(advice.title.en).toBe('prod/api asks for 636m of CPU and 1024Mi of memory more than it needs');
    expect(advice.text.en).toContain('app: CPU request 1000m → 682m');
    expect(advice.text.zh).toContain('内存上限 1024Mi → 512Mi');
    expect(advice.gates.every(({ state }) => state === 'passed')).toBe(true);
    expect(advice.evidence[0]?.text).toContain('peak 400Mi');
  });

  test('is worth no money by itself', () => {
    expect(only(advise(world())).saving).toBeUndefined();
  });

  test('is told when the pods fall into another class of service', () => {
    const guaranteed = containerOf({
      requests: { cpu: 1000, memory: 1024 * MiB },
      limits: { cpu: 1000, memory: 1024 * MiB },
    });
    const advice = only(advise(world({ shape: { containers: [guaranteed] } })));
    expect(advice.text.en).toContain('from Guaranteed to Burstable');
  });

  test('keeps more CPU when a route leads to it', () => {
    const survey = world();
    addService(survey, 0, { name: 'web' });
    survey.routes.push({ kind: 'Ingress', namespace: 'prod', name: 'web', backends: ['web'], missing: [] });
    const waits = only(
      advise(survey, [usageOf('api', { cpu: { p50: 100, p95: 400, p99: 600, max: 700, podP99: 400 } })]),
    );
    expect(waits.proposal).toMatchObject({ containers: [{ requests: { cpu: '690m' } }] });
  });
});

describe('order and amount', () => {
  test('those short of memory come first, then those that free most; nothing is said of those that fit', () => {
    const survey = emptySurvey();
    survey.nodes.push(nodeOf('n1'));
    for (const name of ['fits', 'frees', 'short'])
      addWorkload(survey, { namespace: 'prod', name, shape: { containers: [large] } });
    const advice = advise(survey, [
      usageOf('fits', {
        cpu: { p50: 1, p95: 900, p99: 900, max: 900, podP99: 900 },
        memory: { p95: 1, peak: 880 * MiB },
      }),
      usageOf('frees'),
      usageOf('short', { memory: { p95: 1, peak: 1020 * MiB } }),
    ]);
    expect(advice.map(({ id }) => id)).toEqual(['resize:prod/Deployment/short', 'resize:prod/Deployment/frees']);
    expect(advice[0]?.title.en).toBe('prod/short is short of memory');
  });

  test('at most 50 are named, the rest is one sum; all that are skipped are one piece of advice, too', () => {
    const survey = emptySurvey();
    survey.nodes.push(nodeOf('n1'));
    const usage = [];
    for (let n = 0; n < 70; n++) {
      addWorkload(survey, { namespace: 'prod', name: `app-${n}`, shape: { containers: [large] } });
      usage.push(usageOf(`app-${n}`, n < 10 ? { count: 3 } : {}));
    }
    const advice = advise(survey, usage);
    expect(advice).toHaveLength(51);
    const summary = advice.at(-1);
    expect(summary).toMatchObject({ id: 'resize:skipped', verdict: 'UNKNOWN', gate: 'R-history' });
    expect(summary?.freed?.cpu).toBe(10 * 636);
    expect(summary?.text.en).toContain(
      '10 workloads: fewer than 7 days of use are known (prod/app-0, prod/app-1, prod/app-2, … 7 more)',
    );
    expect(summary?.text.en).toContain('10 smaller ones not listed would free 6360m of CPU');
  });

  test('the same facts give the same advice in whatever order they come', () => {
    const build = (names: string[]) => {
      const survey = emptySurvey();
      survey.nodes.push(nodeOf('n1'));
      for (const name of names) addWorkload(survey, { namespace: 'prod', name, shape: { containers: [large] } });
      return advise(
        survey,
        names.map((name) => usageOf(name)),
      );
    };
    expect(build(['a', 'b', 'c'])).toEqual(build(['c', 'a', 'b']));
  });
});

describe('no advice', () => {
  const skips: [string, string, () => Advice[]][] = [
    ['below seven days', 'R-history unknown', () => advise(world(), [usageOf('api', { count: 6 })])],
    ['without any use', 'R-history unknown', () => advise(world(), [])],
    [
      'when one of its containers is not known',
      'R-history unknown',
      () => advise(world({ shape: { containers: [large, containerOf({ name: 'side' })] } })),
    ],
    [
      'when what is known is old',
      'R-history unknown',
      () => advise(world(), [usageOf('api')], { lastDay: dates(6)[0] ?? '' }),
    ],
    ['with too many gaps', 'R-samples unknown', () => advise(world(), [usageOf('api', { samples: 0.94 })])],
    ['when it was away for long', 'R-samples unknown', () => advise(world(), [usageOf('api', { presence: 0.9 })])],
    ['below three days of pods', 'R-pods unknown', () => advise(world(), [usageOf('api', { podDays: 2.9 })])],
    ['within 48 hours of a rollout', 'R-image failed', () => advise(world({ changedAt: NOW - 47 * HOUR }))],
    ['while it rolls out', 'R-image failed', () => advise(world({ rolling: true }))],
    [
      'when the image is not the one that was measured',
      'R-image failed',
      () => advise(world(), [usageOf('api', { image: 'registry.example.com/app:1.4.1' })]),
    ],
    ['for a Job', 'R-kind failed', () => advise(world({ kind: 'Job' }), [usageOf('api', { kind: 'Job' })])],
    ['while memory only grows and the rest fits', 'R-growth failed', () => advise(world(), [growing()])],
  ];
  const growing = () =>
    usageOf('api', {
      cpu: { p50: 1, p95: 900, p99: 900, max: 900, podP99: 900 },
      days: dates(14).map((date, n) => ({ date, memoryPeak: (200 + 15 * n) * MiB, images: [IMAGE], oomKills: 0 })),
    });

  test.each(skips)('%s', (_, gate, made) => {
    const advice = only(made());
    expect(gatesOf([advice])).toEqual([gate]);
    expect(advice.proposal).toBeUndefined();
    expect(advice.gate).toBe(gate.split(' ')[0]);
  });

  test('where a VerticalPodAutoscaler sets the size; one that only recommends is no reason', () => {
    const scaled = (mode: string) => {
      const survey = world();
      survey.autoscalers.push({
        kind: 'VerticalPodAutoscaler',
        namespace: 'prod',
        name: 'v',
        workload: 0,
        min: 0,
        max: 0,
        current: 0,
        desired: 0,
        mode,
      });
      return advise(survey);
    };
    for (const mode of ['Auto', 'Recreate', 'InPlaceOrRecreate', 'Initial'])
      expect(gatesOf(scaled(mode))).toEqual(['R-vpa failed']);
    expect(only(scaled('Off')).verdict).toBe('SAFE');
  });

  test.each([
    ['VerticalPodAutoscaler', 'R-vpa'],
    ['HorizontalPodAutoscaler', 'R-hpa'],
    ['ResourceQuota', 'R-quota'],
    ['LimitRange', 'R-range'],
  ] as const)('while nobody may read %s', (kind, gate) => {
    expect(gatesOf(advise(lose(world(), kind)))).toEqual([`${gate} unknown`]);
  });

  test('without pods or without a survey: there is nothing to say', () => {
    expect(advise(lose(world(), 'Pod'))).toEqual([]);
    expect(advise(undefined)).toEqual([]);
  });

  test('that a quota would refuse, also while old and new pods run side by side', () => {
    const hungry = () => [usageOf('api', { memory: { p95: 1, peak: 1020 * MiB } })];
    const survey = world();
    const quota = (hard: number) => ({
      namespace: 'prod',
      name: 'q',
      hard: { 'limits.memory': hard * MiB },
      used: { 'limits.memory': 2048 * MiB },
    });
    // Two pods with 251 MiB more each, and one more pod while it rolls out.
    survey.quotas = [quota(2048 + 2 * 251 + 1274)];
    expect(gatesOf(advise(survey, hungry()))).toEqual(['R-quota failed']);
    survey.quotas = [quota(2048 + 2 * 252 + 1276)];
    expect(only(advise(survey, hungry())).verdict).toBe('SAFE');
  });

  test('that a limit range would refuse: too small, too large, or too far from the limit', () => {
    const range = (changes: Partial<Survey['limitRanges'][number]>) => {
      const survey = world({
        shape: {
          containers: [
            containerOf({ requests: { cpu: 1000, memory: 1024 * MiB }, limits: { cpu: 2000, memory: 1024 * MiB } }),
          ],
        },
      });
      survey.limitRanges = [{ namespace: 'prod', name: 'r', min: {}, max: {}, maxRatio: {}, ...changes }];
      return gatesOf(advise(survey));
    };
    expect(range({})).toEqual([]);
    expect(range({ min: { cpu: 700 } })).toEqual(['R-range failed']);
    expect(range({ maxRatio: { cpu: 2 } })).toEqual(['R-range failed']);
    expect(range({ max: { memory: 256 * MiB } })).toEqual(['R-range failed']);
  });

  test('that no node could hold', () => {
    const survey = world();
    survey.nodes = [
      nodeOf('n1', { allocatable: { cpu: 4000, memory: 1100 * MiB, ephemeral: 0, extended: {}, pods: 10 } }),
    ];
    expect(gatesOf(advise(survey, [usageOf('api', { memory: { p95: 1, peak: 1020 * MiB } })]))).toEqual([
      'R-node failed',
    ]);
  });
});

describe('with a HorizontalPodAutoscaler', () => {
  const scaled = (changes: Partial<Survey['autoscalers'][number]>, usage = [usageOf('api')]) => {
    const survey = world();
    survey.autoscalers.push({
      kind: 'HorizontalPodAutoscaler',
      namespace: 'prod',
      name: 'api-hpa',
      workload: 0,
      min: 2,
      max: 9,
      current: 2,
      desired: 2,
      ...changes,
    });
    return advise(survey, usage);
  };

  test('that goes by CPU the target moves with the request, so that it scales at the same load', () => {
    const advice = only(scaled({ cpuTarget: 50 }));
    expect(advice.proposal).toMatchObject({
      containers: [{ requests: { cpu: '736m' } }],
      autoscaler: { name: 'api-hpa', cpuTarget: 68 },
    });
    expect(736 * 0.68).toBeCloseTo(1000 * 0.5, -1);
    expect(advice.text.en).toContain('from 50 % to 68 %');
  });

  test('a request is not made so small that the pods have no room left before it acts', () => {
    const idle = usageOf('api', { cpu: { p50: 1, p95: 100, p99: 110, max: 200, podP99: 100 } });
    const advice = only(scaled({ cpuTarget: 60 }, [idle]));
    expect(advice.proposal).toMatchObject({
      containers: [{ requests: { cpu: '667m' } }],
      autoscaler: { cpuTarget: 90 },
    });
  });

  test('that leaves no room the CPU request stays, and so does the target', () => {
    const advice = only(scaled({ cpuTarget: 85 }));
    expect(advice.proposal).toMatchObject({ containers: [{ requests: { memory: '512Mi' } }] });
    expect(advice.proposal).not.toHaveProperty('autoscaler');
    expect(advice.proposal).not.toHaveProperty('containers.0.requests.cpu');
  });

  test('that goes by memory, memory is left as it is', () => {
    const advice = only(scaled({ memoryTarget: 70 }));
    expect(advice.freed?.memory).toBe(0);
    expect(advice.text.en).toContain('goes by memory');
  });

  test('applying it again and again does not make requests ever smaller', () => {
    let [request, target] = [1000, 50];
    for (let round = 0; round < 10; round++) {
      const survey = world({
        shape: {
          containers: [containerOf({ requests: { cpu: request, memory: 512 * MiB }, limits: { memory: 512 * MiB } })],
        },
      });
      survey.autoscalers.push({
        kind: 'HorizontalPodAutoscaler',
        namespace: 'prod',
        name: 'h',
        workload: 0,
        min: 2,
        max: 9,
        current: 2,
        desired: 2,
        cpuTarget: target,
      });
      // It keeps each pod at the load at which it scales: what a pod uses does not follow the request.
      const load = (request * target) / 100;
      const [advice] = advise(survey, [
        usageOf('api', { cpu: { p50: load, p95: load * 1.05, p99: load * 1.1, max: load * 1.2, podP99: load * 1.1 } }),
      ]);
      if (advice?.proposal?.kind !== 'resize') break;
      request = Number.parseInt(advice.proposal.containers[0]?.requests.cpu ?? String(request), 10);
      target = advice.proposal.autoscaler?.cpuTarget ?? target;
    }
    expect((request * target) / 100).toBeGreaterThan(490);
    expect(request).toBeGreaterThan(550);
  });
});
