import { costsByNamespace } from '../../flows/health-report/money/namespaces.ts';
import type { Views } from '../conversations/ports.ts';
import type { ClusterRef } from '../incidents/records.ts';
import type { JsonObject, ToolGateway, ToolResult } from '../tools/types.ts';
import { readCloudSide } from './health/cloud-side.ts';
import { factsOf } from './health/gather.ts';
import { readSurvey } from './health/survey.ts';

/** The view `copilot_costs`: what the nodes cost in a month, by who has reserved them, as health reports reckon it. */
export function createCostView(gateway: ToolGateway, clusters: () => Promise<ClusterRef[]>): Views {
  return {
    async copilot_costs({ clusterId }, { user }, signal) {
      const cluster = (await clusters()).find(({ id }) => id === clusterId);
      if (!cluster) return failed('NOT_FOUND', `There is no cluster ${String(clusterId)}`);
      const stop = signal ? { signal } : {};
      const surveyed = await readSurvey(gateway, { clusterId: cluster.id, actor: user, ...stop });
      if (!surveyed.ok) return failed('SURVEY_FAILED', surveyed.why);
      const { survey } = surveyed;
      const read = (tool: string, args: JsonObject) => gateway.read({ tool, args, actor: user, ...stop });
      const cloud = await readCloudSide({ read, clusterId: cluster.id, survey });
      const now = survey.serverTime;
      const about = { cluster, now, window: { from: now, to: now } };
      const facts = factsOf(about, { survey, cloud, unknown: cloud.unknown, metrics: {}, curves: [] });
      const costs = costsByNamespace(facts);
      const unknown = cloud.unknown
        .filter(({ what }) => what !== 'ACK inspection')
        .map(({ what, why }) => ({ what, why }));
      const data = { ...(costs && { costs }), unknown, time: new Date(now).toISOString() };
      return { ok: true, data: JSON.parse(JSON.stringify(data)) };
    },
  };
}

const failed = (code: string, message: string): ToolResult => ({
  ok: false,
  error: { code, message, retryable: false, ambiguous: false },
});
