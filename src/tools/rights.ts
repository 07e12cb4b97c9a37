import type { Policy } from '../approvals/policy.ts';
import { type Reading, readingOf } from '../approvals/readers.ts';
import { itemsOf, type Limits, notYours, textIn } from './rights-limits.ts';
import { narrowed } from './rights-narrowed.ts';
import type { Json, ToolCall, ToolGateway, ToolResult } from './types.ts';

/** What a person may read, held at the one gate: every call on behalf of a person is judged by cluster and namespace. */

/**
 * How a tool is judged. `open`: it tells nothing of a cluster's inside. `seen`: of a cluster of which one may see
 * anything. `cluster`: of one that one may see whole. `namespaces`: by the namespace it names or as far as one may, and
 * what comes back is looked at again. `clusters`: the list keeps those that one may see. `everything`: only for whom no rule limits.
 */
export type Judging = 'open' | 'seen' | 'cluster' | 'namespaces' | 'clusters' | 'everything';

/** Tools that are not listed, such as those of other servers, are for those whom no rule limits. */
export const TOOL_RIGHTS: Readonly<Record<string, Judging>> = {
  addon_list: 'cluster',
  cloud_check_stock: 'open',
  cloud_get_price: 'open',
  cloud_list_addons: 'open',
  cloud_list_instance_types: 'open',
  cloud_list_k8s_versions: 'open',
  cloud_list_regions: 'open',
  cloud_list_zones: 'open',
  cloud_precheck: 'open',
  cluster_check_api: 'cluster',
  cluster_events: 'cluster',
  cluster_get: 'cluster',
  cluster_list: 'clusters',
  http_check: 'namespaces',
  inspect_get: 'cluster',
  inspect_run: 'cluster',
  k8s_access: 'seen',
  k8s_clusters: 'clusters',
  k8s_describe: 'namespaces',
  k8s_events: 'namespaces',
  k8s_get: 'namespaces',
  k8s_list: 'namespaces',
  k8s_logs: 'namespaces',
  k8s_preview: 'namespaces',
  k8s_scan: 'namespaces',
  k8s_survey: 'cluster',
  k8s_top: 'namespaces',
  k8s_versions: 'seen',
  k8s_watch: 'cluster',
  k8s_workload_status: 'namespaces',
  // A query of logs may reach into any namespace; one of metrics is narrowed.
  logs_query: 'cluster',
  metrics_query: 'namespaces',
  metrics_query_range: 'namespaces',
  network_list: 'open',
  node_list: 'cluster',
  nodepool_list: 'cluster',
  prometheus_get: 'cluster',
  quota_get: 'open',
  task_get: 'everything',
  task_list: 'cluster',
};

export interface RightsOptions {
  policy: Policy;
  /** The clusters as the server lists them. */
  clusters: () => Promise<readonly { id: string; name: string }[]>;
}

/** The same gateway; what people read through it is judged by `readers` of the policy. */
export function withReadRights<Gateway extends ToolGateway>(gateway: Gateway, options: RightsOptions): Gateway {
  if (!options.policy.readers) return gateway;
  const judged = { ...gateway, read: (call: ToolCall) => judge(gateway, options, call) };
  return judged;
}

async function judge(gateway: ToolGateway, options: RightsOptions, call: ToolCall): Promise<ToolResult> {
  const { actor, tool } = call;
  if (actor === 'system') return gateway.read(call);
  const reading = readingOf(options.policy, actor);
  if (reading.everything) return gateway.read(call);
  const how = Object.hasOwn(TOOL_RIGHTS, tool) ? TOOL_RIGHTS[tool] : 'everything';
  if (how === 'open') return gateway.read(call);
  if (how === 'clusters') return visibleClusters(await gateway.read(call), reading);
  if (how === 'everything' || how === undefined) return notYours(tool, 'It reaches beyond what your roles may read.');
  const names = await namesOf(options, call.args.clusterId);
  const part = names.length === 0 ? 'none' : reading.cluster(names);
  if (part === 'all' || (part === 'some' && how === 'seen')) return gateway.read(call);
  if (part === 'none') return notYours(`Cluster ${String(call.args.clusterId)}`, 'Ask about another cluster.');
  const limits = limitsOf(gateway, call, { reading, names });
  if (how === 'cluster')
    return notYours(`${tool} of the whole cluster`, `Ask about a namespace: ${listed(await limits.namespaces())}.`);
  return narrowed(call, limits);
}

const listed = (names: readonly string[]) => names.slice(0, 5).join(', ') || 'none of this cluster is yours';

function limitsOf(
  gateway: ToolGateway,
  call: ToolCall,
  { reading, names }: { reading: Reading; names: readonly string[] },
): Limits {
  const sees = (namespace: string) => reading.namespace(names, namespace);
  return {
    sees,
    patterns: reading.patterns(names),
    call: (args) => gateway.read({ ...call, args }),
    async namespaces() {
      const found: string[] = [];
      let from: Json | undefined;
      do {
        const args = {
          clusterId: call.args.clusterId ?? '',
          kind: 'Namespace',
          fields: ['metadata.name'],
          limit: 500,
          ...(from !== undefined && { continue: from }),
        };
        const result = await gateway.read({ ...call, tool: 'k8s_list', args });
        if (!result.ok) return [];
        found.push(...itemsOf(result.data).map(({ metadata }) => textIn(metadata, 'name') ?? ''));
        from = result.data.continue;
      } while (typeof from === 'string');
      return found.filter((name) => name !== '' && sees(name)).sort();
    },
  };
}

/** A cluster's id and its name, whichever of them is asked for. */
async function namesOf({ clusters }: RightsOptions, asked: unknown): Promise<string[]> {
  const known = await clusters().catch(() => []);
  return known.filter(({ id, name }) => id === asked || name === asked).flatMap(({ id, name }) => [id, name]);
}

function visibleClusters(result: ToolResult, reading: Reading): ToolResult {
  if (!result.ok) return result;
  const items = itemsOf(result.data).filter((item) => {
    const names = [item.id, item.clusterId, item.name].filter((name) => typeof name === 'string');
    return reading.cluster(names) !== 'none';
  });
  return { ok: true, data: { ...result.data, items, ...('total' in result.data && { total: items.length }) } };
}
