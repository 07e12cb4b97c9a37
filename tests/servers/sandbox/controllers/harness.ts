import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kinds } from '../../../../servers/sandbox/kubernetes/controllers/kinds.ts';
import { isMoving, startControllers } from '../../../../servers/sandbox/kubernetes/controllers/start.ts';
import { live, seedDemo } from '../../../../servers/sandbox/kubernetes/demo.ts';
import { openKubernetes } from '../../../../servers/sandbox/kubernetes/open.ts';
import { openWorld } from '../../../../servers/sandbox/world.ts';

export const START = Date.parse('2026-11-24T04:00:00Z');

/** The demo's cluster on a clock that stands still until `pass` moves it, from one due moment to the next. */
export function startDemo() {
  const dataDir = mkdtempSync(join(tmpdir(), 'demo-'));
  let now = START;
  const errors: unknown[] = [];
  const world = openWorld({ dataDir, speed: 1, clock: () => now });
  const report = (error: unknown, key: string) => void errors.push(new Error(key, { cause: error }));
  const kubernetes = openKubernetes(world, (cluster) => startControllers({ ...cluster, report }));
  const open = (id: string) => {
    const motion = kubernetes.cluster(id)?.motion;
    return isMoving(motion) ? { id, motion } : undefined;
  };
  const cluster = seedDemo(world, open);
  const { motion } = cluster;
  const { read, store } = motion.context;
  const pass = (seconds: number) => {
    const to = now + seconds * 1000;
    live(world, cluster, { from: now, to });
    now = to;
    const [error] = errors;
    if (error) throw error;
  };
  return {
    world,
    cluster,
    motion,
    store,
    read,
    pass,
    now: () => now,
    pods: (app: string, namespace = 'prod') =>
      read.list('pods', namespace).filter(({ metadata }) => metadata.labels?.app === app),
    events: (reason: string) => read.list('events').filter((event) => event.reason === reason),
    edit: <K extends keyof Kinds>(plural: K, key: [string | undefined, string], change: (object: Kinds[K]) => void) => {
      const object = structuredClone(read.get(plural, ...key));
      if (!object) throw new Error(`${plural} ${key.join('/')} is not there`);
      change(object);
      return store.update(plural, object);
    },
    close: () => {
      kubernetes.close();
      world.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

export type TestDemo = ReturnType<typeof startDemo>;
