import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createConsole } from '../adapters/console/adapter.ts';
import { parseUsers } from '../adapters/console/auth.ts';
import { createFlows } from '../flows/registry.ts';
import { toolAccess } from '../servers/ack/tools.ts';
import type { AckWorkerData } from './ack-worker.ts';
import { createAnalysis } from './analysis/run.ts';
import { type Approval, type Approvals, approvalSpec, createApprovals } from './approvals/approvals.ts';
import { approvalCard } from './approvals/card.ts';
import { createKillSwitch } from './approvals/kill-switch.ts';
import { loadPolicy, ruleFor } from './approvals/policy.ts';
import { auditSpec, openAudit } from './audit/audit.ts';
import { loadMessages } from './chat/messages.ts';
import { createOutbox, outboxSpec } from './chat/outbox.ts';
import { plainText } from './chat/plain.ts';
import type { Card, ChatPort, ConversationRef, Language } from './chat/types.ts';
import { openCloud } from './cloud.ts';
import type { Config } from './config.ts';
import { createSources } from './console-sources.ts';
import { createControls } from './conversations/controls.ts';
import { type Conversations, createConversations } from './conversations/engine.ts';
import { createProposals, runOf } from './conversations/proposals.ts';
import { conversationSpec, inboxSpec, runSpec } from './conversations/records.ts';
import { createViews } from './conversations/views.ts';
import { readExtraServers } from './extra-servers.ts';
import { parseClarifyTemplate } from './flow/clarify/template.ts';
import { openAlarmClock } from './jobs/alarm-clock.ts';
import { createRouter } from './routing/router.ts';
import { readSecret } from './secret.ts';
import { openStore } from './storage/open.ts';
import { taskCard } from './tasks/card.ts';
import { createTaskRunner, taskSpec } from './tasks/runner.ts';
import { createTasks, type Tasks } from './tasks/tasks.ts';
import type { Task } from './tasks/types.ts';
import type { Log } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { createGateway } from './tools/gateway.ts';
import { connectWorker } from './tools/mcp.ts';
import { openPins, pinSpec } from './tools/pins.ts';
import { createRedactor } from './tools/redaction.ts';
import type { ToolResult } from './tools/types.ts';

/** The composition root: reads top to bottom as the house is built. Nobody imports it but the `start` command. */

