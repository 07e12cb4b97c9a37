import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createAlertHooks } from '../adapters/alerts/adapter.ts';
import { createConsole } from '../adapters/console/adapter.ts';
import { isLoopback } from '../adapters/console/guard.ts';
import { remedyCatalogue } from '../flows/incidents/remedies/schema.ts';
import { createPictures } from './charts/pictures.ts';
import { createOutbox, outboxSpec } from './chat/outbox.ts';
import { createTranscript, EVERYBODY } from './chat/transcript.ts';
import type { ChatPort, Health } from './chat/types.ts';
import { createAgentRoom, openAgent } from './composition/agent.ts';
import { openAnalysis } from './composition/analysis.ts';
import { type ChannelRoom, createChannelRoom } from './composition/channels.ts';
import { type Chats, openChats } from './composition/chats.ts';
import { createSources } from './composition/console-sources.ts';
import { createDemo } from './composition/demo.ts';
import { createDialogue } from './composition/dialogue.ts';
import { type Ground, layGround, ROOT } from './composition/ground.ts';
import { openHands } from './composition/hands.ts';
import { createReportSource } from './composition/health/console-source.ts';
import { createHealthRoom, type HealthRoom } from './composition/health/room.ts';
import { openHelm } from './composition/helm.ts';
import { createIncidentRoom, INCIDENT_CHANNEL, type IncidentRoom } from './composition/incidents.ts';
import { openModel } from './composition/model.ts';
import { withOwnReads } from './composition/own-reads.ts';
import { createPlans, type Plans } from './composition/plans.ts';
import { createPreview } from './composition/preview.ts';
import { openRunbooks, runbooksFor } from './composition/runbooks.ts';
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

const SWEEP_MS = 60_000;
/** How often open incidents are asked whether they are due. */
const LOOK_AGAIN_MS = 5000;
/** How often other replicas' tasks are looked at, where there can be other replicas. */
const TAKEOVER_MS = 5000;

