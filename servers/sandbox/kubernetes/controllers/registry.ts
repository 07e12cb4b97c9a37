import type { World } from '../../world.ts';
import type { RunKeeper } from '../kubelet/runs.ts';
import { addons } from './addons.ts';
import { namespaces } from './bootstrap.ts';
import { disruptionBudgets, quotas } from './budgets.ts';
import { type Context, keyOf } from './context.ts';
import { cronJobs } from './cronjobs.ts';
import { daemonSets } from './daemonsets.ts';
import { deployments } from './deployments.ts';
import type { Controller } from './engine.ts';
import { garbage } from './garbage.ts';
import { autoscalers } from './hpa.ts';
import { ingresses } from './ingresses.ts';
import { jobs } from './jobs.ts';
import type { Kinds } from './kinds.ts';
import { leases } from './leases.ts';
import { nodeLifecycle } from './node-lifecycle.ts';
import { nodePressure } from './node-pressure.ts';
import { nodes } from './nodes.ts';
import { replicaSets } from './replicasets.ts';
import { scheduler } from './scheduler.ts';
import { services } from './services.ts';
import { statefulSets } from './statefulsets.ts';
import { volumes } from './volumes.ts';

/** What stands still with the controller manager. */
const MANAGED = [
  'deployment',
  'replicaset',
  'statefulset',
  'daemonset',
  'job',
  'cronjob',
  'hpa',
  'pdb',
  'quota',
  'service',
  'node-lifecycle',
];

/** The control loops of a cluster. */
export function controllersOf(context: Context, world: World, runs: RunKeeper): Controller[] {
  const all = [
    namespaces(context),
    nodes(context, world),
    addons(context, world),
    nodeLifecycle(context),
    leases(context),
    nodePressure(context),
    deployments(context),
    replicaSets(context),
    statefulSets(context),
    daemonSets(context),
    jobs(context),
    cronJobs(context),
    services(context),
    ingresses(context),
    volumes(context),
    autoscalers(context, runs),
    disruptionBudgets(context),
    quotas(context),
    scheduler(context),
    garbage(context),
  ];
  return all.map((controller) => (MANAGED.includes(controller.name) ? whileManaged(context, controller) : controller));
}

function whileManaged(context: Context, controller: Controller): Controller {
  const down = () => context.ground.state().components['controller-manager'] === 'down';
  return { ...controller, reconcile: (key) => (down() ? undefined : controller.reconcile(key)) };
}

/** Which kinds a control loop looks at when a cluster is opened. */
const OWN_KINDS: [controller: string, plural: keyof Kinds][] = [
  ['deployment', 'deployments'],
  ['replicaset', 'replicasets'],
  ['statefulset', 'statefulsets'],
  ['daemonset', 'daemonsets'],
  ['job', 'jobs'],
  ['cronjob', 'cronjobs'],
  ['service', 'services'],
  ['ingress', 'ingresses'],
  ['volume', 'persistentvolumeclaims'],
  ['hpa', 'horizontalpodautoscalers'],
  ['pdb', 'poddisruptionbudgets'],
  ['quota', 'resourcequotas'],
  ['scheduler', 'pods'],
  ['kubelet', 'pods'],
];

/** What each control loop looks at when a cluster is opened, or when something beside the objects has changed. */
export function keysAtStart(context: Context): [controller: string, key: string][] {
  const own = OWN_KINDS.flatMap(([controller, plural]) =>
    context.read.list(plural).map((object): [string, string] => [controller, keyOf(object)]),
  );
  const named = (controller: string, plural: keyof Kinds) =>
    context.read.list(plural).map(({ metadata }): [string, string] => [controller, metadata.name]);
  return [
    ['namespace', ''],
    ['node', 'all'],
    ['addon', 'all'],
    ['garbage', 'all'],
    ['lease', 'all'],
    ...named('namespace', 'namespaces'),
    ...named('node-lifecycle', 'nodes'),
    ...named('node-pressure', 'nodes'),
    ...own,
  ];
}
