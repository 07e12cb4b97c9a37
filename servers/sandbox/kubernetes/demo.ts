import { clusterState } from '../state.ts';
import type { World } from '../world.ts';
import { selfSigned } from './certificate.ts';
import type { Moving } from './controllers/start.ts';
import { DEMO_NAME, demoCluster } from './demo-cloud.ts';
import { APPS, GROUNDWORK, type Made, REST, STAGING, secret } from './demo-workloads.ts';

/** A cluster that is open and moves: how the demo reaches the objects it makes. */
export interface OpenCluster {
  id: string;
  motion: Moving;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How long the demo's cluster has been there, and the shop in it, when one first looks. */
const CLUSTER_AGE = 33 * DAY;
const SHOP_AGE = 30 * DAY + 5 * HOUR;
/** Nights before the present whose runs still leave a trace. */
const NIGHTS = 3;
/** Into a day of UTC: 2 o'clock in China. */
const NIGHTLY_AT = 18 * HOUR;
/** World time from one part of the shop to the next. */
const BETWEEN_STEPS = 9 * HOUR;
/** World time in which each part comes up and is watched closely. */
const SETTLE = 3 * MINUTE;
/** The last minutes before one first looks. */
const PRESENT = 6 * MINUTE;

/** The demo's cluster, if there is one. */
export const findDemo = (world: World): string | undefined =>
  world.clusters.list().find((cluster) => cluster.name === DEMO_NAME && clusterState(world, cluster) === 'running')?.id;

/**
 * A running ACK cluster with a small shop in it that has been well for days; the one that is there when there is one.
 * Its past is lived through, not made up: the same controllers run it from its first day on.
 */
export function seedDemo(world: World, open: (id: string) => OpenCluster | undefined): OpenCluster {
  const known = findDemo(world);
  const now = world.now();
  const id = known ?? world.at(now - CLUSTER_AGE, () => world.transaction(() => demoCluster(world)));
  const born = now - CLUSTER_AGE + HOUR;
  const cluster = known ? open(id) : world.at(born, () => open(id));
  if (!cluster) throw new Error(`The demo's cluster ${id} is not open.`);
  if (cluster.motion.context.read.get('namespaces', undefined, 'prod')) return cluster;
  const steps = [[...GROUNDWORK, certificateFor(cluster)], APPS, STAGING, REST];
  if (known) {
    for (const made of steps) plant(cluster, made);
    return cluster;
  }
  live(world, cluster, { from: born, to: born + SETTLE });
  const from = now - SHOP_AGE;
  for (const [n, made] of steps.entries()) {
    const at = from + n * BETWEEN_STEPS;
    world.at(at, () => plant(cluster, made));
    live(world, cluster, { from: at, to: at + SETTLE });
  }
  catchUp(world, cluster, { from, to: now });
  return cluster;
}

/** Creates what is not there. */
function plant({ motion: { context } }: OpenCluster, made: readonly Made[]): void {
  for (const [plural, draft] of made) {
    const { namespace, name = '' } = draft.metadata;
    if (!context.store.get(plural, namespace, name)) context.create(plural, draft);
  }
}

function certificateFor({ motion: { context } }: OpenCluster): Made {
  const pair = selfSigned('shop.example.com', { from: context.now() - DAY, to: context.now() + 365 * DAY });
  return secret('prod', 'shop-tls', { 'tls.crt': pair.certificate, 'tls.key': pair.key }, 'kubernetes.io/tls');
}

interface Span {
  from: number;
  to: number;
}

/** Lets a cluster live through a time, from one thing that is due to the next. */
export function live(world: World, { motion }: OpenCluster, { from, to }: Span): void {
  let at = from;
  for (let rounds = 0; at <= to && rounds < 100_000; rounds++) {
    world.at(at, () => motion.step());
    at = Math.max(motion.nextDue() ?? Number.POSITIVE_INFINITY, at + 1);
  }
  world.at(to, () => motion.step());
}

/** The nights that leave a trace, in which something runs, then the last quiet minutes. */
function catchUp(world: World, cluster: OpenCluster, { from, to }: Span): void {
  const { motion } = cluster;
  const nightly = motion.context.read.get('cronjobs', 'prod', 'nightly-report');
  const start = to - NIGHTS * DAY;
  const firstNight = start + ((NIGHTLY_AT - (start % DAY) + DAY) % DAY);
  for (let at = firstNight; nightly && at < to - PRESENT; at += DAY)
    live(world, cluster, { from: at, to: at + SETTLE });
  motion.ground.change((state) => {
    state.past = { from, to };
  });
  live(world, cluster, { from: to - PRESENT, to });
}
