import { z } from 'zod';
import { type UpgradeFacts, upgradeFacts } from '../../flows/operations/change/upgrade-checks.ts';
import type { Views } from '../conversations/ports.ts';
import type { JsonObject, ToolGateway, ToolResult } from '../tools/types.ts';

/** The view `copilot_upgrade_facts`: what is looked at before a cluster or a node pool is upgraded, read side by side. */

const asked = z.object({ clusterId: z.string(), target: z.string().optional() });
const POOL_LABEL = 'alibabacloud.com/nodepool-id';
const PAGE = 500;
const MOST_PAGES = 20;
/** `1` for each API on its way out that somebody has asked for. https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
const DEPRECATED =
  'sum by (group, version, resource, removed_release) (apiserver_requested_deprecated_apis{removed_release!=""})';

type Unknown = { unknown: string };
type Read = (tool: string, args?: JsonObject) => Promise<ToolResult>;

export function createUpgradeViews(gateway: Pick<ToolGateway, 'read'>): Views {
  return {
    async copilot_upgrade_facts(args, { user }, signal) {
      const { clusterId, target } = asked.parse(args);
      const read: Read = (tool, more = {}) =>
        gateway.read({ tool, args: { ...more }, actor: user, ...(signal && { signal }) });
      const cluster = await read('cluster_get', { clusterId });
      if (!cluster.ok) return cluster;
      const seen = clusterForm.parse(cluster.data);
      const [api, nodes, deprecated, budgets, singles, addons, suspects] = await Promise.all([
        apiOf(read, clusterId),
        nodesOf(read, clusterId),
        deprecatedOf(read, clusterId),
        budgetsOf(read, clusterId),
        singlesOf(read, clusterId),
        addonsOf(read, seen, target ?? seen.nextVersion),
        suspectsOf(read, clusterId),
      ]);
      const { name, state, version, nextVersion, nodepools: pools } = seen;
      const facts: UpgradeFacts = upgradeFacts.parse({
        cluster: { name, state, version, ...(nextVersion !== undefined && { nextVersion }) },
        pools,
        api,
        nodes,
        deprecated,
        budgets,
        singles,
        addons,
        suspects,
      });
      return { ok: true, data: z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(facts))) };
    },
  };
}

const clusterForm = z.object({
  clusterId: z.string(),
  name: z.string(),
  state: z.string(),
  region: z.string(),
  version: z.string().default(''),
  spec: z.string().optional(),
  nextVersion: z.string().optional(),
  nodepools: z.array(z.object({ nodepoolId: z.string(), name: z.string(), state: z.string(), total: z.number() })),
  addons: z.array(z.object({ name: z.string(), version: z.string(), state: z.string() })),
});

const why = (result: Extract<ToolResult, { ok: false }>): Unknown => ({
  unknown: `${result.error.code}: ${result.error.message}`,
});

async function apiOf(read: Read, clusterId: string): Promise<UpgradeFacts['api']> {
  const result = await read('cluster_check_api', { clusterId });
  if (!result.ok) return { status: 'unknown', reason: why(result).unknown };
  return z.object({ status: z.string(), reason: z.string().optional() }).parse(result.data);
}

const nodeForm = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).nullish() }),
  status: z.object({
    nodeInfo: z.object({ kubeletVersion: z.string() }),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).nullish(),
  }),
});

async function nodesOf(read: Read, clusterId: string): Promise<UpgradeFacts['nodes']> {
  const fields = ['metadata.name', 'metadata.labels', 'status.nodeInfo.kubeletVersion', 'status.conditions'];
  const listed = await everything(read, { clusterId, kind: 'Node', fields });
  if ('unknown' in listed) return listed;
  if (!listed.complete) return { unknown: `More than ${listed.items.length} nodes` };
  const nodes = listed.items.map((item) => nodeForm.parse(item));
  const counts = new Map<string, { pool?: string; version: string; count: number }>();
  for (const { metadata, status } of nodes) {
    const pool = metadata.labels?.[POOL_LABEL];
    const version = status.nodeInfo.kubeletVersion;
    const key = `${pool ?? ''} ${version}`;
    const before = counts.get(key)?.count ?? 0;
    counts.set(key, { ...(pool !== undefined && { pool }), version, count: before + 1 });
  }
  const isReady = ({ status }: z.output<typeof nodeForm>) =>
    status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True');
  const notReady = nodes.filter((node) => !isReady(node)).map(({ metadata }) => metadata.name);
  return { total: nodes.length, notReady, kubelets: [...counts.values()] };
}

const series = z.object({
  series: z.array(z.object({ metric: z.record(z.string(), z.string()) })),
  truncated: z.boolean(),
});

async function deprecatedOf(read: Read, clusterId: string): Promise<UpgradeFacts['deprecated']> {
  const result = await read('metrics_query', { clusterId, promql: DEPRECATED });
  if (!result.ok) return why(result);
  const found = series.parse(result.data).series;
  if (found.length === 0 && !(await knowsApiServer(read, clusterId)))
    return { unknown: 'Prometheus has no figures of the API server' };
  return {
    apis: found.map(({ metric: { group = '', version = '', resource = '', removed_release: removedIn = '' } }) => ({
      api: `${group === '' ? '' : `${group}/`}${version} ${resource}`.trim(),
      removedIn,
    })),
  };
}

/** No series is an answer only where the API server's figures are scraped at all. */
async function knowsApiServer(read: Read, clusterId: string): Promise<boolean> {
  const result = await read('metrics_query', { clusterId, promql: 'count(apiserver_request_total)' });
  return result.ok && series.parse(result.data).series.length > 0;
}

