import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { conditionOf } from '../../../../servers/sandbox/kubernetes/controllers/context.ts';
import type { Pod } from '../../../../servers/sandbox/kubernetes/controllers/kinds.ts';
import { isMoving, type Moving, startControllers } from '../../../../servers/sandbox/kubernetes/controllers/start.ts';
import { live, seedDemo } from '../../../../servers/sandbox/kubernetes/demo.ts';
import type { KubeObject } from '../../../../servers/sandbox/kubernetes/objects.ts';
import { openKubernetes } from '../../../../servers/sandbox/kubernetes/open.ts';
import type { Draft } from '../../../../servers/sandbox/kubernetes/store.ts';
import { openWorld } from '../../../../servers/sandbox/world.ts';
import { START, seededFolder } from './harness.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = seededFolder();
}, 60_000);
afterEach(() => rmSync(dataDir, { recursive: true }));

function startWorld() {
  let now = START;
  let tick = 0;
  const clock = () => {
    now += tick;
    return now;
  };
  const world = openWorld({ dataDir, speed: 1, clock });
  const errors: unknown[] = [];
  const report = (error: unknown) => void errors.push(error);
  const kubernetes = openKubernetes(world, (cluster) => startControllers({ ...cluster, report }));
  const open = (id: string): { id: string; motion: Moving } | undefined => {
    const motion = kubernetes.cluster(id)?.motion;
    return isMoving(motion) ? { id, motion } : undefined;
  };
  const cluster = seedDemo(world, open);
  const { store } = cluster.motion.context;
  return {
    store,
    create: cluster.motion.context.create,
    errors,
    /** Does what is due, with so many milliseconds passing at each look at the clock, as in a quick world on a busy machine. */
    stepBusily: (each: number) => {
      tick = each;
      for (let round = 0; round < 40; round++) cluster.motion.step();
      tick = 0;
    },
    pass: (seconds: number) => {
      live(world, cluster, { from: now, to: now + seconds * 1000 });
      now += seconds * 1000;
    },
    close: () => {
      kubernetes.close();
      world.close();
    },
  };
}

const NAMES = Array.from({ length: 8 }, (_, n) => `lone-${n}`);
const lone = (name: string): Draft => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'staging' },
  spec: { containers: [{ name: 'web', image: 'nginx:1.27', readinessProbe: { httpGet: { path: '/', port: 80 } } }] },
});
const isReady = (pod: KubeObject | undefined): boolean =>
  conditionOf(pod as Pod | undefined, 'Ready')?.status === 'True';

test('what becomes due while a control loop is at work is not forgotten: every pod starts', () => {
  const world = startWorld();
  for (const [n, name] of NAMES.entries()) {
    world.create('pods', lone(name));
    world.stepBusily(56 + 5 * n);
  }
  world.pass(30);
  expect(world.errors).toEqual([]);
  expect(NAMES.filter((name) => !isReady(world.store.get('pods', 'staging', name)))).toEqual([]);
  world.close();
});
