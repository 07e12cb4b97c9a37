import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Card } from '../../../src/chat/types.ts';
import { buttonsOf, client, dataFolder, type Running, run, type TaskView, until } from './copilot.ts';

/** A bot beside a quick world of its own, in which faults are switched on and followed to their end. */

export interface IncidentView {
  id: string;
  cause?: string;
  state: 'open' | 'healing' | 'handed-over' | 'resolved';
  openedAt: number;
  confidence?: string;
  object?: { kind: string; namespace?: string; name: string };
  attempts: { state: string; title: string; taskId?: string; why?: string }[];
  remedies: { id: string; when: string }[];
  card?: Card;
  patch?: { owner: string; text: string };
}

interface ApprovalRow {
  id: string;
  title: string;
  cardId: string;
  cardRev: number;
  card?: Card;
}

/** What became of a fault. `changed`: the objects whose spec or data are not what they were when it was found. */
export interface Outcome {
  scenario: string;
  cause: string;
  remedy: string;
  attempt: string;
  why: string;
  incident: string;
  changed: string[];
  /** What is not as it is meant to be in the end. */
  troubles: string[];
  seconds: number;
}

type Raw = Record<string, unknown> & {
  metadata: { name: string; namespace?: string; generation?: number; labels?: Record<string, string> };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  data?: unknown;
};

export type Lane = Awaited<ReturnType<typeof openLane>>;

const KINDS = {
  deployments: 'apis/apps/v1',
  statefulsets: 'apis/apps/v1',
  daemonsets: 'apis/apps/v1',
  cronjobs: 'apis/batch/v1',
  jobs: 'apis/batch/v1',
  services: 'api/v1',
  configmaps: 'api/v1',
  secrets: 'api/v1',
  persistentvolumeclaims: 'api/v1',
  resourcequotas: 'api/v1',
  nodes: 'api/v1',
  namespaces: 'api/v1',
  horizontalpodautoscalers: 'apis/autoscaling/v2',
  ingresses: 'apis/networking.k8s.io/v1',
  networkpolicies: 'apis/networking.k8s.io/v1',
} as const;
type Plural = keyof typeof KINDS;
const PATIENCE_MS = 90_000;
const REPEAT_MS = 12_000;

/** One person who may do everything, also take a finalizer away alone. */
export const OPEN_POLICY = `roles:
  operator: [web:console:operator]
  approver: [web:console:operator]
rules:
  - { action: '*', selfApproval: true }
`;

export interface LaneOptions {
  speed?: number;
  policy?: string;
  /** More settings of the bot. */
  settings?: Record<string, string>;
}

