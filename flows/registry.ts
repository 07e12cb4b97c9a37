import type { Translate } from '../src/chat/messages.ts';
import type { Language } from '../src/chat/types.ts';
import type { Flow } from '../src/flow/kit.ts';
import { askQuestion } from './ask/flow.ts';
import { deliverFlows } from './deliver-app/flow.ts';
import { healthReport } from './health-report/flow.ts';
import { help } from './help/flow.ts';
import { diagnose, investigation, openIncidents } from './incidents/flow.ts';
import { changeFlows } from './operations/change/flows.ts';
import { lookFlows } from './operations/look/flows.ts';
import { planCluster } from './plan-cluster/flow.ts';
import { loadKnowledge } from './plan-cluster/knowledge.ts';
import { runbooks } from './runbooks/flow.ts';
import { channelSettings, digestNow } from './settings/flow.ts';
import { pendingApprovals, taskStatus } from './tasks/flow.ts';

/** Every capability, one line each. */
export function createFlows(words: Record<Language, Translate>): Flow[] {
  return [
    planCluster({ knowledge: loadKnowledge(), words }),
    diagnose,
    investigation,
    openIncidents,
    healthReport,
    askQuestion,
    ...changeFlows(words),
    ...deliverFlows({ words }),
    ...lookFlows,
    taskStatus,
    pendingApprovals,
    runbooks,
    channelSettings,
    digestNow,
    help,
  ];
}
