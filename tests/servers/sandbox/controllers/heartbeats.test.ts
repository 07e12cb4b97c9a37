import { afterEach, describe, expect, test } from 'vitest';
import { breakIt, findScenario } from '../../../../servers/sandbox/kubernetes/scenarios/switch.ts';
import { startDemo, type TestDemo } from './harness.ts';

let demo: TestDemo;
afterEach(() => demo.close());

const MINUTE = 60_000;
const ageOf = (time: string | undefined): number => demo.now() - Date.parse(time ?? '');
const renewed = (name: string) => {
  const spec = demo.store.get('leases', 'kube-system', name)?.spec as { renewTime?: string } | undefined;
  return ageOf(spec?.renewTime);
};
const on = (id: string) => {
  const scenario = findScenario(id);
  if (scenario) breakIt(demo.motion.context, scenario);
};

describe('signs of life', () => {
  test('a kubelet that lives reports every five minutes though nothing changes; one that is down does not', () => {
    demo = startDemo();
    on('node');
    demo.pass(1800);
    const ages = demo.read.list('nodes').map(({ status }) => ageOf(status.conditions?.[0]?.lastHeartbeatTime) / MINUTE);
    expect(ages.filter((age) => age <= 5)).toHaveLength(ages.length - 1);
    expect(Math.max(...ages)).toBeGreaterThan(20);
  });

  test('components of the control plane renew their leases until they are down', () => {
    demo = startDemo();
    on('controller-manager');
    demo.pass(600);
    expect(renewed('kube-scheduler')).toBeLessThanOrEqual(MINUTE);
    expect(renewed('kube-controller-manager')).toBeGreaterThan(5 * MINUTE);
  });
});
