import { z } from 'zod';
import type { AnyChart, Card, Chart, Language, Outgoing, UserRef } from '../../src/chat/types.ts';
import type { Report } from '../../src/health/types.ts';

/** The shapes of the HTTP API: what comes in is parsed here, what goes out is typed here. */

export const messageBody = z.object({
  text: z.string().trim().min(1).max(20_000),
  /** The sender's own key for the message: the same one twice is one message. */
  clientId: z.string().min(1).max(128).optional(),
});

export const actionBody = z.object({
  actionId: z.string().min(1).max(255),
  rev: z.number().int().nonnegative(),
  inputs: z
    .record(z.string().max(255), z.union([z.string().max(4000), z.array(z.string().max(255)).max(200), z.boolean()]))
    .default({}),
});

export const loginBody = z.object({ name: z.string().min(1).max(128), password: z.string().min(1).max(1024) });

/** Who is asking, and in which language titles and details should come. */
export interface Viewer {
  user: UserRef;
  language: Language;
}

/** A task as the board shows it. Times are epoch milliseconds. */
export interface TaskView {
  id: string;
  title: string;
  state: 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'undone' | 'cancelled';
  steps: TaskStepView[];
}

interface TaskStepView {
  id: string;
  title: string;
  state: 'pending' | 'intended' | 'waiting' | 'verified' | 'failed' | 'skipped' | 'undone';
  startedAt?: number;
  endedAt?: number;
  /** The cloud's own stage, or what went wrong. */
  detail?: string;
}

/** An approval that waits. `cardId` and `cardRev` name the card that decides it. */
export interface ApprovalView {
  id: string;
  title: string;
  state: string;
  requestedBy: string;
  expiresAt: number;
  cardId: string;
  cardRev: number;
  risk: 'low' | 'medium' | 'high';
  cost?: { amount: number; currency: string; per: string };
  /** The card itself; the console adds it where it was shown here. */
  card?: Card;
}

export interface AuditView {
  seq: number;
  at: number;
  actor: string;
  action: string;
  subject: string;
  outcome: string;
  hash: string;
}

export interface ClusterView {
  name: string;
  environment: 'prod' | 'staging' | 'dev';
  region?: string;
  state: string;
  version?: string;
  nodes?: number;
}

/** An object of a cluster. */
interface ObjectView {
  kind: string;
  namespace?: string;
  name: string;
}

/** An incident as the board shows it. Times are epoch milliseconds. */
export interface IncidentSummary {
  id: string;
  title: string;
  /** Code and name of the cause; absent while nothing explains the alerts. */
  cause?: string;
  causeName?: string;
  severity: 'critical' | 'warning' | 'info';
  confidence?: 'proven' | 'likely' | 'symptom';
  state: 'open' | 'healing' | 'handed-over' | 'resolved';
  cluster: string;
  environment: 'prod' | 'staging' | 'dev';
  namespace?: string;
  object?: ObjectView;
  openedAt: number;
  updatedAt: number;
  resolvedAt?: number;
  alertCount: number;
  symptomCount: number;
  flaps: number;
  mutedUntil?: number;
}

/** Everything about an incident. Text of evidence, symptoms and alerts is data of the cluster: shown, never rendered. */
export interface IncidentDetail extends IncidentSummary {
  summary: string;
  evidence: { id: string; source: string; time?: string; text: string }[];
  symptoms: (ObjectView & { text: string })[];
  unknown: { what: string; why: string }[];
  /** 0 to 1. */
  coverage: number;
  timeline: { at: number; text: string; by?: string }[];
  attempts: {
    title: string;
    state: 'asked' | 'running' | 'verified' | 'undone' | 'failed' | 'rejected' | 'expired';
    by: string;
    approvedBy?: string;
    taskId?: string;
    at: number;
    endedAt?: number;
    why?: string;
  }[];
  remedies: { id: string; title: string; when: 'now' | 'later'; risk: 'low' | 'medium' | 'high' }[];
  curve?: { title: string; chart: Chart; after?: Chart };
  card?: Card;
  /** A change as a file, where another tool owns the object. */
  patch?: { owner: string; text: string };
  /** A draft in Markdown. */
  postMortem: string;
}

