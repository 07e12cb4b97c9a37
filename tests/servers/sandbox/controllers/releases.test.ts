import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemo, type TestDemo } from './harness.ts';

/** Every version of the images that releases are tried with, released side by side. */

const HOST = 'registry.cn-hangzhou.aliyuncs.com';
const well = ['1.0.0', '1.0.1', '1.1.0', '2.0.0'];
const bad = ['1.2.0-slow', '1.3.0-not-ready', '1.4.0-crash', '1.5.0-memory', '1.6.0-errors', '1.7.0-variable'];

const nameOf = (tag: string) => `hello-${tag.replaceAll('.', '-')}`;

function release(demo: TestDemo, tag: string, { init }: { init?: string } = {}) {
  const labels = { app: nameOf(init ?? tag) };
  const probe = (path: string) => ({ httpGet: { path, port: 8080 }, periodSeconds: 5 });
  const container = {
    name: 'hello',
    image: `${HOST}/demo/hello:${tag}`,
    ports: [{ containerPort: 8080 }],
    resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    readinessProbe: probe('/readyz'),
  };
  const before = init ? [{ name: 'migrate', image: `${HOST}/demo/hello-migrate:${init}` }] : [];
  demo.store.create('deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: nameOf(init ?? tag), namespace: 'staging' },
    spec: {
      replicas: 1,
      progressDeadlineSeconds: 60,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { initContainers: before, containers: [container] } },
    },
  });
}

describe('after a minute and a half', () => {
  let demo: TestDemo;
  beforeAll(() => {
    demo = startDemo();
    for (const tag of [...well, ...bad]) release(demo, tag);
    for (const init of ['7', '8-fails']) release(demo, '1.0.0', { init });
    demo.pass(80);
  }, 60_000);
  afterAll(() => demo.close());
  const stateOf = (tag: string) => {
    const [pod] = demo.pods(nameOf(tag), 'staging');
    const statuses = [...(pod?.status?.initContainerStatuses ?? []), ...(pod?.status?.containerStatuses ?? [])];
    const ended = statuses.map(({ lastState, state }) => (state?.terminated ?? lastState?.terminated)?.reason);
    return { ready: statuses.at(-1)?.ready, ended: ended.find((reason) => reason !== 'Completed') };
  };

  it.each(well)('%s is ready', (tag) => {
    expect(stateOf(tag)).toEqual({ ready: true, ended: undefined });
  });

  it.each([
    ['1.2.0-slow', { ready: false, ended: undefined }],
    ['1.3.0-not-ready', { ready: false, ended: undefined }],
    ['1.4.0-crash', { ready: false, ended: 'Error' }],
    ['1.5.0-memory', { ready: false, ended: 'OOMKilled' }],
    ['1.7.0-variable', { ready: false, ended: 'Error' }],
  ])('%s is not: %j', (tag, expected) => {
    expect(stateOf(tag)).toMatchObject(expected);
  });

  it('1.6.0-errors says that it is ready, and answers nobody', () => {
    const [pod] = demo.pods(nameOf('1.6.0-errors'), 'staging');
    expect(stateOf('1.6.0-errors').ready).toBe(true);
    expect(pod && ['/', '/readyz'].map((path) => demo.motion.answer(pod, 8080, path))).toEqual([500, 200]);
  });

  it('a migration that fails keeps the program from starting, one that works does not', () => {
    expect(stateOf('7')).toEqual({ ready: true, ended: undefined });
    expect(stateOf('8-fails')).toEqual({ ready: false, ended: 'Error' });
  });

  it('the slow one comes in the end', () => {
    demo.pass(60);
    expect(stateOf('1.2.0-slow').ready).toBe(true);
  });
});
