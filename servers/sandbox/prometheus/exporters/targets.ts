import { kubeletLabels } from './containers.ts';
import type { Family, Machine, Plan } from './plan.ts';

/** Which targets answered their last scrape. */
export const targets: Family = {
  names: ['up'],
  *plans({ machines, born }): Generator<Plan> {
    for (const machine of machines) {
      for (const path of ['/metrics', '/metrics/cadvisor']) {
        const silent = machine.trouble?.kubelet === 'down' || machine.trouble?.network === 'unavailable';
        yield targetPlan(machine, kubeletLabels(machine, path), silent);
      }
      const labels = { job: 'node-exporter', node: machine.name, instance: `${machine.ip}:9100` };
      yield targetPlan(machine, labels, machine.trouble?.network === 'unavailable');
    }
    for (const [job, instance] of [
      ['apiserver', 'apiserver:6443'],
      ['kube-state-metrics', 'kube-state-metrics:8080'],
      ['prometheus', 'prometheus:9090'],
    ] as const) {
      yield { labels: { __name__: 'up', job, instance }, from: born, valueAt: () => 1 };
    }
  },
};

function targetPlan({ from, to, trouble }: Machine, labels: Record<string, string>, silent: boolean): Plan {
  return {
    labels: { __name__: 'up', ...labels },
    from,
    to,
    valueAt: (time) => Number(!(silent && trouble && time >= trouble.since)),
  };
}