/** What can be broken in the simulated world, to see it found and mended. */
export interface DemoScenario {
  id: string;
  title: string;
  cause: string;
  on: boolean;
}

/** `refused` is `operator` where the viewer lacks that role, else the world's own words. */
export interface DemoSource {
  list(viewer: Viewer): Promise<DemoScenario[]>;
  act(viewer: Viewer, id: string, act: 'break' | 'mend'): Promise<{ ok: true } | { refused: string }>;
}

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time such as 09:00');
const zoneName = z.string().max(64);
const names = z.array(z.string().trim().min(1).max(128)).max(50);

/** A channel's settings as a whole; what is left out is taken away. `rev` is the revision that the person saw. */
export const channelBody = z.strictObject({
  rev: z.number().int().nonnegative(),
  name: z.string().trim().min(1).max(80).optional(),
  incidents: z.boolean(),
  clusters: names,
  namespaces: names,
  severities: z.array(z.enum(['critical', 'warning', 'info'])).min(1),
  quietHours: z.strictObject({ from: timeOfDay, to: timeOfDay, timeZone: zoneName.optional() }).optional(),
  digest: z
    .strictObject({
      at: timeOfDay,
      days: z
        .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
        .min(1)
        .optional(),
      timeZone: zoneName.optional(),
    })
    .optional(),
  language: z.enum(['en', 'zh']).optional(),
});
export type ChannelForm = z.infer<typeof channelBody>;

/** A place with what is told there. `key` is `platform:tenant:id`. Times are epoch milliseconds. */
export interface ChannelView extends ChannelForm {
  key: string;
  platform: 'web' | 'slack' | 'dingtalk';
  kind: 'dm' | 'group';
  nextDigest?: number;
  updatedBy: string;
  updatedAt: number;
}

/** `invalid` names no field: the page shows the form again. */
export type ChannelRefusal = { refused: 'operator' | 'stale' | 'unknown' | 'invalid' };

/** The channels the bot is in. Everybody who may log in sees them; operators change them. */
export interface ChannelSource {
  list(viewer: Viewer): Promise<{ channels: ChannelView[]; mayChange: boolean; timeZone: string }>;
  set(viewer: Viewer, key: string, form: ChannelForm): Promise<ChannelView | ChannelRefusal>;
  remove(viewer: Viewer, key: string): Promise<{ ok: true } | ChannelRefusal>;
}

/** How a chat platform is reached; `since` is the last change of `ok`. */
export interface ConnectionView {
  platform: 'web' | 'slack' | 'dingtalk';
  ok: boolean;
  detail: string;
  since: number;
}

/** Something of a message that its platform counts. `name` is a key of the page's texts below `preview.limit`. */
export interface PreviewLimit {
  name: string;
  used: number;
  most: number;
}

interface PreviewExtras {
  files: { name: string; content: string }[];
  pictures: { title: string; chart: AnyChart }[];
}

/** One message in the words of each platform: Slack's blocks, DingTalk's markdown, and the variables of DingTalk's card. */
export interface PreviewView {
  message: Outgoing;
  slack: PreviewExtras & {
    parts: { text: string; blocks: unknown[]; limits: PreviewLimit[] }[];
    /** What its buttons open. */
    windows: unknown[];
  };
  dingtalk: PreviewExtras & { parts: { title: string; text: string; limits: PreviewLimit[] }[] };
  dingtalkCard: PreviewExtras & { params: Record<string, string>; limits: PreviewLimit[] };
}

/** Cards as other platforms show them, for whoever works on how they look. */
export interface PreviewSource {
  /** Whether this person may look. */
  allows(viewer: Viewer): boolean;
  /** The cards that were shown last, the newest first. */
  list(viewer: Viewer): Promise<{ id: string; title: string; at: number }[]>;
  /** A card by its id, or any message. Undefined for a card that is not there for this person. */
  render(viewer: Viewer, what: { id: string } | { message: Outgoing }): Promise<PreviewView | undefined>;
}

/** What a report is asked for: a cluster by its id, and how many days to look back over. */
export const reportBody = z.strictObject({
  cluster: z.string().min(1).max(256),
  days: z.number().int().min(1).max(30),
});
/** Until when a finding of a cluster is put off, epoch milliseconds. */
export const snoozeBody = z.strictObject({ cluster: z.string().min(1).max(256), until: z.number().int().positive() });
/** A finding with a remedy or a piece of advice of a report, by its id. */
export const proposeBody = z.strictObject({ item: z.string().min(1).max(512) });

