import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFlows } from '../../flows/registry.ts';
import type { RunAnalysis } from '../analysis/run.ts';
import type { Outbox } from '../chat/outbox.ts';
import { createControls, joinControls } from '../conversations/controls.ts';
import { type Conversations, createConversations } from '../conversations/engine.ts';
import { createProposals } from '../conversations/proposals.ts';
import { conversationSpec, inboxSpec, runSpec } from '../conversations/records.ts';
import { createViews } from '../conversations/views.ts';
import { parseClarifyTemplate } from '../flow/clarify/template.ts';
import { createIncidentControls } from '../incidents/controls.ts';
import { createRouter } from '../routing/router.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ToolResult } from '../tools/types.ts';
import type { ChannelRoom } from './channels.ts';
import { activityOf, type Chats, whoIs } from './chats.ts';
import { createFinding } from './finding.ts';
import { type Ground, ROOT } from './ground.ts';
import type { Hands } from './hands.ts';
import type { HealthRoom } from './health/room.ts';
import type { IncidentRoom } from './incidents.ts';
import type { Plans } from './plans.ts';
import { createRehearsalViews } from './rehearsals.ts';

const QUESTION_LIFETIME_MS = 24 * 3600_000;
const WHO_PATIENCE_MS = 60_000;
const SECOND_LOOK_MS = 2000;

/** The verb `investigate` needs a language model, and none can be configured yet. */
const NO_MODEL: ToolResult = {
  ok: false,
  error: { code: 'NO_MODEL', message: 'No language model is configured', retryable: false, ambiguous: false },
};

export interface DialogueParts {
  ground: Ground;
  hands: Hands;
  outbox: Outbox;
  plans: Plans;
  room: Pick<IncidentRoom, 'incidents' | 'views' | 'clusters'>;
  channels: ChannelRoom;
  health: HealthRoom;
  analyse: RunAnalysis;
  chats: Chats;
  metrics: Metrics;
}

/** From words and clicks to flows: routing, the flows themselves, and the turn that carries them. */
export function createDialogue(parts: DialogueParts): Conversations {
  const { ground, hands, outbox, plans, room, channels, health, analyse, chats, metrics } = parts;
  const { store, policy, killSwitch, alarms, translate, clock, onError } = ground;
  const { approvals, tasks } = plans;
  const finding = createFinding({ ground, gateway: hands.gateway, clusters: room.clusters });
  return createConversations({
    conversations: store.collection(conversationSpec),
    runs: store.collection(runSpec),
    inbox: store.collection(inboxSpec),
    flows: new Map(createFlows(translate).map((flow) => [flow.id, flow])),
    templates: readTemplates(join(ROOT, 'templates/clarify')),
    translate,
    outbox,
    gateway: hands.gateway,
    views: {
      ...createViews({ approvals, tasks, policy, translate, clock }),
      ...room.views,
      ...finding.views,
      ...channels.views,
      ...health.views,
      ...createRehearsalViews(hands.gateway, policy),
    },
    analyse: (script, input) => analyse(script, input),
    investigate: async () => NO_MODEL,
    proposals: createProposals({ approvals, tasks }),
    router: createRouter(readFileSync(join(ROOT, 'templates/intents.yaml'), 'utf8')),
    controls: joinControls(
      createControls({ approvals, tasks, killSwitch, policy, translate }),
      createIncidentControls({ incidents: room.incidents, policy, translate }),
      channels.controls,
      health.controls,
    ),
    alarm: (runId, at) => alarms.set('run', runId, at),
    clock,
    questionLifetimeMs: QUESTION_LIFETIME_MS,
    whoIs: (user) => whoIs(chats, user),
    whoIsPatienceMs: WHO_PATIENCE_MS,
    secondLookMs: SECOND_LOOK_MS,
    activity: (place, viewer) => activityOf(chats, place, viewer),
    home: (viewer) => channels.home(viewer),
    joined: (place) => channels.joined(place),
    languageOf: (place) => channels.languageOf(place),
    onTurn: (seconds) => metrics.turn(seconds),
    onError,
  });
}

function readTemplates(folder: string) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const templates = files.map((file) => parseClarifyTemplate(readFileSync(join(folder, file), 'utf8'), file));
  return new Map(templates.map((template) => [template.id, template]));
}
