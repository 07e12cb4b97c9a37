import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kinds } from '../../../../servers/sandbox/kubernetes/controllers/kinds.ts';
import { isMoving, startControllers } from '../../../../servers/sandbox/kubernetes/controllers/start.ts';
import { live, seedDemo } from '../../../../servers/sandbox/kubernetes/demo.ts';
import { openKubernetes } from '../../../../servers/sandbox/kubernetes/open.ts';
import { openWorld } from '../../../../servers/sandbox/world.ts';

export const START = Date.parse('2026-11-24T04:00:00Z');

let seeded: string | undefined;

/** A folder with a demo that was just made: made once, copied for each test. */
export function seededFolder(): string {
  seeded ??= makeSeed();
  const dataDir = mkdtempSync(join(tmpdir(), 'demo-'));
  cpSync(seeded, dataDir, { recursive: true });
  return dataDir;
}

function makeSeed(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'demo-seed-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const world = openWorld({ dataDir, speed: 1, clock: () => START });
  const kubernetes = openKubernetes(world, startControllers);
  seedDemo(world, (id) => {
    const motion = kubernetes.cluster(id)?.motion;
    return isMoving(motion) ? { id, motion } : undefined;
  });
  kubernetes.close();
  world.close();
  return dataDir;
}

/** The demo's cluster on a clock that stands still until `pass` moves it, from one due moment to the next. */
export function startDemo() {
  const dataDir = seededFolder();
  let now = START;
  const errors: unknown[] = [];
  const report = (error: unknown, key: string) => void errors.push(new Error(key, { cause: error }));
  const enter = () => {
    const world = openWorld({ dataDir, speed: 1, clock: () => now });
    const kubernetes = openKubernetes(world, (cluster) => startControllers({ ...cluster, report }));
    const open = (id: string) => {
      const motion = kubernetes.cluster(id)?.motion;
      return isMoving(motion) ? { id, motion } : undefined;
    };
    const cluster = seedDemo(world, open);
    const { context } = cluster.motion;
    return { world, kubernetes, cluster, context };
  };
  let here = enter();
  const leave = () => {
    here.kubernetes.close();
    here.world.close();
  };
  const pass = (seconds: number) => {
    const to = now + seconds * 1000;
    live(here.world, here.cluster, { from: now, to });
    now = to;
    const [error] = errors;
    if (error) throw error;
  };
  return {
    get motion() {
      return here.cluster.motion;
    },
    get world() {
      return here.world;
    },
    get id() {
      return here.cluster.id;
    },
    get store() {
      return here.context.store;
    },
    get read() {
      return here.context.read;
    },
    pass,
    now: () => now,
    pods: (app: string, namespace = 'prod') =>
      here.context.read.list('pods', namespace).filter(({ metadata }) => metadata.labels?.app === app),
    events: (reason: string) => here.context.read.list('events').filter((event) => event.reason === reason),
    edit: <K extends keyof Kinds>(plural: K, key: [string | undefined, string], change: (object: Kinds[K]) => void) => {
      const object = structuredClone(here.context.read.get(plural, ...key));
      if (!object) throw new Error(`${plural} ${key.join('/')} is not there`);
      change(object);
      return here.context.store.update(plural, object);
    },
    /** Closes the world and opens it again, as a restart does. */
    reopen: () => {
      leave();
      here = enter();
    },
    close: () => {
      leave();
      rmSync(dataDir, { recursive: true });
    },
  };
}

export type TestDemo = ReturnType<typeof startDemo>;