/** A report as the list shows it. Times are epoch milliseconds, `coverage` is 0 to 1. */
export interface ReportSummary {
  id: string;
  cluster: string;
  clusterName: string;
  at: number;
  score: number;
  grade: string;
  coverage: number;
  ruleSet: string;
  /** Findings by severity. */
  findings: Record<string, number>;
}

export interface ReportList {
  /** Newest first. */
  reports: ReportSummary[];
  /** Of which a report may be asked for; `making`: one is being made. */
  clusters: { id: string; name: string; environment: 'prod' | 'staging' | 'dev'; making: boolean }[];
  /** Whether the viewer may ask for a report, plan and put off. */
  mayAct: boolean;
}

/** A whole report, and the scores of its cluster over 30 days, oldest first. */
export interface ReportDetail {
  report: Report;
  history: { id: string; at: number; score: number }[];
  mayAct: boolean;
}

/** `operator`: the viewer lacks that role. `invalid`: such as a time that has passed. `impossible`: no plan comes of it, and why. */
export type ReportRefusal = { refused: 'operator' | 'unknown' | 'invalid' } | { refused: 'impossible'; why: string };

/** Health reports. Everybody who may log in reads them; operators and approvers act. */
export interface ReportSource {
  list(viewer: Viewer, of: { cluster?: string }): Promise<ReportList>;
  get(viewer: Viewer, id: string): Promise<ReportDetail | undefined>;
  /** The report as one HTML file. */
  page(viewer: Viewer, id: string): Promise<string | undefined>;
  /** A chart of it as a picture. */
  png(viewer: Viewer, id: string, chart: { name: string; theme: 'light' | 'dark' }): Promise<Uint8Array | undefined>;
  /** Begins a report; the answer does not wait for its end. */
  create(viewer: Viewer, wish: z.infer<typeof reportBody>): Promise<{ ok: true } | ReportRefusal>;
  /** Puts a finding off until then, or with undefined takes it up again. It shows in the next report. */
  snooze(
    viewer: Viewer,
    findingId: string,
    wish: { cluster: string; until: number | undefined },
  ): Promise<{ ok: true } | ReportRefusal>;
  /** Makes a plan and asks for its approval; answers the conversation of the console in which that is shown. */
  propose(viewer: Viewer, id: string, itemId: string): Promise<{ conversation: string } | ReportRefusal>;
}

/** The read models behind the lists. Each answers only what the viewer may see; `approvals` those still undecided. */
export interface ConsoleSources {
  tasks(viewer: Viewer): Promise<TaskView[]>;
  task(viewer: Viewer, id: string): Promise<TaskView | undefined>;
  approvals(viewer: Viewer): Promise<ApprovalView[]>;
  /** The newest first, at most `limit`, older than `before` where it is given. */
  audit(viewer: Viewer, page: { limit: number; before?: number }): Promise<AuditView[]>;
  clusters(viewer: Viewer): Promise<ClusterView[]>;
  /** The newest first; `open` leaves out what is over, `before` is a time of opening. */
  incidents(viewer: Viewer, page: { state: 'open' | 'all'; before?: number }): Promise<IncidentSummary[]>;
  incident(viewer: Viewer, id: string): Promise<IncidentDetail | undefined>;
  channels?: ChannelSource;
  reports?: ReportSource;
  /** The chat platforms that are set up. */
  connections?(): ConnectionView[];
  /** Only where the world is simulated. */
  demo?: DemoSource;
  preview?: PreviewSource;
}

/** What operators' tools ask. `metrics` answers in the Prometheus text format. */
export interface ConsoleProbes {
  ready(): Promise<{ ok: boolean; detail: string }>;
  metrics(): Promise<{ contentType: string; text: string }>;
  /** How each place to talk is, and since when, epoch milliseconds. */
  chats(): { platform: string; ok: boolean; since: number }[];
}

/** An error of this adapter: a stable code, the thing, and the next move. */
export class ConsoleError extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}
