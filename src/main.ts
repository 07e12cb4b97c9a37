import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createAlertHooks } from '../adapters/alerts/adapter.ts';
import { createConsole } from '../adapters/console/adapter.ts';
import { isLoopback } from '../adapters/console/guard.ts';
import { createOutbox, outboxSpec } from './chat/outbox.ts';
import { createTranscript, EVERYBODY } from './chat/transcript.ts';
import type { ChatPort, ConversationRef } from './chat/types.ts';
import { createSources } from './composition/console-sources.ts';
import { createDemo } from './composition/demo.ts';
import { createDialogue } from './composition/dialogue.ts';
import { type Ground, layGround, ROOT } from './composition/ground.ts';
import { openHands } from './composition/hands.ts';
import { createIncidentRoom, INCIDENT_CHANNEL, type IncidentRoom } from './composition/incidents.ts';
import { createPlans, type Plans } from './composition/plans.ts';
import { readSecret } from './composition/secret.ts';
import type { Config } from './config.ts';
import type { Conversations } from './conversations/engine.ts';
import { runOf } from './conversations/proposals.ts';
import { taskSpec } from './tasks/runner.ts';
import type { Log } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';

/** The composition root: what the house is made of, in the order in which it is built. Nobody imports it but `start`. */

export interface Copilot {
  url: string;
  close(): Promise<void>;
}

type Adapters = Map<ConversationRef['platform'], ChatPort>;

const SWEEP_MS = 60_000;
/** How often open incidents are asked whether they are due. */
const LOOK_AGAIN_MS = 5000;
/** How often other replicas' tasks are looked at, where there can be other replicas. */
const TAKEOVER_MS = 5000;

export async function startCopilot(config: Config, log: Log, version: string): Promise<Copilot> {
  const ground = await layGround(config, log);
  const { store, alarms, clock } = ground;
  const hands = await openHands(ground);
  const adapters: Adapters = new Map();
  const outbox = createOutbox({
    rows: store.collection(outboxSpec),
    port: (platform) => adapters.get(platform),
    clock,
    onError: (error, where) => log.warn({ err: error, where }, 'A message could not be delivered yet'),
  });
  const plans = createPlans(ground, hands, outbox, async (approval, ended) => {
    if (ended) await room.incidents.onTask(approval, ended);
    else await room.incidents.onApproval(approval);
    await dialogue.look(runOf(approval));
  });
  const room: IncidentRoom = createIncidentRoom(ground, hands, plans, outbox);
  const metrics = createMetrics(gauges(ground, plans));
  const dialogue: Conversations = createDialogue(ground, hands, outbox, plans, room, metrics);

  const hooks = createAlertHooks({
    token: config.HOOK_TOKEN,
    loopbackOnly: isLoopback(config.CONSOLE_HOST),
    take: (source, alerts) => room.incidents.take(source, alerts),
    clock,
    onError: (error) => ground.onError(error, 'hooks'),
  });
  let ready = false;
  const console = createConsole({
    host: config.CONSOLE_HOST,
    port: config.CONSOLE_PORT,
    users: config.CONSOLE_USERS ?? '',
    sessionSecret: readSecret(config.DATA_DIR),
    store,
    sources: createSources({
      ...ground,
      ...plans,
      outbox,
      incidents: room.incidents,
      gateway: hands.gateway,
      known: () => room.clusters().catch(() => []),
      timeZone: config.TIMEZONE,
      demo: hands.sandboxUrl === undefined ? undefined : createDemo(hands.sandboxUrl, ground.policy),
    }),
    probes: {
      async ready() {
        await store.ping();
        return { ok: ready, detail: ready ? 'ready' : 'starting' };
      },
      metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    },
    messages: join(ROOT, 'templates/messages'),
    hooks: hooks.fetch,
    about: { backend: config.ACK_BACKEND, version },
    clock,
    newId: randomUUID,
    onError: (error) => ground.onError(error, 'console'),
  });
  adapters.set('web', console);

  await createTranscript(store, clock).open(INCIDENT_CHANNEL.id, EVERYBODY);
  await begin(ground, plans, room, dialogue);
  for (const adapter of adapters.values()) await adapter.start(dialogue);
  await outbox.resume();
  room.watcher.start();
  ready = true;

  return {
    url: console.url,
    async close() {
      ready = false;
      for (const adapter of adapters.values()) await adapter.stop();
      await room.watcher.stop();
      room.incidents.stop();
      await room.incidents.idle();
      await dialogue.idle();
      await plans.runner.stop();
      await alarms.stop();
      await outbox.stop();
      await hands.close();
      metrics.stop();
      await store.close();
    },
  };
}

/** What an earlier process left comes first, then the doors open. */
async function begin(
  { alarms, store }: Ground,
  { approvals, runner }: Plans,
  { incidents }: IncidentRoom,
  dialogue: Conversations,
): Promise<void> {
  const sweep = async () => {
    await approvals.expireDue();
    await approvals.recover();
    await runner.recover();
    await dialogue.sweep();
    await incidents.sweep();
  };
  const handlers = {
    run: (id: string) => dialogue.look(id),
    approval: () => approvals.expireDue(),
    takeover: () => runner.recover(),
    incidents: () => incidents.tick(),
    sweep,
  };
  await alarms.start(handlers, {
    sweep: SWEEP_MS,
    incidents: LOOK_AGAIN_MS,
    ...(!store.exclusive && { takeover: TAKEOVER_MS }),
  });
  await approvals.recover();
  await runner.recover();
  await dialogue.recover();
  await incidents.recover();
}

function gauges({ store }: Ground, { approvals }: Plans) {
  const underWay = { state: ['queued', 'running', 'waiting'] as const };
  return {
    k8s_copilot_tasks_running: {
      help: 'Tasks under way',
      read: () => store.collection(taskSpec).count({ where: underWay }),
    },
    k8s_copilot_approvals_pending: {
      help: 'Plans that wait for a decision',
      read: async () => (await approvals.pending()).length,
    },
  };
}
