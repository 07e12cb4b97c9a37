import { afterEach, describe, expect, test } from 'vitest';
import { memoryAt, runAt } from '../../../../servers/sandbox/kubernetes/kubelet/usage.ts';
import { breakIt, findScenario } from '../../../../servers/sandbox/kubernetes/scenarios/switch.ts';
import { startDemo, type TestDemo } from './harness.ts';

let demo: TestDemo;
afterEach(() => demo.close());

const on = (id: string) => {
  const scenario = findScenario(id);
  if (!scenario) throw new Error(id);
  breakIt(demo.motion.context, scenario);
};
const first = (app: string) => {
  const [pod] = demo.pods(app);
  if (!pod) throw new Error(app);
  return pod;
};
const runsOf = (app: string) =>
  demo.motion.runs.of(first(app).metadata.uid)?.containers.find(({ name }) => name === app);
const log = (app: string, previous = false) =>
  (demo.motion.logs({ namespace: 'prod', pod: first(app).metadata.name, container: app, previous }) ?? []).map(
    ({ text }) => text,
  );

describe('the life of a cluster', () => {
  test('memory climbs to the limit, and never past it, before a container is killed for it', () => {
    demo = startDemo();
    on('oom');
    demo.pass(120);
    const run = runsOf('app-xyz')?.runs.find(({ reason }) => reason === 'OOMKilled');
    const limit = 256 * 2 ** 20;
    const end = run?.endedAt ?? 0;
    const curve = [0.1, 0.5, 0.9].map((part) => run && memoryAt(run, run.startedAt + part * (end - run.startedAt)));
    expect(curve).toEqual([...curve].sort((a, b) => Number(a) - Number(b)));
    expect(run && memoryAt(run, end - 1)).toBeGreaterThan(0.97 * limit);
    expect(run && memoryAt(run, end - 1)).toBeLessThanOrEqual(limit);
    expect(run && memoryAt(run, end)).toBe(0);
  });

  test('crashes wait 10 s, 20 s, 40 s and at most 5 minutes for the next start', () => {
    demo = startDemo();
    on('crash');
    demo.pass(2400);
    const broken = demo.pods('app-xyz').find(({ status }) => status?.containerStatuses?.[0]?.state.waiting);
    const runs = demo.motion.runs.of(broken?.metadata.uid ?? '')?.containers[0]?.runs ?? [];
    const waits = runs.slice(1).map(({ startedAt }, n) => Math.round((startedAt - (runs[n]?.endedAt ?? 0)) / 1000));
    expect(waits.slice(0, 8)).toEqual([1, 10, 20, 40, 80, 160, 300, 300]);
  });

  test('the log of a crash names its reason, and the run before the present one can be read', () => {
    demo = startDemo();
    on('crash');
    demo.pass(300);
    const pod = demo.pods('app-xyz').find(({ status }) => status?.containerStatuses?.[0]?.state.waiting);
    const read = (previous: boolean) =>
      demo.motion
        .logs({ namespace: 'prod', pod: pod?.metadata.name ?? '', container: 'app-xyz', previous })
        ?.map(({ text }) => text);
    expect(read(true)).toContain("TypeError: Cannot read properties of undefined (reading 'currency')");
    expect(read(false)).toEqual(read(true));
  });

  test('a program complains in its log for as long as what it needs is away', () => {
    demo = startDemo();
    on('service-port');
    demo.pass(60);
    expect(log('checkout').at(-1)).toMatch(
      /Error: connect ECONNREFUSED 192\.168\.\d+\.\d+:80 \(PAYMENTS_URL=payments:80\)/,
    );
    demo.edit('services', ['prod', 'payments'], ({ spec }) => {
      spec.ports = (spec.ports ?? []).map((port) => ({ ...port, targetPort: 'http' }));
    });
    demo.pass(60);
    expect(log('checkout').at(-1)).toMatch(/info .* 200 \d+ms/);
  });

  test('pods of a lost node are not ready after 50 s, and elsewhere after five minutes more', () => {
    demo = startDemo();
    on('node');
    const node = Object.keys(demo.motion.ground.state().nodes)[0] ?? '';
    const shop = () =>
      demo.read
        .list('pods', 'prod')
        .filter(({ spec, metadata }) => spec.nodeName === node && !metadata.deletionTimestamp);
    demo.pass(45);
    expect(
      demo.read.get('nodes', undefined, node)?.status.conditions?.find(({ type }) => type === 'Ready')?.status,
    ).toBe('True');
    demo.pass(10);
    const ready = demo.read.get('nodes', undefined, node)?.status.conditions?.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    expect(shop().length).toBeGreaterThan(0);
    demo.pass(320);
    expect(shop().filter(({ metadata }) => metadata.ownerReferences?.[0]?.kind === 'ReplicaSet')).toEqual([]);
  });

  test('an autoscaler grows to its limit under load and says that it is there', () => {
    demo = startDemo();
    on('hpa-max');
    demo.pass(600);
    const hpa = demo.read.get('horizontalpodautoscalers', 'prod', 'catalog');
    expect(demo.read.get('deployments', 'prod', 'catalog')?.spec.replicas).toBe(6);
    expect(hpa?.status?.conditions?.find(({ type }) => type === 'ScalingLimited')).toMatchObject({
      status: 'True',
      reason: 'TooManyReplicas',
    });
  });

  test('events are counted, and forgotten an hour after the last', () => {
    demo = startDemo();
    on('config');
    demo.pass(300);
    const [event] = demo.events('Failed');
    expect(event?.count).toBeGreaterThan(10);
    demo.store.remove('namespaces', undefined, 'prod');
    demo.pass(4200);
    expect(demo.events('Failed')).toEqual([]);
  });

  test('a rolled-back Deployment takes the ReplicaSet of its old template again', () => {
    demo = startDemo();
    const before = first('catalog').metadata.labels?.['pod-template-hash'];
    on('rollout');
    demo.pass(700);
    const stuck = demo.read
      .get('deployments', 'prod', 'catalog')
      ?.status?.conditions?.find(({ type }) => type === 'Progressing');
    expect(stuck).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
    demo.edit('deployments', ['prod', 'catalog'], ({ spec }) => {
      const [container] = spec.template.spec.containers;
      if (container) container.image = container.image.replace('3.3.0', '3.2.0');
    });
    demo.pass(120);
    expect(demo.pods('catalog').map(({ metadata }) => metadata.labels?.['pod-template-hash'])).toEqual([
      before,
      before,
    ]);
    expect(
      demo.read.get('deployments', 'prod', 'catalog')?.metadata.annotations?.['deployment.kubernetes.io/revision'],
    ).toBe('3');
  });

  test('a world that was closed goes on where it was: nothing restarts, what crashed goes on crashing', () => {
    demo = startDemo();
    on('oom');
    demo.pass(300);
    const restarts = (app: string) =>
      demo.pods(app).map(({ status }) => status?.containerStatuses?.[0]?.restartCount ?? 0);
    const before = Math.max(...restarts('app-xyz'));
    const memory = runAt(runsOf('web') ?? { name: '', image: '', init: false, runs: [], forgotten: 0 }, demo.now());
    const readySince = () =>
      demo.read
        .list('pods', 'kube-system')
        .concat(demo.pods('web'), demo.pods('checkout'), demo.pods('catalog'))
        .map(({ status }) => status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime);
    const since = readySince();
    demo.reopen();
    demo.pass(900);
    expect(readySince()).toEqual(since);
    expect(restarts('web')).toEqual([0, 0]);
    expect(restarts('checkout')).toEqual([0, 0]);
    expect(Math.max(...restarts('app-xyz'))).toBeGreaterThan(before);
    expect(Math.max(...restarts('app-xyz'))).toBeLessThan(before + 6);
    expect(runsOf('web')?.runs.at(-1)?.startedAt).toBe(memory?.startedAt);
  });
});