export async function openLane({ speed = 60, policy = OPEN_POLICY, settings = {} }: LaneOptions = {}) {
  const folder = await dataFolder();
  await writeFile(join(folder.path, 'policy.yaml'), policy);
  const sandbox = await run(['sandbox', '--port', '0', '--speed', `${speed}`], { DATA_DIR: folder.path }, 60_000);
  const env = {
    DATA_DIR: folder.path,
    CONSOLE_PORT: '0',
    SANDBOX_URL: sandbox.url,
    SANDBOX_SPEED: `${speed}`,
    POLICY_FILE: join(folder.path, 'policy.yaml'),
    HOOK_TOKEN: 'healing',
    ...settings,
  };
  let running: Running = await run(['start'], env, 60_000);
  const bot = client(() => running.url);
  let cluster = '';

  async function control(path: string, body: object = {}): Promise<Record<string, unknown>> {
    const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  }

  async function get<T>(path: string): Promise<T> {
    const answer = await bot.api(path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  const kube = (path: string, init?: RequestInit) => fetch(`${sandbox.url}/kubernetes/${cluster}/${path}`, init);

  async function list(plural: Plural): Promise<Raw[]> {
    const answer = await kube(`${KINDS[plural]}/${plural}`);
    if (!answer.ok) throw new Error(`${plural}: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { items: Raw[] }).items;
  }

  /** A world with the demo in it, healthy, and nothing else. */
  async function fresh(): Promise<void> {
    await control('reset');
    cluster = String((await control('demo')).cluster);
  }

  /** The newest incident of one of these causes since a moment, with all that the console tells of it. */
  async function incidentOf(causes: readonly string[], since: number): Promise<IncidentView | undefined> {
    const all = await get<IncidentView[]>('/incidents?state=all');
    const found = all.find(({ cause = '', openedAt }) => causes.includes(cause) && openedAt >= since);
    return found && get<IncidentView>(`/incidents/${found.id}`);
  }

  const incident = (id: string) => get<IncidentView>(`/incidents/${id}`);

  async function click(card: Card, actionId: string): Promise<number> {
    const answer = await bot.api(`/cards/${card.id}/actions`, { actionId, rev: card.rev });
    return answer.status;
  }

  /** Clicks on an incident's card until it is taken: the card may be redrawn in between. */
  async function clickIncident(id: string, actionId: string): Promise<void> {
    await until(`${actionId} to be taken`, 15_000, async () => {
      const { card } = await incident(id);
      const has = card && buttonsOf(card).some((one) => one.id === actionId);
      return has && (await click(card, actionId)) === 200;
    });
  }

  async function approvalFor(id: string): Promise<ApprovalRow | undefined> {
    const all = await get<ApprovalRow[]>('/approvals');
    // Markdown has its hyphens escaped.
    return all.find(({ card }) =>
      JSON.stringify(card?.blocks ?? [])
        .replaceAll('\\', '')
        .includes(id),
    );
  }

  /** The first remedy, proposed by the bot or asked for by a click, or another one by its id. */
  async function propose(found: IncidentView, remedy?: string): Promise<ApprovalRow> {
    const offered = await until(`an offer for ${found.id}`, 20_000, async () => {
      const pending = await approvalFor(found.id);
      if (pending && remedy === undefined) return { pending };
      const now = await incident(found.id);
      if (pending && remedy !== undefined) {
        await answer(pending, 'reject');
        return undefined;
      }
      const wanted = remedy ?? now.remedies.find(({ when }) => when === 'now')?.id;
      return now.state === 'open' && wanted !== undefined && { wanted };
    });
    if ('pending' in offered) return offered.pending;
    await clickIncident(found.id, `heal:${found.id}:${offered.wanted}`);
    return until(`the approval of ${offered.wanted}`, 15_000, () => approvalFor(found.id));
  }

  async function answer({ id, cardId, cardRev }: ApprovalRow, word: 'approve' | 'reject'): Promise<number> {
    const reply = await bot.api(`/cards/${cardId}/actions`, { actionId: `${word}:${id}`, rev: cardRev });
    return reply.status;
  }

  /** Waits until the last attempt of an incident has ended. */
  const ended = (id: string, patienceMs = PATIENCE_MS) =>
    until(`${id} to be over`, patienceMs, async () => {
      const now = await incident(id);
      const last = now.attempts.at(-1);
      return last && !['asked', 'running'].includes(last.state) && { ...last, incident: now };
    });

  /** Everything that people write, as it is: specs and data, without what controllers keep. */
  async function written(): Promise<Map<string, unknown>> {
    const kinds = Object.keys(KINDS) as Plural[];
    const all = await Promise.all(kinds.map(async (plural) => [plural, await list(plural)] as const));
    return new Map(
      all.flatMap(([plural, items]) =>
        items
          .filter((one) => plural !== 'jobs' || !one.metadata.name.startsWith('nightly-'))
          .map((one) => [
            `${plural}/${one.metadata.namespace ?? ''}/${one.metadata.name}`,
            plural === 'nodes' ? { unschedulable: one.spec?.unschedulable } : (one.spec ?? one.data),
          ]),
      ),
    );
  }

  return {
    sandbox,
    bot,
    get url() {
      return running.url;
    },
    cluster: () => cluster,
    get,
    kube,
    list,
    control,
    fresh,
    incident,
    incidentOf,
    click,
    clickIncident,
    propose,
    answer,
    ended,
    written,
    troubles: () => troublesOf(list),
    task: (id: string) => get<TaskView>(`/tasks/${id}`),
    async break(scenario: string): Promise<void> {
      await control('break', { scenario, cluster });
    },
    /** As an Alertmanager tells of a namespace in which something is wrong that no pod shows. */
    async alert(alertname: string, labels: Record<string, string>): Promise<void> {
      const alert = { status: 'firing', labels: { alertname, severity: 'critical', ...labels }, annotations: {} };
      const body = {
        version: '4',
        status: 'firing',
        receiver: 'copilot',
        groupKey: alertname,
        truncatedAlerts: 0,
        groupLabels: {},
        commonLabels: alert.labels,
        commonAnnotations: {},
        externalURL: '',
        alerts: [
          {
            ...alert,
            startsAt: new Date().toISOString(),
            endsAt: '0001-01-01T00:00:00Z',
            fingerprint: `${alertname}-${Date.now()}`,
          },
        ],
      };
      const reply = await fetch(`${running.url}/hooks/alertmanager`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer healing' },
        body: JSON.stringify(body),
      });
      if (!reply.ok) throw new Error(`alert: ${reply.status} ${await reply.text()}`);
    },
    /** Changes an object as another person would, past the bot. */
    async patch(path: string, body: object): Promise<void> {
      const headers = { 'content-type': 'application/strategic-merge-patch+json' };
      const reply = await kube(path, { method: 'PATCH', headers, body: JSON.stringify(body) });
      if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    },
    /** Every record of the audit log, newest first. */
    async audit(): Promise<{ seq: number; action: string; actor: string; outcome: string }[]> {
      const all: { seq: number; action: string; actor: string; outcome: string }[] = [];
      for (;;) {
        const last = all.at(-1)?.seq;
        const page = await get<typeof all>(`/audit${last === undefined ? '' : `?before=${last}`}`);
        all.push(...page);
        if (page.length === 0 || page.at(-1)?.seq === 1) return all;
      }
    },
    /** SIGKILL, and a new process on the same data. */
    async killAndRestart(): Promise<void> {
      await running.kill();
      running = await run(['start'], env, 60_000);
    },
    log: () => running.log(),
    async close(): Promise<void> {
      await running.stop();
      await sandbox.stop();
      await folder.remove();
    },
  };
}

/** Workloads, claims, services and nodes that are not as they are meant to be. */
async function troublesOf(list: (plural: Plural) => Promise<Raw[]>): Promise<string[]> {
  const number = (value: unknown) => Number(value ?? 0);
  const short = async (plural: 'deployments' | 'statefulsets') =>
    (await list(plural)).flatMap(({ metadata, spec, status }) => {
      const wanted = number(spec?.replicas ?? 1);
      const counts = [status?.readyReplicas, status?.updatedReplicas, status?.replicas].map(number);
      const seen = number(status?.observedGeneration) >= number(metadata.generation);
      return seen && counts.every((count) => count === wanted)
        ? []
        : [`${plural} ${metadata.namespace}/${metadata.name}: ${counts.join(' ')} of ${wanted}`];
    });
  const claims = (await list('persistentvolumeclaims'))
    .filter(({ status }) => status?.phase !== 'Bound')
    .map(({ metadata }) => `claim ${metadata.name}`);
  const going = [...(await list('configmaps')), ...(await list('namespaces'))]
    .filter(({ metadata }) => 'deletionTimestamp' in metadata)
    .map(({ metadata }) => `${metadata.name} is still there`);
  return [...(await short('deployments')), ...(await short('statefulsets')), ...claims, ...going];
}

/** The names of what is not in both, or not the same. */
export function differences(before: Map<string, unknown>, after: Map<string, unknown>): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => !isDeepStrictEqual(before.get(name), after.get(name))).sort();
}

export interface Fault {
  scenario: string;
  /** The cause that has to be found; several where any of them names what to change. */
  cause: string | readonly string[];
  /** What else is done to the world before the scenario is switched on. */
  before?: (lane: Lane) => Promise<unknown>;
  /** Chosen instead of the first one. */
  remedy?: string;
  /** An alert that tells of it, where nothing of a pod or node does. */
  alert?: { name: string; namespace: string; service?: string; deployment?: string };
}

/** A fault in a fresh world, found, and its first remedy (or the one that is wanted) proposed. */
export async function begin(lane: Lane, { scenario, cause, remedy, alert, before }: Fault) {
  const began = Date.now();
  await lane.fresh();
  await before?.(lane);
  await lane.break(scenario);
  let told = 0;
  const found = await until(`${cause} of ${scenario}`, PATIENCE_MS, async () => {
    // Told again and again, as Alertmanager does: the first time the bot may not know the new cluster yet.
    if (alert && Date.now() - told > REPEAT_MS) {
      const { name, ...labels } = alert;
      told = Date.now();
      await lane.alert(name, { ...labels, cluster: 'demo' });
    }
    return lane.incidentOf([cause].flat(), began);
  });
  return { found, approval: await lane.propose(found, remedy) };
}

/** From a fault to what became of it: found, proposed, approved, done, checked; and whether the world is well then. */
export async function follow(lane: Lane, fault: Fault): Promise<Outcome> {
  const { scenario } = fault;
  const began = Date.now();
  const { found, approval } = await begin(lane, fault);
  const before = await lane.written();
  const status = await lane.answer(approval, 'approve');
  if (status !== 200) throw new Error(`The approval was answered ${status}`);
  const last = await lane.ended(found.id, 240_000);
  const changed = differences(before, await lane.written());
  const isDone = last.state === 'verified';
  const closed = await until(`${found.id} to close`, isDone ? 60_000 : 1, async () => {
    const now = await lane.incident(found.id);
    return (now.state === 'resolved' || !isDone) && now;
  }).catch(() => lane.incident(found.id));
  const troubles = isDone ? await settled(lane) : [];
  return {
    scenario,
    cause: found.cause ?? '',
    remedy: approval.title,
    attempt: last.state,
    why: last.why ?? '',
    incident: closed.state,
    changed,
    troubles,
    seconds: Math.round((Date.now() - began) / 100) / 10,
  };
}

/** What is still wrong after a moment. */
async function settled(lane: Lane): Promise<string[]> {
  let last: string[] = [];
  await until('the world to be well', 15_000, async () => {
    last = await lane.troubles();
    return last.length === 0;
  }).catch(() => undefined);
  return last;
}
