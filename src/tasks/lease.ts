import type { Collection } from '../storage/store.ts';
import type { Task } from './types.ts';

/** Another runner has the task: whatever this one does now would be a second effect. */
export class LostLease extends Error {
  readonly code = 'LEASE_LOST';
}

export const LEASE_MS = 10_000;

/** A task in the hands of one runner. Every save is a compare-and-set under its fence, so an old owner can write nothing. */
export interface Lease {
  task(): Task;
  /** Applies the change to what is stored now; `change` may throw to leave it. Throws LostLease when the task was taken over. */
  save(change: (task: Task) => Partial<Task>): Promise<Task>;
  /** Shows others that its holder lives, and reads what they changed. Throws LostLease when the task was taken over. */
  renew(): Promise<void>;
  /** Gives an unfinished task back. */
  release(): Promise<void>;
}

export interface LeaseOptions {
  tasks: Collection<Task>;
  owner: string;
  clock: () => number;
  onChange: (task: Task) => void;
}

/** Takes the task. Undefined when it has ended, or when `isFree` says that another runner is at work on it. */
export async function takeLease(
  options: LeaseOptions,
  id: string,
  isFree: (task: Task) => boolean,
): Promise<Lease | undefined> {
  const { tasks, owner, clock } = options;
  for (;;) {
    const stored = await tasks.get(id);
    if (!stored || isEnded(stored) || !isFree(stored)) return undefined;
    const leaseUntil = clock() + LEASE_MS;
    const { rev, fence } = stored;
    const taken: Task = { ...stored, rev: rev + 1, fence: fence + 1, owner, leaseUntil, state: 'running' };
    if (await tasks.replace(taken)) return hold(options, taken);
  }
}

function hold({ tasks, clock, onChange }: LeaseOptions, taken: Task): Lease {
  let current = taken;
  let turn: Promise<unknown> = Promise.resolve();

  async function write(change: (task: Task) => Partial<Task>): Promise<Task> {
    for (;;) {
      const next: Task = { ...current, leaseUntil: clock() + LEASE_MS, ...change(current), rev: current.rev + 1 };
      if (await tasks.replace(next)) {
        current = next;
        return next;
      }
      const stored = await tasks.get(taken.id);
      if (stored?.fence !== taken.fence) throw new LostLease(`Task ${taken.id} was taken over`);
      current = stored;
    }
  }
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  return {
    task: () => current,
    save: (change) =>
      inTurn(async () => {
        const saved = await write(change);
        onChange(saved);
        return saved;
      }),
    renew: () => inTurn(async () => void (isEnded(current) || (await write(() => ({}))))),
    release: () => inTurn(async () => void (isEnded(current) || (await write(() => ({ leaseUntil: 0 }))))),
  };
}

export function isEnded({ state }: Pick<Task, 'state'>): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'undone' || state === 'cancelled';
}
