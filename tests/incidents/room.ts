import type { Approval } from '../../src/approvals/approvals.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { createOutbox, type Outbox, outboxSpec } from '../../src/chat/outbox.ts';
import type { ConversationRef, Outgoing, UserRef } from '../../src/chat/types.ts';
import { createIncidents, type Incidents } from '../../src/incidents/incidents.ts';
import type { EndedTask, IncidentPorts, Look, Prepared } from '../../src/incidents/ports.ts';
import {
  alertSpec,
  type ClusterRef,
  type Diagnosis,
  deliverySpec,
  type Finding,
  type Incident,
  type IncomingAlert,
  incidentSpec,
  muteSpec,
} from '../../src/incidents/records.ts';
import { temporaryStore } from '../support/store.ts';

/** The room of incidents over a real store, with a world that says what the test tells it to. */

export const words = loadMessages('templates/messages');
export const DEMO: ClusterRef = { id: 'c1', name: 'demo', environment: 'prod' };
export const CHANNEL = { platform: 'web' as const, tenant: 'console', id: 'incidents', kind: 'group' as const };
export const ANN: UserRef = { platform: 'web', tenant: 'console', id: 'ann' };

export const oom = (name = 'app', more: Partial<Finding> = {}): Finding => ({
  id: `OOMKilled:Deployment/prod/${name}`,
  cause: 'OOMKilled',
  severity: 'critical',
  confidence: 'proven',
  object: { kind: 'Deployment', namespace: 'prod', name },
  symptoms: [{ kind: 'Pod', namespace: 'prod', name: `${name}-5d4f8c7b9d-x1`, text: 'CrashLoopBackOff, 7 restarts' }],
  summary: { en: `${name} needs more memory`, zh: `${name} 需要更多内存` },
  evidence: [{ id: 'E1', source: `k8s_get Pod prod/${name}`, text: 'OOMKilled' }],
  remedies: [
    {
      id: 'raise-memory-limit',
      when: 'now',
      title: { en: 'Raise it', zh: '提高' },
      risk: 'low',
      plan: { id: 'raise-memory-limit' },
    },
    { id: 'restart', when: 'now', title: { en: 'Restart', zh: '重启' }, risk: 'low', plan: { id: 'restart' } },
    { id: 'advice', when: 'now', title: { en: 'Advice', zh: '建议' }, risk: 'low', plan: {} },
  ],
  ...more,
});

export const alert = (labels: Record<string, string>, more: Partial<IncomingAlert> = {}): IncomingAlert => ({
  fingerprint: JSON.stringify(labels),
  status: 'firing',
  labels: { alertname: 'KubePodCrashLooping', namespace: 'prod', ...labels },
  annotations: {},
  startsAt: 0,
  ...more,
});

export interface Rig {
  incidents: Incidents;
  outbox: Outbox;
  cards: Map<string, Outgoing>;
  /** How often each card was put. */
  puts: string[];
  looks: Look[];
  proposals: string[];
  /** Where each proposal was made. */
  askedAt: ConversationRef[];
  /** Who else wants to hear of incidents. */
  hears(...places: ConversationRef[]): void;
  setNow(ms: number): void;
  pass(ms: number): void;
  now(): number;
  found(...findings: Finding[]): void;
  answer(diagnosis: Partial<Diagnosis>): void;
  prepare(answer: Prepared<string>): void;
  /** Everything taken in so far has been worked on. */
  settle(): Promise<void>;
  all(): Promise<Incident[]>;
  alerts(): Promise<number>;
  again(): Incidents;
  close(): Promise<void>;
}

export async function openRig(clusters: ClusterRef[] = [DEMO]): Promise<Rig> {
  const store = await temporaryStore();
  let now = 1_000_000_000_000;
  let diagnosis: Diagnosis = { coverage: 1, tookMs: 1, findings: [], unknown: [] };
  let prepared: Prepared<string> = { kind: 'plan', plan: 'plan', blocks: [] };
  const cards = new Map<string, Outgoing>();
  const puts: string[] = [];
  const looks: Look[] = [];
  const proposals: string[] = [];
  const askedAt: ConversationRef[] = [];
  let audience: ConversationRef[] = [];
  const approvals = new Map<string, Approval>();
  const kept = createOutbox({
    rows: store.collection(outboxSpec),
    port: () => ({
      platform: 'web',
      minUpdateMs: 0,
      start: async () => undefined,
      deliver: async ({ key, conversation }) => ({ conversation, messageId: key }),
      health: () => ({ ok: true, detail: '', since: 0 }),
      stop: async () => undefined,
    }),
    clock: () => now,
    onError: (error) => {
      throw error;
    },
  });
  const outbox: Outbox = {
    ...kept,
    async put(id, to, message) {
      if (!(await kept.put(id, to, message))) return false;
      cards.set(id, message);
      puts.push(id);
      return true;
    },
  };
  const ports: IncidentPorts<string> = {
    clusters: async () => clusters,
    async diagnose(look) {
      looks.push(look);
      return diagnosis;
    },
    curve: async () => undefined,
    prepare: async () => prepared,
    async propose(key, _prepared, { conversation }) {
      const known = [...approvals.values()].find((one) => one.key === key);
      if (known) return { approvalId: known.id };
      proposals.push(key);
      askedAt.push(conversation);
      const id = `a${proposals.length}`;
      approvals.set(id, { id, key, state: 'pending' } as Approval);
      return { approvalId: id };
    },
    approval: async (id) => approvals.get(id),
    endedTask: async () => undefined,
  };
  const specs = {
    incidents: store.collection(incidentSpec),
    deliveries: store.collection(deliverySpec),
    alerts: store.collection(alertSpec),
    mutes: store.collection(muteSpec),
  };
  const open = () =>
    createIncidents({
      ...specs,
      ports,
      outbox,
      audit: { append: async () => ({}) as never },
      translate: words,
      channel: CHANNEL,
      language: 'en',
      audience: async () => audience,
      languageOf: ({ id }) => (id === 'C-zh' ? 'zh' : 'en'),
      timeZone: 'UTC',
      pace: 10_000,
      clock: () => now,
      onError: (error) => {
        throw error;
      },
    });
  let incidents = open();
  return {
    get incidents() {
      return incidents;
    },
    outbox,
    cards,
    puts,
    looks,
    proposals,
    askedAt,
    hears: (...places) => {
      audience = places;
    },
    setNow: (ms) => {
      now = ms;
    },
    pass: (ms) => {
      now += ms;
    },
    now: () => now,
    found: (...findings) => {
      diagnosis = { ...diagnosis, findings, unknown: [] };
    },
    answer: (answer) => {
      diagnosis = { ...diagnosis, ...answer };
    },
    prepare: (answer) => {
      prepared = answer;
    },
    settle: () => incidents.idle(),
    all: () => specs.incidents.find({ orderBy: 'openedAt' }),
    alerts: () => specs.alerts.count(),
    again: () => {
      incidents.stop();
      incidents = open();
      return incidents;
    },
    async close() {
      incidents.stop();
      await incidents.idle();
      await outbox.stop();
      await store.dispose();
    },
  };
}

/** An approval of the rig's, in a state. */
export const approvalOf = (id: string, key: string, state: Approval['state']): Approval =>
  ({ id, key, state, decidedBy: ANN, ...(state === 'used' && { taskId: 'T-7K3F' }) }) as Approval;

export const taskOf = (state: string, code?: string): EndedTask => ({
  id: 'T-7K3F',
  state,
  steps: code === undefined ? [] : [{ error: { code, message: 'it did not help' } }],
});
