import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMoving, startControllers } from '../servers/sandbox/kubernetes/controllers/start.ts';
import { live, type OpenCluster, seedDemo } from '../servers/sandbox/kubernetes/demo.ts';
import { openKubernetes } from '../servers/sandbox/kubernetes/open.ts';
import { RESOURCES } from '../servers/sandbox/kubernetes/resources.ts';
import { breakIt, findScenario, mendIt } from '../servers/sandbox/kubernetes/scenarios/switch.ts';
import type { Draft } from '../servers/sandbox/kubernetes/store.ts';
import { startSandbox } from '../servers/sandbox/sandbox.ts';
import { openWorld } from '../servers/sandbox/world.ts';
import type { Step } from './scenario.ts';

/** A world of its own for each scenario: it is lived through from one due moment to the next, then stands still while it is looked at. */
export interface Stage {
  /** Where the world is served. */
  url: string;
  close(): Promise<void>;
}

/** The moment at which every scenario begins: the same one, so that a run can be repeated. */
const START = Date.parse('2026-11-24T04:00:00Z');
const MINUTE = 60_000;
/** World time between two looks for a symptom. */
const LOOK_MS = MINUTE;

/** Lives through the steps and serves what has become of the demo. Throws where a step is impossible, or its symptom never shows. */
export async function stage(steps: readonly Step[]): Promise<Stage> {
  const dataDir = seededFolder();
  const forget = () => rmSync(dataDir, { recursive: true, force: true });
  try {
    const now = await play(dataDir, steps);
    const sandbox = await startSandbox({ dataDir, speed: 1, clock: () => now });
    return {
      url: sandbox.url,
      async close() {
        await sandbox.close();
        forget();
      },
    };
  } catch (error) {
    forget();
    throw error;
  }
}

let seeded: string | undefined;

/** A folder with the demo in it: made once, copied for each scenario. */
function seededFolder(): string {
  if (seeded === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'eval-seed-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    enter(made, () => START).leave();
    seeded = made;
  }
  const copy = mkdtempSync(join(tmpdir(), 'eval-'));
  cpSync(seeded, copy, { recursive: true });
  return copy;
}

function enter(dataDir: string, clock: () => number) {
  const world = openWorld({ dataDir, speed: 1, clock });
  const kubernetes = openKubernetes(world, startControllers);
  const cluster = seedDemo(world, (id) => {
    const motion = kubernetes.cluster(id)?.motion;
    return isMoving(motion) ? { id, motion } : undefined;
  });
  const leave = () => {
    kubernetes.close();
    world.close();
  };
  return { world, cluster, leave };
}

async function play(dataDir: string, steps: readonly Step[]): Promise<number> {
  let now = START;
  const { world, cluster, leave } = enter(dataDir, () => now);
  const pass = (ms: number) => {
    live(world, cluster, { from: now, to: now + ms });
    now += ms;
  };
  try {
    for (const step of steps) {
      // Whoever runs several scenarios at once gets a turn.
      await new Promise(setImmediate);
      if ('pass' in step) pass(step.pass * MINUTE);
      else if ('until' in step) waitFor(step, cluster, pass);
      else act(cluster, step);
    }
    return now;
  } finally {
    leave();
  }
}

function waitFor(
  { until, within }: Extract<Step, { until: string }>,
  cluster: OpenCluster,
  pass: (ms: number) => void,
) {
  const wanted = new RegExp(until);
  for (let waited = 0; waited <= within * MINUTE; waited += LOOK_MS) {
    if (wanted.test(symptoms(cluster))) return;
    pass(LOOK_MS);
  }
  throw new Error(`"${until}" does not show within ${within} minutes. What shows: ${symptoms(cluster) || 'nothing'}`);
}

function act(cluster: OpenCluster, step: Exclude<Step, { pass: number } | { until: string }>): void {
  const { context } = cluster.motion;
  if ('break' in step || 'mend' in step) {
    const id = 'break' in step ? step.break : step.mend;
    const scenario = findScenario(id);
    if (!scenario) throw new Error(`The sandbox has no scenario ${id}`);
    ('break' in step ? breakIt : mendIt)(context, scenario);
    return;
  }
  if ('create' in step) {
    const draft = step.create as unknown as Draft;
    context.create(pluralOf(String(draft.kind)), withMoment(draft, context.stamp()));
    return;
  }
  const { kind, namespace, name, set } = step.change;
  const plural = pluralOf(kind);
  const before = context.store.get(plural, namespace, name);
  if (!before) throw new Error(`The scenario needs ${kind} ${namespace ?? ''}/${name}, which is not there`);
  const next = structuredClone(before);
  for (const [path, value] of Object.entries(set))
    assign(next as unknown as Record<string, unknown>, path.split('|'), value);
  context.store.update(plural, next);
}

function pluralOf(kind: string): string {
  const plural = RESOURCES.find((one) => one.kind === kind)?.plural;
  if (plural === undefined) throw new Error(`The sandbox has no kind ${kind}`);
  return plural;
}

/** An event says when it was; its file cannot know. */
function withMoment(draft: Draft, stamp: string): Draft {
  if (draft.kind !== 'Event') return draft;
  return { ...draft, firstTimestamp: stamp, lastTimestamp: stamp };
}

function assign(target: Record<string, unknown>, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    if (value === null) delete target[key];
    else target[key] = value;
    return;
  }
  target[key] ??= {};
  assign(target[key] as Record<string, unknown>, rest, value);
}

/** What one sees first: pods that wait, ended badly or are not ready, and warnings. */
function symptoms({ motion: { context } }: OpenCluster): string {
  const pods = context.read.list('pods').flatMap(({ metadata, status }) => {
    if (status?.phase === 'Succeeded') return [];
    const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    const waits = states.flatMap(({ state, lastState }) => [
      state.waiting?.reason,
      state.waiting?.message,
      lastState.terminated?.reason,
    ]);
    const wrong = (status?.conditions ?? [])
      .filter((each) => each.status !== 'True')
      .map(({ type, reason, message }) => `${type} ${reason ?? ''} ${message ?? ''}`);
    const said = [...waits, ...wrong, status?.reason].filter((each) => each !== undefined);
    return said.length === 0 ? [] : [`${metadata.namespace}/${metadata.name} ${said.join(' | ')}`];
  });
  const events = context.read.list('events').filter(({ type }) => type === 'Warning');
  return [...pods, ...events.map(({ reason, message }) => `${reason}: ${message}`)].join('\n');
}
