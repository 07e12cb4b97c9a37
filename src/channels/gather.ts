import type { Readings, SeenApproval, SeenIncident, SeenTask } from './ports.ts';
import { concerns, concernsCluster, isHeldBack } from './scope.ts';
import type { ChannelValues } from './settings.ts';

/** What has happened in a place's clusters since a time. What could not be read is undefined, never empty. */
export interface Gathered {
  since: number;
  now: number;
  incidents: Incidents | undefined;
  tasks: { done: SeenTask[]; failed: SeenTask[] } | undefined;
  waiting: SeenApproval[] | undefined;
}

interface Incidents {
  open: SeenIncident[];
  /** Over since, by a change of the bot. */
  healed: SeenIncident[];
  /** Over since, by themselves or by people. */
  resolved: SeenIncident[];
  /** Not told when they began, since it was quiet. */
  heldBack: SeenIncident[];
}

export interface GatherOptions {
  readings: Readings;
  timeZone: string;
  onError: (error: unknown, where: string) => void;
}

/** What is read of all there is, newest first. */
const MOST = 1000;

/** `sees` leaves out what a person may not see. */
export interface Wanted {
  values: ChannelValues;
  since: number;
  now: number;
  sees?: { task(task: SeenTask): boolean; approval(approval: SeenApproval): boolean };
}

export async function gather({ readings, timeZone, onError }: GatherOptions, wanted: Wanted): Promise<Gathered> {
  const { values, since, now, sees } = wanted;
  const reading = <T>(what: string, work: Promise<T>) =>
    work.catch((error: unknown) => {
      onError(error, `digest ${what}`);
      return undefined;
    });
  const [found, tasks, approvals] = await Promise.all([
    reading('incidents', readings.incidents.list({ open: false, limit: MOST })),
    reading('tasks', readings.tasks.list(MOST)),
    reading('approvals', readings.approvals.pending()),
  ]);
  const here = ({ plan }: SeenTask | SeenApproval) =>
    concernsCluster(values, { name: plan.cluster, environment: plan.environment });
  const ended = tasks?.filter(
    (task) => (task.endedAt ?? 0) >= since && here(task) && (sees === undefined || sees.task(task)),
  );
  return {
    since,
    now,
    incidents: found && sorted(found, { values, since, timeZone }),
    tasks: ended && {
      done: ended.filter(({ state }) => state === 'succeeded'),
      failed: ended.filter(({ state }) => state === 'failed' || state === 'undone'),
    },
    waiting: approvals?.filter((one) => here(one) && (sees === undefined || sees.approval(one))),
  };
}

function sorted(found: SeenIncident[], { values, since, timeZone }: SortOptions): Incidents {
  const mine = found.filter((incident) => concerns(values, incident));
  const over = mine.filter(({ resolvedAt = 0, state }) => state === 'resolved' && resolvedAt >= since);
  const isHealed = ({ attempts }: SeenIncident) => attempts.some(({ state }) => state === 'verified');
  return {
    open: mine.filter(({ state }) => state !== 'resolved'),
    healed: over.filter(isHealed),
    resolved: over.filter((incident) => !isHealed(incident)),
    heldBack: mine.filter(
      ({ openedAt, severity }) => openedAt >= since && isHeldBack(values, { severity, at: openedAt, timeZone }),
    ),
  };
}

interface SortOptions {
  values: ChannelValues;
  since: number;
  timeZone: string;
}
