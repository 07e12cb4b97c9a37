/**
 * What the scheduler says of a pod that fits nowhere: `0/5 nodes are available: 3 Insufficient cpu, 2 node(s) had untolerated taint
 * {k: v}. preemption: …`. The words changed between the versions 1.17 and 1.35; all of them are read.
 * https://github.com/kubernetes/kubernetes/tree/master/pkg/scheduler/framework/plugins
 */

/** Why a node was left out, in the order in which the scheduler's filters run: a node that fails late has passed all that is before. */
export const reasonKinds = [
  'cordon',
  'node-name',
  'taint',
  'node-affinity',
  'ports',
  'resource',
  'pods',
  'volume-limit',
  'volume-none',
  'volume-place',
  'spread',
  'pod-affinity-or-anti',
  'pod-affinity',
  'pod-anti-affinity',
  'claim-unbound',
  'claim-missing',
  'claim-lost',
  'other',
] as const;

export type ReasonKind = (typeof reasonKinds)[number];

export interface SchedulerReason {
  kind: ReasonKind;
  /** How many nodes were left out for it; all of them where the scheduler gives no count. */
  nodes: number;
  /** The taint as `key=value`, the resource, or the claim. */
  detail: string;
}

const LONGEST = 4000;

const WORDS: readonly (readonly [ReasonKind, RegExp])[] = [
  ['pods', /^(?:Too many pods|Insufficient pods)/],
  ['resource', /^Insufficient (?<detail>[\w./-]+)/],
  ['resource', /^(?:cannot allocate all claims|node\(s\) cannot allocate all claims)/],
  ['cordon', /^node\(s\) were unschedulable/],
  ['taint', /taints? \{(?<detail>[^}]*)\}/],
  ['taint', /^node\(s\) had (?:untolerated )?taint(?:\(s\)|s)/],
  ['spread', /pod topology spread constraints/],
  ['pod-anti-affinity', /pod anti-affinity rules|existing pods anti-affinity rules/],
  ['pod-affinity', /didn't match pod affinity rules/],
  ['pod-affinity-or-anti', /pod affinity\/anti-affinity/],
  ['volume-place', /volume node affinity conflict|PersistentVolume's node affinity|no available volume zone/],
  ['volume-none', /didn't find available persistent volumes to bind|not have enough free storage/],
  ['volume-limit', /exceed max volume count/],
  ['node-affinity', /node selector|[Nn]ode ?[Aa]ffinity|pod affinity terms conflict/],
  ['node-name', /requested node name|plugin NodeName/],
  ['ports', /free ports/],
  ['claim-unbound', /unbound (?:immediate )?PersistentVolumeClaims/i],
  ['claim-lost', /non-existent (?:persistentvolume|PersistentVolume|pv)/],
  ['claim-missing', /persistentvolumeclaim "(?<detail>[^"]+)" (?:not found|is being deleted)/],
];

/** The reasons of a scheduler's message, one entry for each kind and detail. What preemption could do is left out. */
export function readSchedulerMessage(message: string): SchedulerReason[] {
  const clipped = message.slice(0, LONGEST);
  const [said = ''] = clipped.split(/(?:^|[ .,])preemption: /);
  const head = /(?<total>\d+) nodes are (?:un)?available: ?/.exec(said);
  const total = Number(head?.groups?.total ?? 0);
  const body = head ? said.slice(head.index + head[0].length) : said;
  const merged = new Map<string, SchedulerReason>();
  for (const part of body.split(/, (?=\d+ )/)) {
    const reason = readReason(part.trim(), total);
    const key = `${reason.kind} ${reason.detail}`;
    const before = merged.get(key);
    merged.set(key, before ? { ...before, nodes: before.nodes + reason.nodes } : reason);
  }
  return [...merged.values()];
}

function readReason(part: string, total: number): SchedulerReason {
  const counted = /^(\d+) (.*)$/s.exec(part);
  const text = counted?.[2] ?? part;
  const nodes = counted ? Number(counted[1]) : total;
  for (const [kind, pattern] of WORDS) {
    const match = pattern.exec(text);
    if (match) return { kind, nodes, detail: tidy(match.groups?.detail ?? '') };
  }
  return { kind: 'other', nodes, detail: text.slice(0, 200) };
}

/** `dedicated: gpu` as people write taints; a resource without the sentence's full stop. */
function tidy(detail: string): string {
  return detail.replace(/[.,]$/, '').replace(/: ?$/, '').replace(/: /, '=');
}
