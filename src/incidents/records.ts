import { z } from 'zod';
import { conversationRefSchema, languageSchema, userSchema } from '../chat/stored.ts';
import type { Chart } from '../chat/types.ts';
import type { CollectionSpec } from '../storage/store.ts';

/** What the incidents room keeps: alerts as they came in, what they were taken for, incidents, and what is muted. */

const localText = z.object({ en: z.string(), zh: z.string() });
const objectRef = z.object({ kind: z.string(), namespace: z.string().exactOptional(), name: z.string() });
export type ObjectRef = z.infer<typeof objectRef>;

const remedySchema = z.object({
  id: z.string(),
  when: z.enum(['now', 'later']),
  title: localText,
  risk: z.enum(['low', 'medium', 'high']),
  /** The typed change as the diagnosis gave it; empty for advice. */
  plan: z.record(z.string(), z.json()),
});

const findingSchema = z.object({
  id: z.string(),
  cause: z.string(),
  severity: z.enum(['critical', 'warning', 'info']),
  confidence: z.enum(['proven', 'likely', 'symptom']),
  since: z.string().exactOptional(),
  object: objectRef,
  symptoms: z.array(objectRef.extend({ text: z.string() })),
  summary: localText,
  evidence: z.array(
    z.object({ id: z.string(), source: z.string(), time: z.string().exactOptional(), text: z.string() }),
  ),
  remedies: z.array(remedySchema),
});
export type Finding = z.infer<typeof findingSchema>;
export type OfferedRemedy = z.infer<typeof remedySchema>;

const unknownSchema = z.array(z.object({ what: z.string(), why: z.string() }));

/** What a diagnosis answers, as far as this room needs it. */
export const diagnosisSchema = z.object({
  coverage: z.number(),
  tookMs: z.number(),
  findings: z.array(findingSchema),
  unknown: unknownSchema,
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;

const environment = z.enum(['prod', 'staging', 'dev']);
const cluster = z.object({ id: z.string(), name: z.string(), environment });
export type ClusterRef = z.infer<typeof cluster>;

const happening = z.object({
  /** Epoch milliseconds. */
  at: z.number(),
  /** A text of `incidents.timeline`, and what it holds. */
  what: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  by: z.string().exactOptional(),
});
export type Happening = z.infer<typeof happening>;

const attempt = z.object({
  remedy: z.string(),
  title: localText,
  approvalId: z.string(),
  taskId: z.string().exactOptional(),
  state: z.enum(['asked', 'running', 'verified', 'undone', 'failed', 'rejected', 'expired']),
  by: z.string(),
  approvedBy: z.string().exactOptional(),
  at: z.number(),
  endedAt: z.number().exactOptional(),
  why: z.string().exactOptional(),
});
export type Attempt = z.infer<typeof attempt>;

const chart = z.custom<Chart>((value) => value !== null && typeof value === 'object' && 'series' in value);

const incidentSchema = z.object({
  /** Short and typeable: `I-` and four of Crockford's base 32. */
  id: z.string().regex(/^I-[0-9A-HJKMNP-TV-Z]{4,}$/),
  rev: z.number().int(),
  /** Cluster, cause and owner: the same trouble has the same key. */
  key: z.string(),
  cluster,
  /** Where it is, as far as it is in one. */
  namespace: z.string().exactOptional(),
  /** `open`: found. `healing`: a change is asked for or under way. `handed-over`: the bot is done trying. `resolved`: gone. */
  state: z.enum(['open', 'healing', 'handed-over', 'resolved']),
  /** Absent while no rule explains the alerts. */
  finding: findingSchema.exactOptional(),
  title: localText,
  severity: z.enum(['critical', 'warning', 'info']),
  coverage: z.number(),
  unknown: unknownSchema,
  /** Names of the alerts that fire, and how many alerts there have been. */
  alertNames: z.array(z.string()),
  alertCount: z.number().int(),
  source: z.enum(['alert', 'watch', 'question']),
  /** How often it came back within the hour after it had gone. */
  flaps: z.number().int(),
  attempts: z.array(attempt),
  timeline: z.array(happening),
  curve: chart.exactOptional(),
  curveAfter: chart.exactOptional(),
  curveTitle: localText.exactOptional(),
  mutedUntil: z.number().exactOptional(),
  /** The change as a file, where a GitOps tool or Helm owns the object. */
  patch: z.object({ remedy: z.string(), owner: z.string(), patch: z.string() }).exactOptional(),
  /** Where its card is shown. */
  places: z.array(conversationRefSchema),
  language: languageSchema,
  openedAt: z.number(),
  /** When it last came back: what was tried before does not count any more. */
  backAt: z.number().exactOptional(),
  updatedAt: z.number(),
  /** Since when it was not seen any more, while it is not yet closed. */
  clearSince: z.number().exactOptional(),
  resolvedAt: z.number().exactOptional(),
  /** When it should be looked at again, epoch milliseconds. */
  dueAt: z.number(),
});
export type Incident = z.infer<typeof incidentSchema>;

export const incidentSpec: CollectionSpec<Incident> = {
  name: 'incidents',
  schema: incidentSchema,
  indexes: [['key', 'openedAt'], ['state', 'dueAt'], ['openedAt']],
};

const labels = z.record(z.string(), z.string());

/** One alert, whichever system sent it. */
const incomingAlertSchema = z.object({
  /** The sender's own key of the alert. */
  fingerprint: z.string(),
  status: z.enum(['firing', 'resolved']),
  labels,
  annotations: labels,
  /** Epoch milliseconds. */
  startsAt: z.number(),
});
export type IncomingAlert = z.infer<typeof incomingAlertSchema>;

const deliverySchema = z.object({
  id: z.string(),
  rev: z.number().int(),
  source: z.string(),
  receivedAt: z.number(),
  state: z.enum(['new', 'done']),
  alerts: z.array(incomingAlertSchema),
});
export type AlertDelivery = z.infer<typeof deliverySchema>;

export const deliverySpec: CollectionSpec<AlertDelivery> = {
  name: 'alert-deliveries',
  schema: deliverySchema,
  indexes: [['state', 'receivedAt'], ['receivedAt']],
};

const alertSchema = z.object({
  /** Source and fingerprint. */
  id: z.string(),
  rev: z.number().int(),
  status: z.enum(['firing', 'resolved']),
  name: z.string(),
  /** `CLUSTER/NAMESPACE`, as far as the labels say. */
  place: z.string(),
  labels,
  annotations: labels,
  startsAt: z.number(),
  /** When it was last heard of. */
  seenAt: z.number(),
  /** How often it was sent. */
  count: z.number().int(),
  incidentId: z.string().exactOptional(),
});
export type StoredAlert = z.infer<typeof alertSchema>;

export const alertSpec: CollectionSpec<StoredAlert> = {
  name: 'alerts',
  schema: alertSchema,
  indexes: [['status', 'place'], ['incidentId', 'status'], ['seenAt']],
};

const muteSchema = z.object({
  id: z.string(),
  rev: z.number().int(),
  /** The incident's key that stays quiet. */
  key: z.string(),
  until: z.number(),
  reason: z.string(),
  by: userSchema,
  at: z.number(),
});
export type Mute = z.infer<typeof muteSchema>;

export const muteSpec: CollectionSpec<Mute> = { name: 'mutes', schema: muteSchema, indexes: [['until']] };
