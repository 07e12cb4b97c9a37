import { memoryText, parseQuantity } from '../../../src/flow/quantity.ts';
import type { Alert } from '../evidence.ts';
import { type EvidenceLine, type ObjectRef, refKey, type Verdict } from '../finding.ts';
import type { Pod } from '../kinds.ts';
import { logLine, metricLine, objectLine, symptomOf } from '../lines.ts';
import { containersOf, isActive, isFailing, isReady, type PodContainer } from '../pods.ts';
import { quoted } from '../promql.ts';
import type { Remedy } from '../remedies/remedy.ts';
import type { Scene } from '../scene.ts';
import { matchOf, readLog } from './log-signatures.ts';
import { claimRef, claimsOf, type StorageLook } from './storage-look.ts';

/** Volumes without room: by the kubelet's figures, by the failing program's last words, by a critical alert. */

/** Below this share a volume counts as full; the threshold of kubernetes-mixin's KubePersistentVolumeFillingUp. */
const LEAST_FREE = 0.03;
/** Pods of one owner whose logs are read. */
const READ = 2;
/** And of all owners together. */
const READ_IN_ALL = 6;
/** Of a container that still runs only what it said lately counts. */
const RECENT_LINES = 50;

interface Full {
  claim: ObjectRef;
  confidence: 'proven' | 'likely';
  detail: string;
  line: EvidenceLine;
}

export async function fullVolumes(look: StorageLook): Promise<Verdict[]> {
  const { scene } = look;
  const mounting = scene.pods.filter((pod) => isActive(pod) && pod.spec.nodeName && claimsOf(pod).length > 0);
  if (mounting.length === 0) return [];
  const measured = await byMetrics(scene, mounting);
  const found = [...(measured ?? []), ...(await byLogs(scene, mounting))];
  if (!measured) found.push(...scene.scope.alerts.flatMap((alert) => byAlert(alert) ?? []));
  const groups = [...Map.groupBy(found, ({ claim }) => refKey(claim)).values()];
  return Promise.all(groups.map((group) => verdictOf(look, group)));
}

/** Undefined where there are no figures at all. */
async function byMetrics({ scope, metrics }: Scene, mounting: readonly Pod[]): Promise<Full[] | undefined> {
  const where = scope.namespace === undefined ? '' : `{namespace=${quoted(scope.namespace)}}`;
  const promql = `kubelet_volume_stats_available_bytes${where} / kubelet_volume_stats_capacity_bytes${where} < ${LEAST_FREE}`;
  const series = await metrics(promql);
  const mounted = new Map(mounting.flatMap((pod) => claimsOf(pod).map((claim) => [refKey(claim), claim])));
  return series?.flatMap(({ metric, points }): Full[] => {
    const { namespace = '', persistentvolumeclaim: name = '' } = metric;
    const claim = mounted.get(refKey({ kind: 'PersistentVolumeClaim', namespace, name }));
    const free = points.at(-1)?.[1];
    if (!claim || free === undefined || !(free < LEAST_FREE)) return [];
    const detail = `${(free * 100).toFixed(1)} % free`;
    return [{ claim, confidence: 'proven', detail, line: metricLine(promql, `${namespace}/${name}: ${detail}`) }];
  });
}

async function byLogs(scene: Scene, mounting: readonly Pod[]): Promise<Full[]> {
  const found: Full[] = [];
  const read = new Map<string, number>();
  let reads = 0;
  for (const pod of mounting) {
    if (isReady(pod)) continue;
    if (reads >= READ_IN_ALL) break;
    const owner = refKey(scene.workloadOf(pod).ref);
    const times = read.get(owner) ?? 0;
    const suspect = containersOf(pod).find((one) => isSuspect(one, pod, scene.now));
    if (!suspect || times >= READ) continue;
    read.set(owner, times + 1);
    reads++;
    const full = await byLog(scene, pod, suspect);
    if (full) found.push(full);
  }
  return found;
}

/** It fails, or runs without getting ready, and writes to a claim. */
function isSuspect({ container, status }: PodContainer, pod: Pod, now: number): boolean {
  if (!status || claimMounts(pod, container).length === 0) return false;
  return isFailing(status, now) || (status.state.running !== undefined && !status.ready);
}

