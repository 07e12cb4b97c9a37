import type { Change, ObjectStore } from '../store.ts';

/** One control loop: it is told which of its keys a change concerns, and brings one key a step nearer to what is wanted. */
export interface Controller {
  name: string;
  concerns(change: Change): readonly string[];
  /** May return the moment, in world milliseconds, at which to look at this key again without any change. */
  reconcile(key: string): number | undefined;
}

/** What drives the control loops. */
export interface Engine {
  add(controller: Controller): void;
  /** Looks at a key soon, or at a moment. */
  enqueue(controller: string, key: string, at?: number): void;
  /** Does all work that is due at this moment, and all that follows from it at once. */
  step(): void;
  /** The next moment at which something is due; undefined when nothing will happen by itself. */
  nextDue(): number | undefined;
  stop(): void;
}

interface EngineOptions {
  store: ObjectStore;
  /** Runs work for which time stands still: a loop that read two times would lose what became due between them. */
  atOneMoment: <T>(work: () => T) => T;
  /** World seconds in a real second. */
  speed: number;
  /** Told of a control loop that threw; the loop tries that key again after a while. */
  report: (error: unknown, key: string) => void;
}

interface Item {
  controller: Controller;
  key: string;
}

/** Real milliseconds of work before others get the thread. */
const SLICE_MS = 8;
const SHORTEST_TIMER_MS = 15;
const LONGEST_TIMER_MS = 60_000;
/** World milliseconds after which a key whose loop threw is tried again. */
const RETRY_MS = 30_000;
/** More loops in one moment than any real change needs: two controllers are undoing each other. */
const RUNAWAY = 200_000;

/** Runs control loops on changes of a store and on the world's clock. An idle world costs nothing. */
export function createEngine({ store, atOneMoment, speed, report }: EngineOptions): Engine {
  const controllers = new Map<string, Controller>();
  const dirty = new Map<string, Item>();
  const due = new Map<string, Item & { at: number }>();
  let timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  let stopped = false;
  let stepping = false;

  const unsubscribe = store.subscribe((change) => {
    const before = dirty.size;
    for (const controller of controllers.values()) {
      for (const key of controller.concerns(change)) mark(controller, key);
    }
    // A change that concerns nobody must not put off what is due.
    if (!stepping && dirty.size > before) schedule();
  });

  function mark(controller: Controller, key: string): void {
    dirty.set(`${controller.name} ${key}`, { controller, key });
  }

  function collectDue(): void {
    const now = store.now();
    for (const [id, item] of due) {
      if (item.at > now) continue;
      due.delete(id);
      dirty.set(id, item);
    }
  }

  function runOne(): boolean {
    const [id, item] = dirty.entries().next().value ?? [];
    if (!id || !item) return false;
    dirty.delete(id);
    due.delete(id);
    const at = attempt(item);
    if (at !== undefined && !stopped) due.set(id, { ...item, at });
    return true;
  }

  function attempt({ controller, key }: Item): number | undefined {
    try {
      return atOneMoment(() => controller.reconcile(key));
    } catch (error) {
      report(error, `${controller.name} ${key}`);
      return store.now() + RETRY_MS;
    }
  }

  function step(): void {
    stepping = true;
    try {
      for (let count = 0; ; count++) {
        if (dirty.size === 0) collectDue();
        if (stopped || !runOne()) return;
        if (count > RUNAWAY) throw new Error(`Control loops do not come to rest: ${[...dirty.keys()].slice(0, 5)}`);
      }
    } finally {
      stepping = false;
      schedule();
    }
  }

  function slice(): void {
    stepping = true;
    const until = performance.now() + SLICE_MS;
    collectDue();
    while (!stopped && performance.now() < until && runOne());
    stepping = false;
    schedule();
  }

  function schedule(): void {
    if (stopped) return;
    clearTimeout(timer as NodeJS.Timeout);
    clearImmediate(timer as NodeJS.Immediate);
    if (dirty.size > 0) {
      timer = setImmediate(slice);
      return;
    }
    const at = nextDue();
    if (at === undefined) return;
    const real = (at - store.now()) / speed;
    timer = setTimeout(slice, Math.min(LONGEST_TIMER_MS, Math.max(SHORTEST_TIMER_MS, real)));
    timer.unref();
  }

  function nextDue(): number | undefined {
    let least: number | undefined;
    for (const { at } of due.values()) if (least === undefined || at < least) least = at;
    return least;
  }

  return {
    add: (controller) => {
      controllers.set(controller.name, controller);
    },
    enqueue: (name, key, at) => {
      const controller = controllers.get(name);
      if (!controller) return;
      if (at === undefined) mark(controller, key);
      else due.set(`${name} ${key}`, { controller, key, at });
      if (!stepping) schedule();
    },
    step,
    nextDue,
    stop: () => {
      stopped = true;
      unsubscribe();
      clearTimeout(timer as NodeJS.Timeout);
      clearImmediate(timer as NodeJS.Immediate);
    },
  };
}
