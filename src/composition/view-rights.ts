import type { Policy } from '../approvals/policy.ts';
import { readingOf } from '../approvals/readers.ts';
import type { Views } from '../conversations/ports.ts';
import { notYours } from '../tools/rights-limits.ts';
import type { Json, JsonObject, ToolResult } from '../tools/types.ts';

/** The bot's own views, held to the policy's `readers` like the tools. */

/**
 * How a view is judged. `asker`: it reads through the gateway as whoever asks, which judges. `open`: it tells nothing
 * of a cluster's inside, or only what is one's own by role, as tasks and approvals are. `cluster`: of a cluster that
 * one may see whole. `place`: of the namespace, else the cluster, that it is asked about. `listed`: items are kept as
 * far as their cluster and namespace may be seen. `everything`: only for whom no rule limits.
 */
type Judging = 'asker' | 'open' | 'cluster' | 'place' | 'listed' | 'everything';

export const VIEW_RIGHTS: Readonly<Record<string, Judging>> = {
  copilot_approval_list: 'open',
  copilot_blueprint: 'open',
  copilot_certificates: 'asker',
  copilot_channel: 'open',
  copilot_chart: 'asker',
  copilot_charts: 'open',
  copilot_costs: 'asker',
  copilot_diagnose: 'place',
  copilot_digest: 'everything',
  copilot_find: 'asker',
  copilot_follow: 'asker',
  copilot_health_clusters: 'listed',
  copilot_history: 'open',
  copilot_incident_list: 'listed',
  copilot_list: 'asker',
  copilot_nearest: 'open',
  copilot_rehearse: 'asker',
  copilot_remedy: 'asker',
  copilot_report: 'cluster',
  copilot_rights: 'open',
  copilot_room: 'asker',
  copilot_stop_following: 'open',
  copilot_runbooks: 'open',
  copilot_task_get: 'open',
  copilot_task_list: 'open',
  copilot_time_zone: 'open',
  copilot_top: 'asker',
  copilot_upgrade_facts: 'cluster',
};

type View = Views[string];

/** The same views, judged; one that is not listed is for those whom no rule limits. */
export function withViewRights(
  views: Views,
  policy: Policy,
  clusters: () => Promise<readonly { id: string; name: string }[]>,
): Views {
  if (!policy.readers) return views;
  const judged = Object.entries(views).map(([name, view]): [string, View] => {
    const how = Object.hasOwn(VIEW_RIGHTS, name) ? VIEW_RIGHTS[name] : 'everything';
    return [name, how === 'open' || how === 'asker' ? view : judge(view, { name, how: how ?? 'everything' })];
  });
  return Object.fromEntries(judged);

  function judge(view: View, { name, how }: { name: string; how: Judging }): View {
    return async (args, asker, signal) => {
      const reading = readingOf(policy, asker.user);
      if (reading.everything) return view(args, asker, signal);
      if (how === 'everything') return notYours(name, 'It reaches beyond what your roles may read.');
      const known = await clusters();
      const namesOf = (asked: Json | undefined) =>
        known.filter(({ id, name: called }) => id === asked || called === asked).flatMap(({ id, name }) => [id, name]);
      const sees = (cluster: Json | undefined, namespace: Json | undefined) => {
        const names = namesOf(cluster);
        if (names.length === 0) return false;
        const inside = typeof namespace === 'string' && reading.namespace(names, namespace);
        return reading.cluster(names) === 'all' || inside;
      };
      if (how === 'listed') return kept(await view(args, asker, signal), sees);
      if (sees(args.clusterId, how === 'place' ? args.namespace : undefined)) return view(args, asker, signal);
      return notYours('The whole cluster', 'Name a namespace that you may read.');
    };
  }
}

function kept(
  result: ToolResult,
  sees: (cluster: Json | undefined, namespace: Json | undefined) => boolean,
): ToolResult {
  if (!result.ok || !Array.isArray(result.data.items)) return result;
  const items = result.data.items.filter((item): item is JsonObject => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return false;
    return sees(item.cluster ?? item.id, item.namespace);
  });
  return { ok: true, data: { ...result.data, items } };
}
