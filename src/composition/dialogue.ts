import { createFlows } from '../../flows/registry.ts';
import type { Model } from '../agent/model.ts';
import type { RunAnalysis } from '../analysis/run.ts';
import type { Outbox } from '../chat/outbox.ts';
import { createAskViews } from '../conversations/ask-views.ts';
import { createControls, joinControls } from '../conversations/controls.ts';
import { type Conversations, createConversations } from '../conversations/engine.ts';
import { createProposals } from '../conversations/proposals.ts';
import { conversationSpec, inboxSpec, investigationSpec, runSpec } from '../conversations/records.ts';
import { createViews } from '../conversations/views.ts';
import { createIncidentControls } from '../incidents/controls.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { AgentRoom } from './agent.ts';
import { createBlueprintViews, readBlueprints } from './blueprints.ts';
import type { ChannelRoom } from './channels.ts';
import { activityOf, type Chats, whoIs } from './chats.ts';
import { createFinding } from './finding.ts';
import { createFollowViews } from './following.ts';
import { openRouting } from './free-words.ts';
import type { Ground } from './ground.ts';
import type { Hands } from './hands.ts';
import type { HealthRoom } from './health/room.ts';
import type { HelmRoom } from './helm.ts';
import type { IncidentRoom } from './incidents.ts';
import { createListView } from './looking.ts';
import { createCostView } from './looking-costs.ts';
import { createNowViews } from './looking-now.ts';
import type { Plans } from './plans.ts';
import { createRehearsalViews } from './rehearsals.ts';
import { createRoomViews } from './room-view.ts';
import { createRunbookViews, openRunbooks } from './runbooks.ts';
import { createUpgradeViews } from './upgrade-view.ts';
import { withViewRights } from './view-rights.ts';

const QUESTION_LIFETIME_MS = 24 * 3600_000;
const WHO_PATIENCE_MS = 60_000;
const SECOND_LOOK_MS = 2000;

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
  agent: AgentRoom;
  helm: HelmRoom;
  /** Absent where none is set up. */
  model: Model | undefined;
}

/** From words and clicks to flows: routing, the flows themselves, and the turn that carries them. */
export function createDialogue(parts: DialogueParts): Conversations {
  const { ground, hands, outbox, plans, room, channels, health, analyse, chats, metrics, agent, helm, model } = parts;
  const { store, policy, killSwitch, alarms, translate, clock, onError } = ground;
  const { approvals, tasks } = plans;
  const finding = createFinding({ ground, gateway: hands.gateway, clusters: room.clusters });
  const flows = new Map(createFlows(translate).map((flow) => [flow.id, flow]));
  const runs = store.collection(runSpec);
  const routing = openRouting(ground, flows, model);
  return createConversations({
    ...routing,
    conversations: store.collection(conversationSpec),
    runs,
    inbox: store.collection(inboxSpec),
    investigations: store.collection(investigationSpec),
    exclusive: store.exclusive,
    flows,
    translate,
    outbox,
    gateway: hands.gateway,
    views: withViewRights(
      {
        ...createViews({ approvals, tasks, policy, translate, clock }),
        ...room.views,
        ...finding.views,
        ...createListView(hands.gateway),
        ...createNowViews(hands.gateway),
        ...createCostView(hands.gateway, room.clusters),
        ...createFollowViews(hands.gateway, store, clock),
        ...channels.views,
        ...health.views,
        ...createRehearsalViews(hands.gateway, policy),
        ...createBlueprintViews(readBlueprints(ground.config), ground.config.TIMEZONE),
        ...helm.views,
        ...createRoomViews(hands.gateway),
        ...createRunbookViews(openRunbooks(ground.config)),
        ...createUpgradeViews(hands.gateway),
        ...createAskViews({ runs, router: routing.router, hasModel: model !== undefined, clock }),
      },
      policy,
      room.clusters,
    ),
    analyse: (script, input) => analyse(script, input),
    investigate: agent.investigate,
    proposals: createProposals({ approvals, tasks }),
    controls: joinControls(
      createControls({ approvals, tasks, killSwitch, policy, translate }),
      createIncidentControls({ incidents: room.incidents, policy, translate }),
      channels.controls,
      health.controls,
      agent.controls,
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
