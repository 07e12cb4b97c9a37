import { expect, it } from 'vitest';
import { POD_STATE, type Survey } from '../../../servers/ack/kube/survey/survey.ts';
import { groupVersion, RESOURCES } from '../../../servers/sandbox/kubernetes/resources.ts';
import { startDemo, type TestDemo } from '../sandbox/controllers/harness.ts';
import type { Thing } from './fake-kube.ts';
import { surveyOf } from './survey-support.ts';

/** What the demo's API server would list. */
const thingsOf = ({ store }: TestDemo): Thing[] =>
  RESOURCES.filter(
    ({ version, kind }) => version !== 'v1beta1' && !(kind === 'HorizontalPodAutoscaler' && version === 'v1'),
  )
    .flatMap((resource) => store.list(resource.plural).map((object) => ({ ...object, ...named(resource) })))
    .map((object) => JSON.parse(JSON.stringify(object)));

const named = (resource: (typeof RESOURCES)[number]) => ({ kind: resource.kind, apiVersion: groupVersion(resource) });

const indexOf = (survey: Survey, name: string, namespace = 'prod') =>
  survey.workloads.findIndex((one) => one.name === name && one.namespace === namespace);

it('the survey of the demo tells of every workload, its pods, claims and nodes, and after a bad release what is wrong', async () => {
  const demo = startDemo();
  try {
    demo.pass(600);
    const survey = await surveyOf(thingsOf(demo));
    expect(survey.nodes.map(({ ready, allocatable }) => [ready, allocatable.cpu > 1000])).toEqual([
      [true, true],
      [true, true],
      [true, true],
    ]);
    expect(survey.workloads.filter(({ available, desired }) => available < desired)).toEqual([]);
    expect(survey.troubles).toEqual([]);
    const database = indexOf(survey, 'orders-db');
    const row = survey.pods.workload.indexOf(database);
    const [claim] = survey.podClaims.find(({ pod }) => pod === row)?.claims ?? [];
    expect(survey.claims[claim ?? -1]).toMatchObject({ name: 'data-orders-db-0', used: true });
    expect(survey.volumes.some(({ claim: of }) => of === 'prod/data-orders-db-0')).toBe(true);
    expect(survey.autoscalers).toMatchObject([{ workload: indexOf(survey, 'catalog'), cpuTarget: 70 }]);
    expect(survey.services.find(({ name }) => name === 'checkout')).toMatchObject({ readyEndpoints: 2 });

    demo.edit('deployments', ['prod', 'checkout'], ({ spec }) => {
      const [container] = spec.template.spec.containers;
      if (container) container.image = container.image.replace(/:[^:]*$/, ':no-such-tag');
    });
    demo.pass(300);
    const after = await surveyOf(thingsOf(demo));
    const checkout = indexOf(after, 'checkout');
    expect(after.workloads[checkout]).toMatchObject({ desired: 2, rolling: true });
    expect(after.shapes[after.workloads[checkout]?.shape ?? -1]?.containers[0]?.image).toMatch(/no-such-tag/);
    expect(after.troubles).toMatchObject([{ what: 'waiting', workload: checkout }]);
    const ready = after.pods.state.filter(
      (state, at) => state & POD_STATE.ready && after.pods.workload[at] === checkout,
    );
    expect(ready.length).toBeGreaterThanOrEqual(2);
  } finally {
    demo.close();
  }
}, 60_000);
