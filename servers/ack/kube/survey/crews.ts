import type { Collectors } from './collectors.ts';
import { keyOf, type Owner } from './owners.ts';
import type { Crew } from './pods.ts';
import type { SurveyWorkload } from './survey.ts';
import { by, sorted } from './values.ts';
import { plainRow, type WorkloadRow } from './workloads.ts';

/** Workloads from what they tell of themselves and what their pods tell of them. */

type Made = Omit<SurveyWorkload, 'shape'> & { key: string; shapeId: number };

/**
 * All workloads in order. `targets` are what autoscalers aim at: of a kind that was not read, or not to the end, one that nobody has
 * seen may be there all the same, and is listed so that it does not count as missing.
 */
export function workloadsOf(
  all: Collectors,
  targets: { namespace: string; owner: Owner }[],
  isRead: (kind: string) => boolean,
): Made[] {
  const { deployments, statefulSets, daemonSets, jobs, cronJobs, pods, replicaSets } = all;
  const rows = [deployments, statefulSets, daemonSets, jobs, cronJobs].flatMap((collector) => collector.rows);
  const made = new Map(rows.map((row) => [row.key, fromRow(row, pods.crews.get(row.key), replicaSets)]));
  for (const [key, crew] of pods.crews)
    if (!made.has(key)) made.set(key, fromCrew(key, crew, replicaSets.revisions(key)?.replicas));
  for (const { namespace, owner } of targets) {
    const key = keyOf(namespace, owner);
    if (!made.has(key) && !isRead(owner.kind)) made.set(key, unseen(key, namespace, owner));
  }
  return [...made.values()].sort(by(({ namespace, kind, name }) => `${namespace}\0${kind}\0${name}`));
}

function fromRow(row: WorkloadRow, crew: Crew | undefined, replicaSets: Collectors['replicaSets']): Made {
  const { template, ...rest } = row;
  const changedAt = changeOf(row, crew, replicaSets);
  const isShort = row.available < row.desired;
  const shortSince = isShort ? (row.shortSince ?? crew?.shortSince) : undefined;
  delete rest.shortSince;
  return {
    ...rest,
    ...(changedAt !== undefined && { changedAt }),
    ...(shortSince !== undefined && { shortSince }),
    shapeId: template ?? crew?.shape ?? -1,
  };
}

/**
 * The newest revision tells when the template changed, unless an older one was made the current one again. Where no revisions are
 * read it is when the first pod of the newest was made.
 */
function changeOf(
  row: WorkloadRow,
  crew: Crew | undefined,
  replicaSets: Collectors['replicaSets'],
): number | undefined {
  if (row.kind !== 'Deployment')
    return row.changedAt ?? (crew && crew.revisions.size > 0 ? Math.max(...crew.revisions.values()) : undefined);
  const revisions = replicaSets.revisions(row.key);
  if (!revisions) return row.changedAt;
  const wentBack = revisions.newest > revisions.createdAt;
  return wentBack ? Math.max(revisions.newest, row.changedAt ?? 0) : revisions.createdAt;
}

/** Known by its pods only: bare ones, those of other controllers, and what was made while the lists were read. */
function fromCrew(key: string, { owner, namespace, live, ready, ...crew }: Crew, replicas: number | undefined): Made {
  const desired = replicas ?? live;
  const shortSince = ready < desired ? crew.shortSince : undefined;
  return {
    ...plainRow,
    ...{ key, kind: owner.kind, namespace, name: owner.name, desired, updated: live, ready, available: ready },
    labels: sorted(crew.labels),
    createdAt: crew.createdAt,
    ...(shortSince !== undefined && { shortSince }),
    // A bare pod is not made anew.
    shapeId: owner.kind === 'Pod' ? -1 : crew.shape,
  };
}

const unseen = (key: string, namespace: string, { kind, name }: Owner): Made => ({
  ...plainRow,
  ...{
    key,
    kind,
    namespace,
    name,
    desired: 0,
    updated: 0,
    ready: 0,
    available: 0,
    labels: {},
    createdAt: 0,
    shapeId: -1,
  },
});