function claimMounts({ spec, metadata }: Pod, { volumeMounts }: PodContainer['container']) {
  return volumeMounts.flatMap(({ name, mountPath, readOnly }) => {
    const claim = spec.volumes.find((volume) => volume.name === name)?.persistentVolumeClaim;
    if (!claim || readOnly || !mountPath) return [];
    const { namespace } = metadata;
    const ref = { kind: 'PersistentVolumeClaim', ...(namespace !== undefined && { namespace }), name: claim.claimName };
    return [{ ref, mountPath: mountPath.replace(/\/$/, '') }];
  });
}

async function byLog(scene: Scene, pod: Pod, { container, status }: PodContainer): Promise<Full | undefined> {
  const log = status && (await scene.failingLogs(pod, status));
  if (!log || !status) return undefined;
  const match = matchOf(readLog(log), 'disk-full');
  if (!match || (!isFailing(status, scene.now) && match.fromEnd > RECENT_LINES)) return undefined;
  const mounts = claimMounts(pod, container);
  const path = match.file ?? pathIn(match.line);
  const [only, ...others] = mounts;
  const hit = path?.startsWith('/')
    ? mounts.find(({ mountPath }) => isUnder(path, mountPath))
    : others.length === 0 && only;
  if (!hit) return undefined;
  return {
    claim: hit.ref,
    confidence: path?.startsWith('/') ? 'proven' : 'likely',
    detail: match.line.slice(0, 160),
    line: logLine(log, match.line),
  };
}

function isUnder(path: string, mountPath: string): boolean {
  return path === mountPath || path.startsWith(`${mountPath}/`);
}

/** The last absolute path in a line that says that the disk is full. */
function pathIn(line: string): string | undefined {
  return line
    .slice(0, 1500)
    .match(/(?<![\w:/.])\/[\w.@%+/-]{1,250}/g)
    ?.at(-1);
}

function byAlert({ labels }: Alert): Full | undefined {
  const { alertname = '', severity, namespace, persistentvolumeclaim: name } = labels;
  if (!name || severity !== 'critical' || !/(?:volume|pvc|disk|storage)/i.test(alertname)) return undefined;
  if (!/(?:full|fill|space|usage)/i.test(alertname)) return undefined;
  const claim = { kind: 'PersistentVolumeClaim', ...(namespace !== undefined && { namespace }), name };
  const line = { source: `alert ${alertname}`, text: `severity=critical persistentvolumeclaim=${name}` };
  return { claim, confidence: 'likely', detail: alertname, line };
}

async function verdictOf(look: StorageLook, group: readonly Full[]): Promise<Verdict> {
  const [first] = group.toSorted((a, b) => Number(b.confidence === 'proven') - Number(a.confidence === 'proven'));
  const object = first?.claim ?? { kind: 'PersistentVolumeClaim', name: '?' };
  const stored = look.claims.items.find((claim) => refKey(claimRef(claim)) === refKey(object));
  const size = stored?.status.capacity.storage ?? stored?.spec.resources.requests.storage;
  const users = look.usersOf(object);
  return {
    cause: 'VolumeFull',
    confidence: first?.confidence ?? 'likely',
    object,
    params: { detail: first?.detail ?? '' },
    evidence: [...group.slice(0, 3).map(({ line }) => line), ...(size ? [objectLine(object, `capacity ${size}`)] : [])],
    symptoms: users
      .filter((pod) => !isReady(pod))
      .slice(0, 50)
      .map(symptomOf),
    explains: [
      ...new Map(users.map((pod) => [refKey(look.scene.workloadOf(pod).ref), look.scene.workloadOf(pod).ref])).values(),
    ],
    remedies: await expansion(look, object, stored?.spec.storageClassName, size),
  };
}

/** Twice the size, where the class lets volumes grow. */
async function expansion(
  { scene }: StorageLook,
  target: ObjectRef,
  className: string | undefined,
  size: string | undefined,
): Promise<Remedy[]> {
  const bytes = parseQuantity(size);
  if (!className || size === undefined || bytes === undefined) return [];
  const storageClass = await scene.find('StorageClass', undefined, className);
  if (storageClass === undefined || storageClass === 'unknown' || !storageClass.allowVolumeExpansion) return [];
  return [{ id: 'expand-volume', target, from: size, to: memoryText(bytes * 2) }];
}