export interface Copilot {
  url: string;
  close(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..');
const QUESTION_LIFETIME_MS = 24 * 3600_000;
const SWEEP_MS = 60_000;
/** How often other replicas' tasks are looked at, where there can be other replicas. */
const TAKEOVER_MS = 5000;

export async function startCopilot(config: Config, log: Log, version: string): Promise<Copilot> {
  const clock = Date.now;
  const onError = (error: unknown, where: string) => log.error({ err: error, where }, 'Unexpected error');

  // What is kept, and the words.
  const store = await openStore({ dataDir: config.DATA_DIR, mongoUrl: config.MONGODB_URL });
  const translate = loadMessages(join(ROOT, 'templates/messages'));
  const users = [...parseUsers(config.CONSOLE_USERS ?? '').keys()];
  const policy = loadPolicy(config.POLICY_FILE, users.length > 0 ? users : undefined);
  const audit = openAudit({ collection: store.collection(auditSpec), clock });
  const killSwitch = createKillSwitch({ store, audit, clock });
  const alarms = await openAlarmClock({ dataDir: config.DATA_DIR, mongoUrl: config.MONGODB_URL, onError });

  // The hands: every tool call goes through the gateway, and only the gateway can make an approval token.
  const cloud = await openCloud(config, log);
  const approvalSecret = randomBytes(32).toString('hex');
  const { accessKeyId, accessKeySecret, endpoints } = cloud;
  const workerData: AckWorkerData = {
    cloud: { accessKeyId, accessKeySecret, ...(endpoints && { endpoints }) },
    approvalSecret,
  };
  const ack = connectWorker('ack', () => new Worker(new URL('./ack-worker.ts', import.meta.url), { workerData }));
  const gateway = createGateway({
    own: { connection: ack, access: toolAccess },
    extras: readExtraServers(config.MCP_FILE, process.env),
    pins: openPins(store.collection(pinSpec), clock),
    audit,
    approvalSecret,
    isStopped: () => killSwitch.stoppedBy(),
    redactor: createRedactor(),
    clock,
    log,
  });

  // The mouth: adapters, and the outbox before them.
  const adapters = new Map<ConversationRef['platform'], ChatPort>();
  const outbox = createOutbox({
    rows: store.collection(outboxSpec),
    port: (platform) => adapters.get(platform),
    clock,
    onError: (error, row) => log.warn({ err: error, message: row.id }, 'A message could not be delivered'),
  });
  const post = (card: Card, to: ConversationRef, language: Language) =>
    outbox.put(card.id, to, { text: plainText(card), card, language });

  // Plans on their way: approvals, tasks and the runner, each shown as a living card.
  const showTask = (task: Task) => {
    const card = taskCard(task, translate[task.language], clock(), cloud.pace);
    post(card, task.conversation, task.language).catch((error) => onError(error, 'task card'));
  };
  const runner = createTaskRunner({
    tasks: store.collection(taskSpec),
    exclusive: store.exclusive,
    gateway,
    stoppedBy: () => killSwitch.stoppedBy(),
    stillApproved: (id) => approvals.stillApproved(id),
    owner: randomUUID(),
    clock,
    pace: cloud.pace,
    onChange: showTask,
    onEnded: (task) => lookAgain(task.approvalId),
    onError: (error, taskId) => onError(error, taskId),
  });
  const tasks: Tasks = createTasks({
    tasks: store.collection(taskSpec),
    audit,
    clock,
    wake: (id) => void runner.drive(id),
    onChange: showTask,
  });
  const approvals: Approvals = createApprovals({
    approvals: store.collection(approvalSpec),
    policy,
    audit,
    clock,
    startTask: (approval) => tasks.start(approval),
    onChange: showApproval,
  });
  async function showApproval(approval: Approval): Promise<void> {
    const { language, conversation, plan, state } = approval;
    const { selfApproval } = ruleFor(policy, plan);
    const card = approvalCard(approval, {
      t: translate[language],
      language,
      timeZone: config.TIMEZONE,
      pace: cloud.pace,
      selfApproval,
    });
    await post(card, conversation, language);
    if (state === 'pending') await alarms.set('approval', approval.id, approval.expiresAt);
    else lookAgain(approval.id);
  }
  function lookAgain(approvalId: string): void {
    const look = async () => {
      const approval = await approvals.get(approvalId);
      if (approval) await conversations.look(runOf(approval));
    };
    look().catch((error) => onError(error, 'look'));
  }

  const metrics = createMetrics({
    k8s_copilot_tasks_running: {
      help: 'Tasks under way',
      read: () => store.collection(taskSpec).count({ where: { state: ['queued', 'running', 'waiting'] } }),
    },
    k8s_copilot_approvals_pending: {
      help: 'Plans that wait for a decision',
      read: async () => (await approvals.pending()).length,
    },
  });

  const analyse = createAnalysis({ folder: join(ROOT, 'analysis') });

  // The turn: from words and clicks to flows.
  const flows = new Map(createFlows(translate).map((flow) => [flow.id, flow]));
  const conversations: Conversations = createConversations({
    conversations: store.collection(conversationSpec),
    runs: store.collection(runSpec),
    inbox: store.collection(inboxSpec),
    flows,
    templates: readTemplates(join(ROOT, 'templates/clarify')),
    translate,
    outbox,
    gateway,
    views: createViews({ approvals, tasks, policy, translate, clock }),
    analyse: (script, input) => analyse(script, input),
    investigate: async () => NO_MODEL,
    proposals: createProposals({ approvals, tasks }),
    router: createRouter(readFileSync(join(ROOT, 'templates/intents.yaml'), 'utf8')),
    controls: createControls({ approvals, tasks, killSwitch, policy, translate }),
    alarm: (runId, at) => alarms.set('run', runId, at),
    clock,
    questionLifetimeMs: QUESTION_LIFETIME_MS,
    defaultLanguage: config.LANGUAGE,
    onTurn: (seconds) => metrics.turn(seconds),
    onError,
  });

  // The console, and whatever else can be talked to.
  let ready = false;
  const console = createConsole({
    host: config.CONSOLE_HOST,
    port: config.CONSOLE_PORT,
    users: config.CONSOLE_USERS ?? '',
    sessionSecret: readSecret(config.DATA_DIR),
    store,
    sources: createSources({ approvals, tasks, audit, outbox, gateway, policy, translate, clock }),
    probes: {
      async ready() {
        await store.ping();
        return { ok: ready, detail: ready ? 'ready' : 'starting' };
      },
      metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    },
    messages: join(ROOT, 'templates/messages'),
    about: { backend: config.ACK_BACKEND, version },
    clock,
    newId: randomUUID,
    onError: (error) => onError(error, 'console'),
  });
  adapters.set('web', console);

  // Begin: what an earlier process left comes first, then the doors open.
  await alarms.start(
    {
      run: (id) => conversations.look(id),
      approval: () => approvals.expireDue(),
      sweep: async () => {
        await approvals.expireDue();
        await approvals.recover();
        await runner.recover();
        await conversations.sweep();
      },
      takeover: () => runner.recover(),
    },
    { sweep: SWEEP_MS, ...(!store.exclusive && { takeover: TAKEOVER_MS }) },
  );
  await approvals.recover();
  await runner.recover();
  await conversations.recover();
  for (const adapter of adapters.values()) await adapter.start(conversations);
  await outbox.resume();
  ready = true;

  return {
    url: console.url,
    async close() {
      ready = false;
      for (const adapter of adapters.values()) await adapter.stop();
      await conversations.idle();
      await runner.stop();
      await alarms.stop();
      await outbox.stop();
      await gateway.close();
      await cloud.close();
      metrics.stop();
      await store.close();
    },
  };
}

const NO_MODEL: ToolResult = {
  ok: false,
  error: { code: 'NO_MODEL', message: 'No language model is configured', retryable: false, ambiguous: false },
};

function readTemplates(folder: string) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const templates = files.map((file) => parseClarifyTemplate(readFileSync(join(folder, file), 'utf8'), file));
  return new Map(templates.map((template) => [template.id, template]));
}
