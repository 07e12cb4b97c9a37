import type { UserRef } from '../chat/types.ts';
import type { Views } from '../conversations/ports.ts';
import type { ClusterRef } from '../incidents/records.ts';
import type { JsonObject, ToolGateway, ToolResult } from '../tools/types.ts';
import { readCloudSide } from './health/cloud-side.ts';
import { factsApart } from './health/gather.ts';
import { readSurvey } from './health/survey.ts';
import { type HealthThread, withHealthThread } from './health/thread.ts';

/** The view `copilot_costs`: what the nodes cost in a month, by who has reserved them, as health reports reckon it. */
export function createCostView(gateway: ToolGateway, clusters: () => Promise<ClusterRef[]>): Views {
  return {
    async copilot_costs({ clusterId }, { user }, signal) {
      const cluster = (await clusters()).find(({ id }) => id === clusterId);
      if (!cluster) return failed('NOT_FOUND', `There is no cluster ${String(clusterId)}`);
      return withHealthThread((thread) => costsOf({ gateway, thread, user, ...(signal && { signal }) }, cluster));
    },
  };
}

interface Asking {
  gateway: ToolGateway;
  thread: HealthThread;
  user: UserRef;
  signal?: AbortSignal;
}

async function costsOf({ gateway, thread, user, ...stop }: Asking, cluster: ClusterRef): Promise<ToolResult> {
  const surveyed = await readSurvey(gateway, { clusterId: cluster.id, actor: user, ...stop }, thread);
  if (!surveyed.ok) return failed('SURVEY_FAILED', surveyed.why);
  const now = surveyed.outline.serverTime;
  const read = (tool: string, args: JsonObject) => gateway.read({ tool, args, actor: user, ...stop });
  const cloud = await readCloudSide({ read, clusterId: cluster.id });
  const about = { cluster, now, window: { from: now, to: now } };
  const facts = factsApart(about, { cloud, unknown: cloud.unknown, metrics: {}, curves: [] });
  const costs = await thread.run('costs', { ...facts, surveyed: true }, {}, stop.signal);
  const unknown = cloud.unknown.filter(({ what }) => what !== 'ACK inspection').map(({ what, why }) => ({ what, why }));
  const data = { ...(costs && { costs }), unknown, time: new Date(now).toISOString() };
  return { ok: true, data: JSON.parse(JSON.stringify(data)) };
}

const failed = (code: string, message: string): ToolResult => ({
  ok: false,
  error: { code, message, retryable: false, ambiguous: false },
});