export async function startCopilot(config: Config, log: Log, version: string): Promise<Copilot> {
  const ground = await layGround(config, log);
  const { store, alarms, clock } = ground;
  const hands = await openHands(ground);
  const chats: Chats = new Map();
  const outbox = createOutbox({
    rows: store.collection(outboxSpec),
    port: (platform) => chats.get(platform),
    clock,
    onError: (error, where) => log.warn({ err: error, where }, 'A message could not be delivered yet'),
  });
  const gateway = withOwnReads(hands.taskGateway, {
    copilot_removal_check: (args, signal) => health.removalCheck(args, signal),
  });
  const plans = createPlans(ground, { ...hands, gateway }, outbox, async (approval, ended) => {
    if (ended) await room.incidents.onTask(approval, ended);
    else await room.incidents.onApproval(approval);
    await dialogue.look(runOf(approval));
  });
  const channels = createChannelRoom(ground, {
    outbox,
    readings: {
      incidents: { list: (page) => room.incidents.list(page) },
      tasks: plans.tasks,
      approvals: plans.approvals,
    },
    clusters: () => room.clusters(),
    adapters: () => chats.values(),
    consoleUrl: config.CONSOLE_URL,
    health: (values, look) => health.digest(values, look),
  });
  const room: IncidentRoom = createIncidentRoom(ground, hands, plans, outbox, channels.channels);
  const pictures = createPictures({ translate: ground.translate, timeZone: config.TIMEZONE });
  const analyse = openAnalysis(config);
  const model = openModel(ground, hands.redactor);
  const health: HealthRoom = createHealthRoom(ground, hands, {
    outbox,
    clusters: () => room.clusters(),
    readings: { incidents: { list: (page) => room.incidents.list(page) }, tasks: plans.tasks },
    analyse,
    plans,
    room,
    consoleUrl: config.CONSOLE_URL,
    model,
  });
  const agent = createAgentRoom({
    ground,
    hands,
    outbox,
    agent: openAgent({ ground, hands, model, remedies: remedyCatalogue, runbooks: runbooksFor(openRunbooks(config)) }),
  });
  const helm = openHelm(config, hands.gateway, clock);
  const metrics = createMetrics({ ...gauges(ground, plans), ...health.gauges });
  const dialogue: Conversations = createDialogue({
    ground,
    hands,
    outbox,
    plans,
    room,
    channels,
    health,
    analyse,
    chats,
    metrics,
    agent,
    helm,
    model,
  });

  const hooks = createAlertHooks({
    token: config.HOOK_TOKEN,
    loopbackOnly: isLoopback(config.CONSOLE_HOST),
    take: (source, alerts) => room.incidents.take(source, alerts),
    clock,
    onError: (error) => ground.onError(error, 'hooks'),
  });
  const begun = (chat: ChatPort) =>
    chat.start(dialogue).catch((error: unknown) => ground.onError(error, chat.platform));
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
      canInvestigate: model !== undefined,
      runbook: room.runbook,
      ...channels.sources,
      preview: createPreview({
        ...ground,
        rows: store.collection(outboxSpec),
        timeZone: config.TIMEZONE,
        consoleUrl: config.CONSOLE_URL,
      }),
      reports: createReportSource({
        ...ground,
        reports: health.reports,
        clusters: () => room.clusters(),
        propose: health.propose,
        pictures,
        timeZone: config.TIMEZONE,
        place: INCIDENT_CHANNEL,
      }),
      demo: hands.sandboxUrl === undefined ? undefined : createDemo(hands.sandboxUrl, ground.policy),
    }),
    probes: {
      async ready() {
        await store.ping();
        return { ok: ready, detail: ready ? 'ready' : 'starting' };
      },
      metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
      chats: () => [...chats.values()].map(({ platform, health }) => ({ platform, ...stateOf(health()) })),
    },
    messages: join(ROOT, 'templates/messages'),
    hooks: hooks.fetch,
    about: { backend: config.ACK_BACKEND, version },
    clock,
    newId: randomUUID,
    onError: (error) => ground.onError(error, 'console'),
  });
  chats.set('web', console);
  for (const chat of await openChats(ground, pictures)) chats.set(chat.platform, chat);

  await createTranscript(store, clock).open(INCIDENT_CHANNEL.id, EVERYBODY);
  await begin(ground, { plans, room, channels, health, dialogue });
  await console.start(dialogue);
  await outbox.resume();
  room.watcher.start();
  // A chat that is slow to answer, or refuses, keeps nobody from the console.
  const started = Promise.all([...chats.values()].filter((chat) => chat !== console).map((chat) => begun(chat)));
  void started.then(() => channels.start());
  ready = true;

  return {
    url: console.url,
    async close() {
      ready = false;
      await started;
      await Promise.all([...chats.values()].map((chat) => chat.stop()));
      await channels.stop();
      await room.watcher.stop();
      room.incidents.stop();
      await room.incidents.idle();
      await dialogue.close();
      await plans.runner.stop();
      await alarms.stop();
      await outbox.stop();
      await helm.close();
      await pictures.close();
      await hands.close();
      metrics.stop();
      await store.close();
    },
  };
}

const stateOf = ({ ok, since }: Health) => ({ ok, since });

/** What an earlier process left comes first, then the doors open. */
async function begin(
  { alarms, store }: Ground,
  {
    plans: { approvals, runner },
    room: { incidents },
    channels,
    health,
    dialogue,
  }: { plans: Plans; room: IncidentRoom; channels: ChannelRoom; health: HealthRoom; dialogue: Conversations },
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
    digest: (key: string) => channels.digests.ring(key),
    health: () => health.ring(),
    usage: (clusterId: string) => health.usage.ring(clusterId),
    sweep,
  };
  await alarms.start(handlers, {
    sweep: SWEEP_MS,
    incidents: LOOK_AGAIN_MS,
    ...(!store.exclusive && { takeover: TAKEOVER_MS }),
  });
  await channels.recover();
  await approvals.recover();
  await runner.recover();
  await dialogue.recover();
  await incidents.recover();
  await health.recover();
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
