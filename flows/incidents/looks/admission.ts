import { parseQuantity } from '../../../src/flow/quantity.ts';
import type { Cause } from '../causes.ts';
import { type ObjectRef, refKey, type Verdict } from '../finding.ts';
import type { Objects } from '../kinds.ts';
import { objectLine, symptomOf } from '../lines.ts';
import { isReady } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { Overdrawn } from './admission-messages.ts';
import { type Refused, refusals } from './admission-refusals.ts';
import { unsaid } from './admission-unsaid.ts';
import { webhookVerdicts } from './admission-webhooks.ts';
import { causeOfQuota } from './quotas.ts';
import { scaledBack } from './scaled-up.ts';

/** What admission refuses. One look for all rules of the area. */

const looks = new WeakMap<Scene, Promise<Verdict[]>>();

/** The rule of one cause over the shared look. */
export function admissionRule(cause: Cause): Rule {
  return {
    cause,
    async examine(scene) {
      const look = looks.get(scene) ?? lookAt(scene);
      looks.set(scene, look);
      return (await look).filter((verdict) => verdict.cause === cause);
    },
  };
}

async function lookAt(scene: Scene): Promise<Verdict[]> {
  const refused = await refusals(scene);
  const told = new Set(refused.map(({ owner }) => refKey(owner)));
  return [
    ...(await quotaVerdicts(scene, refused)),
    ...refused.flatMap((one) => ownVerdict(scene, one) ?? []),
    ...(await webhookVerdicts(scene, refused)),
    ...(await unsaid(scene, told)),
  ];
}

/** Refusals that the owner's own template is to blame for. */
function ownVerdict(scene: Scene, { refusal, owner, line, since }: Refused): Verdict | undefined {
  const causes = {
    'needs-limits': 'QuotaNeedsLimits',
    'limit-range': 'LimitRangeViolated',
    'pod-security': 'PodSecurityDenied',
  } as const;
  if (refusal.kind !== 'needs-limits' && refusal.kind !== 'limit-range' && refusal.kind !== 'pod-security')
    return undefined;
  const quota = refusal.kind === 'needs-limits' ? refusal.quota : '';
  return {
    cause: causes[refusal.kind],
    confidence: 'proven',
    object: owner,
    since,
    params: { detail: refusal.detail, quota },
    evidence: [line, ...shortLine(scene, owner)],
    symptoms: (scene.workload(owner)?.pods ?? [])
      .filter((pod) => !isReady(pod))
      .slice(0, 20)
      .map(symptomOf),
  };
}

/** How many of the wanted pods there are. */
function shortLine(scene: Scene, owner: ObjectRef): Verdict['evidence'] {
  const { object } = scene.workload(owner) ?? {};
  if (!object) return [];
  const { replicas, currentNumberScheduled, desiredNumberScheduled } = object.status;
  const wanted = owner.kind === 'DaemonSet' ? desiredNumberScheduled : (object.spec.replicas ?? 1);
  const there = owner.kind === 'DaemonSet' ? currentNumberScheduled : replicas;
  return [objectLine(owner, `${there ?? 0} of ${wanted ?? 0} pods exist`)];
}

interface QuotaRefusal {
  one: Refused;
  quota: string;
  worst: Overdrawn;
}

/** One verdict for each quota and resource, whoever is refused. */
async function quotaVerdicts(scene: Scene, refused: readonly Refused[]): Promise<Verdict[]> {
  const found = refused.flatMap((one): QuotaRefusal[] => {
    if (one.refusal.kind !== 'quota') return [];
    const worst = worstOf(one.refusal.overdrawn);
    return worst && causeOfQuota(worst.resource) ? [{ one, quota: one.refusal.quota, worst }] : [];
  });
  const groups = Map.groupBy(
    found,
    ({ one, quota, worst }) => `${one.owner.namespace ?? ''}/${quota} ${causeOfQuota(worst.resource)}`,
  );
  const verdicts: Verdict[] = [];
  for (const group of groups.values()) verdicts.push(...(await quotaVerdict(scene, group)));
  return verdicts;
}

async function quotaVerdict(scene: Scene, group: readonly QuotaRefusal[]): Promise<Verdict[]> {
  const [first] = group;
  const cause = first && causeOfQuota(first.worst.resource);
  if (!first || !cause) return [];
  const { namespace } = first.one.owner;
  const object: ObjectRef = { kind: 'ResourceQuota', ...(namespace !== undefined && { namespace }), name: first.quota };
  const stored = await scene.find('ResourceQuota', namespace, first.quota);
  if (stored !== undefined && stored !== 'unknown' && hasRoom(stored, first.worst)) return [];
  const owners = [...new Map(group.map(({ one }) => [refKey(one.owner), one.owner])).values()];
  const { resource, requested, used, limited } = first.worst;
  return [
    {
      cause,
      confidence: 'proven',
      object,
      since: first.one.since,
      params: {
        owner: owners
          .map(({ kind, name }) => `${kind} ${name}`)
          .slice(0, 3)
          .join(', '),
        detail: `${resource}=${requested} (${used} / ${limited})`,
      },
      evidence: [
        ...group.slice(0, 3).map(({ one }) => one.line),
        ...(stored !== undefined && stored !== 'unknown' ? [objectLine(object, quotaText(stored, resource))] : []),
        ...owners.slice(0, 2).flatMap((owner) => shortLine(scene, owner)),
      ],
      explains: owners,
      symptoms: owners.slice(0, 20).map((owner) => ({ ...owner, text: 'pods or other objects are refused' })),
      remedies: (await Promise.all(owners.slice(0, 3).map((owner) => scaledBack(scene, owner)))).flat(),
    },
  ];
}

function quotaText({ status, spec }: Objects['ResourceQuota'], resource: string): string {
  return `${resource}: used ${status.used[resource] ?? '?'} of ${status.hard[resource] ?? spec.hard[resource] ?? '?'}`;
}

/** Raised, or freed, since: what was refused fits now, and will be made with the next try. */
function hasRoom({ spec, status }: Objects['ResourceQuota'], { resource, requested }: Overdrawn): boolean {
  const hard = parseQuantity(spec.hard[resource] ?? status.hard[resource]);
  const used = parseQuantity(status.used[resource]);
  const more = parseQuantity(requested);
  if (hard === undefined) return Object.keys(spec.hard).length > 0;
  return used !== undefined && more !== undefined && used + more <= hard;
}

/** Of several resources the one that is overdrawn furthest. */
function worstOf(overdrawn: readonly Overdrawn[]): Overdrawn | undefined {
  const share = ({ requested, used, limited }: Overdrawn) =>
    ((parseQuantity(requested) ?? 0) + (parseQuantity(used) ?? 0)) / Math.max(parseQuantity(limited) ?? 1, 1e-9);
  const known = overdrawn.filter(({ resource }) => causeOfQuota(resource));
  return known.toSorted((a, b) => share(b) - share(a))[0];
}
