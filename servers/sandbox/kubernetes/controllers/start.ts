import type { World } from '../../world.ts';
import type { Motion } from '../cluster.ts';
import { podBlockOf } from '../kubelet/blocks.ts';
import { type Ground, openGround } from '../kubelet/ground.ts';
import { createKubelets, type Kubelets } from '../kubelet/kubelet.ts';
import { logOf } from '../kubelet/logs.ts';
import { measure } from '../kubelet/measure.ts';
import { openRuns, type RunKeeper } from '../kubelet/runs.ts';
import type { ObjectStore } from '../store.ts';
import type { Context } from './context.ts';
import { createEngine } from './engine.ts';
import { createRecorder } from './events.ts';
import { readerOf } from './kinds.ts';
import { controllersOf, keysAtStart } from './registry.ts';

/** A cluster in motion, with what scenarios, metrics and tests need of it beside the objects. */
export interface Moving extends Motion {
  context: Context;
  ground: Ground;
  runs: RunKeeper;
  /** What a pod answers to a GET over plain HTTP; undefined where nobody there speaks HTTP. */
  answer: Kubelets['answer'];
  /** Does all that is due at this moment. */
  step(): void;
  /** When something is due next. */
  nextDue(): number | undefined;
}

/** Whether what moves a cluster is what this file starts. */
export const isMoving = (motion: Motion | undefined): motion is Moving => motion !== undefined && 'step' in motion;

interface MovingCluster {
  id: string;
  store: ObjectStore;
  world: World;
  /** Told of a control loop that threw; default: a line on standard error. */
  report?: (error: unknown, key: string) => void;
}

const complain = (error: unknown, key: string): void =>
  console.error(`The sandbox's control loop failed at ${key}:`, error);

/** Sets a cluster in motion: nodes, controllers, kubelets, on the world's clock. */
export function startControllers({ id, store, world, report = complain }: MovingCluster): Moving {
  const engine = createEngine({
    store,
    atOneMoment: (work) => world.at(world.now(), work),
    speed: world.speed,
    report,
  });
  const ground = openGround(world, id);
  const runs = openRuns(world, id);
  const context: Context = {
    clusterId: id,
    store,
    read: readerOf(store),
    record: createRecorder(store),
    ground,
    now: () => store.now(),
    stamp: () => new Date(store.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    create: (plural, draft) => store.create(plural, draft),
    serverEnv: (pod) => kubelets.serverEnv(pod),
    podBlock: (node) => podBlockOf(world, id, node),
    wake: (controller, key, at) => engine.enqueue(controller, key, at),
  };
  const kubelets = createKubelets(context, runs);
  for (const controller of [...controllersOf(context, world, runs), kubelets.controller]) engine.add(controller);
  for (const [controller, key] of keysAtStart(context)) engine.enqueue(controller, key);
  const unsubscribe = ground.subscribe(() => {
    kubelets.wakeAll();
    for (const [controller, key] of keysAtStart(context)) engine.enqueue(controller, key);
  });
  return {
    context,
    ground,
    runs,
    answer: kubelets.answer,
    step: engine.step,
    nextDue: engine.nextDue,
    stop: () => {
      unsubscribe();
      engine.stop();
    },
    logs: (run) => logOf({ pods: runs.all(), now: store.now() }, run),
    usage: measure(context, runs),
  };
}