const budgetForm = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  status: z.object({ disruptionsAllowed: z.number().nullish(), expectedPods: z.number().nullish() }).nullish(),
});

async function budgetsOf(read: Read, clusterId: string): Promise<UpgradeFacts['budgets']> {
  const fields = ['metadata.name', 'metadata.namespace', 'status'];
  const listed = await everything(read, { clusterId, kind: 'PodDisruptionBudget', fields });
  if ('unknown' in listed) return listed;
  const stuck = listed.items
    .map((item) => budgetForm.parse(item))
    .filter(({ status }) => (status?.expectedPods ?? 0) > 0 && (status?.disruptionsAllowed ?? 0) === 0)
    .map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
  return { stuck, complete: listed.complete };
}

const workloadForm = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.object({ replicas: z.number().nullish() }).nullish(),
});

async function singlesOf(read: Read, clusterId: string): Promise<UpgradeFacts['singles']> {
  const fields = ['metadata.name', 'metadata.namespace', 'spec.replicas'];
  const kinds = await Promise.all(
    ['Deployment', 'StatefulSet'].map((kind) => everything(read, { clusterId, kind, fields })),
  );
  const names: string[] = [];
  for (const listed of kinds) {
    if ('unknown' in listed) return listed;
    const single = listed.items
      .map((item) => workloadForm.parse(item))
      .filter(({ spec }) => (spec?.replicas ?? 1) === 1);
    names.push(...single.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`));
  }
  return { names: names.filter((name) => !name.startsWith('kube-system/')), complete: kinds.every(isComplete) };
}

async function addonsOf(
  read: Read,
  { region, spec, addons }: z.output<typeof clusterForm>,
  target: string | undefined,
): Promise<UpgradeFacts['addons']> {
  if (target === undefined || spec === undefined) return { items: addons };
  const result = await read('cloud_list_addons', { region, version: target, clusterSpec: spec });
  if (!result.ok) return { items: addons };
  const { items } = z
    .object({ items: z.array(z.object({ name: z.string(), version: z.string() })) })
    .parse(result.data);
  const offered = new Map(items.map(({ name, version }) => [name, version]));
  return {
    items: addons.map((addon) => {
      const version = offered.get(addon.name);
      return { ...addon, ...(version !== undefined && { offered: version }) };
    }),
  };
}

async function suspectsOf(read: Read, clusterId: string): Promise<UpgradeFacts['suspects']> {
  const result = await read('k8s_scan', { clusterId });
  if (!result.ok) return why(result);
  const suspects = z.object({ suspects: z.number() });
  const { counts } = z.object({ counts: z.object({ workloads: suspects, nodes: suspects }) }).parse(result.data);
  return { workloads: counts.workloads.suspects, nodes: counts.nodes.suspects };
}

type Listed = { items: unknown[]; complete: boolean } | Unknown;
const isComplete = (listed: Listed): boolean => 'complete' in listed && listed.complete;
const page = z.object({ items: z.array(z.unknown()), continue: z.string().optional() });

async function everything(read: Read, selection: JsonObject): Promise<Listed> {
  const items: unknown[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const result = await read('k8s_list', {
      ...selection,
      limit: PAGE,
      ...(token !== undefined && { continue: token }),
    });
    if (!result.ok) return why(result);
    const found = page.parse(result.data);
    items.push(...found.items);
    token = found.continue;
    if (token === undefined) return { items, complete: true };
  }
  return { items, complete: false };
}
