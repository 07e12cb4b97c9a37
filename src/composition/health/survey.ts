import { basename, extname } from 'node:path';
import { z } from 'zod';
import { surveyFrom } from '../../../servers/ack/kube/survey/pages.ts';
import { surveyObjects } from '../../../servers/ack/kube/survey/read.ts';
import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import type { UserRef } from '../../chat/types.ts';
import type { ToolError, ToolGateway } from '../../tools/types.ts';
import { completeness, newestTime } from '../evidence/snapshot.ts';
import { readSnapshotFiles, type SnapshotFiles } from '../evidence/snapshot-files.ts';
import { type Outline, type SurveySink, SurveyUnreadable } from './outline.ts';

/** Where the survey of a report comes from: a live cluster, page by page, or a folder of files. */

export type Surveyed = { ok: true; outline: Outline } | { ok: false; why: string; kind: 'absent' | 'lost' };

interface Asked {
  /** Id or name. */
  clusterId: string;
  actor: UserRef | 'system';
  signal?: AbortSignal;
}

/** A cluster of 50,000 pods takes half a minute where the machine has nothing else to do. */
const surveyMs = 300_000;
/** The second one where the first was forgotten half-way. */
const attempts = 2;
const answer = z.object({ page: z.record(z.string(), z.unknown()), cursor: z.string().optional() });

/** The survey of a live cluster, into a sink. Rejects only where the sink breaks. */
export async function readSurvey(gateway: ToolGateway, asked: Asked, sink: SurveySink): Promise<Surveyed> {
  let failed: Pick<ToolError, 'code' | 'message'> = { code: 'UNKNOWN', message: '' };
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const found = await onePass(gateway, asked, sink);
    if ('outline' in found) return { ok: true, outline: found.outline };
    failed = found.error;
    if (!found.halfWay || asked.signal?.aborted) break;
  }
  const kind = failed.code === 'NOT_CONFIGURED' ? 'absent' : 'lost';
  return { ok: false, why: `${failed.code}: ${failed.message}`, kind };
}

type Pass = { outline: Outline } | { error: Pick<ToolError, 'code' | 'message'>; halfWay: boolean };

async function onePass(gateway: ToolGateway, { clusterId, actor, signal }: Asked, sink: SurveySink): Promise<Pass> {
  sink.begin();
  let cursor: string | undefined;
  do {
    const result = await gateway.read({
      tool: 'k8s_survey',
      args: { clusterId, ...(cursor !== undefined && { cursor }) },
      actor,
      ...(signal && { signal }),
      timeoutMs: surveyMs,
    });
    if (!result.ok) return { error: result.error, halfWay: cursor !== undefined };
    const given = answer.safeParse(result.data);
    if (!given.success) return unreadable(z.prettifyError(given.error).slice(0, 500));
    sink.add(given.data.page);
    cursor = given.data.cursor;
  } while (cursor !== undefined);
  try {
    return { outline: await sink.end() };
  } catch (error) {
    if (error instanceof SurveyUnreadable) return unreadable(error.message);
    throw error;
  }
}

const unreadable = (message: string): Pass => ({ error: { code: 'OUTPUT_INVALID', message }, halfWay: false });

/** What `kubectl cluster-info dump` always writes: where one of these is missing, it was lost. */
const alwaysDumped = new Set([
  'Node',
  'Pod',
  'Event',
  'Service',
  'Deployment',
  'ReplicaSet',
  'DaemonSet',
  'ReplicationController',
]);

/** The same of a folder of files. Throws SNAPSHOT_UNREADABLE. `now` is when it was taken; without it, the newest time that it tells of. */
export function surveyOfSnapshot(directory: string, now?: number): Survey {
  const files = readSnapshotFiles(directory);
  const namespaces = [...new Set(files.objects.flatMap(({ namespace }) => namespace ?? []))];
  const isKnown = completeness(files, namespaces);
  const byKind = Map.groupBy(files.objects, ({ kind }) => kind);
  const assembled = surveyObjects({
    now: now ?? newestTime(files) ?? Date.now(),
    itemsOf: (kind) => (byKind.get(kind) ?? []).map(({ raw }) => raw),
    readingOf: (kind) => (isKnown(kind, undefined) ? { kind, state: 'complete' } : missing(kind, files)),
  });
  return surveyFrom(assembled);
}

function missing(kind: string, { broken }: SnapshotFiles): Survey['readings'][number] {
  const unread = broken.find(({ file }) => isNamedAfter(kind, file));
  if (unread) return { kind, state: 'lost', why: `${unread.file} could not be read: ${unread.why}` };
  const why = `the snapshot holds no list of ${kind}`;
  return { kind, state: alwaysDumped.has(kind) ? 'lost' : 'absent', why };
}

/** `persistent-volumes.json`, `pvs/persistentvolumelist.yaml`: as people and kubectl name files. */
function isNamedAfter(kind: string, file: string): boolean {
  const name = basename(file, extname(file))
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
  const own = kind.toLowerCase();
  return [own, `${own}s`, `${own}es`, own.replace(/y$/, 'ies'), `${own}list`].includes(name);
}
