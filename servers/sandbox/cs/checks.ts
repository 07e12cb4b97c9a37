import { z } from 'zod';
import { type Call, chinaTime, type Handler, utcTime } from '../call.ts';
import type { Check, Cluster } from '../documents.ts';
import { notFound, parseInput } from '../errors.ts';
import { reportId, requestId } from '../ids.ts';
import { findCluster, livePools, nodeState, runningCluster } from '../state.ts';
import { STAGES, startTask } from '../tasks.ts';
import type { World } from '../world.ts';
import { accepted } from './pools.ts';

const CHECK_SECONDS = 60;

const checkBody = z.looseObject({
  type: z.enum(['ClusterMigrate', 'MasterUpgrade', 'NodePoolUpgrade', 'ClusterUpgrade']),
  target: z.string().optional(),
});

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-runclustercheck */
export const runClusterCheck: Handler = (call) => {
  const cluster = runningCluster(call.world, call.path.cluster);
  const { type, target } = parseInput(checkBody, call.body);
  const id = `${Math.round(call.world.now())}-${cluster.id}-clustercheck-${reportId().slice(0, 5)}`;
  putCheck(call.world, { id, clusterId: cluster.id, kind: 'check', type, ...(target && { target }) });
  return accepted(call, { check_id: id });
};

const putCheck = (world: World, check: Omit<Check, 'createdAt' | 'seconds'>): Check =>
  world.checks.put({ ...check, createdAt: world.now(), seconds: CHECK_SECONDS });

const endOf = (check: Check): number => check.createdAt + check.seconds * 1000;

const isDone = (world: World, check: Check): boolean => world.now() >= endOf(check);

function findCheck({ world, path }: Call, kind: Check['kind'], id: string | undefined): Check {
  const cluster = findCluster(world, path.cluster);
  const check = world.checks.get(id ?? '');
  if (check?.clusterId !== cluster.id || check.kind !== kind)
    throw notFound('ErrorCheckNotFound', `${kind} ${id} not found`);
  return check;
}

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-getclustercheck */
export const getClusterCheck: Handler = (call) => wireCheck(call.world, findCheck(call, 'check', call.path.check));

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-listclusterchecks */
export const listClusterChecks: Handler = ({ world, path, query }) => ({
  checks: world.checks
    .list(findCluster(world, path.cluster).id)
    .filter((check) => check.kind === 'check' && (!query.type || check.type === query.type))
    .map((check) => wireCheck(world, check)),
});

function wireCheck(world: World, check: Check) {
  const done = isDone(world, check);
  return {
    check_id: check.id,
    type: check.type,
    status: done ? 'Succeeded' : 'Running',
    message: done ? 'task succeed' : 'task running',
    created_at: utcTime(check.createdAt),
    ...(done && { finished_at: utcTime(endOf(check)), check_items: {} }),
  };
}

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-runclusterinspect */
export const runClusterInspect: Handler = (call) => {
  const { world, path } = call;
  const cluster = runningCluster(world, path.cluster);
  const check = putCheck(world, { id: reportId(), clusterId: cluster.id, kind: 'inspection', type: 'inspection' });
  const target = { id: cluster.id, type: 'cluster' };
  const task = startTask(world, { clusterId: cluster.id, type: 'cluster_inspect', target, stages: STAGES.inspect });
  world.countAccepted(call.action);
  return { reportId: check.id, taskId: task.id, requestId: requestId() };
};

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-listclusterinspectreports */
export const listClusterInspectReports: Handler = ({ world, path }) => {
  const cluster = findCluster(world, path.cluster);
  const reports = world.checks
    .list(cluster.id)
    .filter((check) => check.kind === 'inspection')
    .reverse();
  return { reports: reports.map((report) => wireReport(world, cluster, report)), requestId: requestId() };
};

/** https://help.aliyun.com/zh/ack/developer-reference/api-cs-2015-12-15-getclusterinspectreportdetail */
export const getClusterInspectReportDetail: Handler = (call) => {
  const { world, query } = call;
  const report = findCheck(call, 'inspection', call.path.report);
  const cluster = findCluster(world, call.path.cluster);
  const results = inspect(world, cluster, query.language === 'en_US' ? 'en' : 'zh')
    .filter((item) => query.enableFilter !== 'true' || item.result === 'true')
    .filter(
      (item) => (!query.category || item.category === query.category) && (!query.level || item.level === query.level),
    );
  return {
    ...wireReport(world, cluster, report),
    checkItemResults: isDone(world, report) ? results : [],
    requestId: requestId(),
  };
};

function wireReport(world: World, cluster: Cluster, report: Check) {
  const done = isDone(world, report);
  const abnormal = (level: string) =>
    inspect(world, cluster, 'en').filter((item) => item.result === 'true' && item.level === level).length;
  const summary = {
    adviceCount: abnormal('advice'),
    warnCount: abnormal('warning'),
    errorCount: abnormal('error') + abnormal('critical'),
    normalCount: inspect(world, cluster, 'en').filter((item) => item.result === 'false').length,
  };
  const code = summary.errorCount > 0 ? 'error' : summary.warnCount > 0 ? 'warning' : 'normal';
  return {
    reportId: report.id,
    status: done ? 'completed' : 'running',
    startTime: chinaTime(report.createdAt),
    ...(done && { endTime: chinaTime(endOf(report)), summary: { code, ...summary } }),
  };
}

interface Rule {
  uid: string;
  category: 'security' | 'stability';
  level: 'advice' | 'warning' | 'error';
  name: { en: string; zh: string };
  fix: { en: string; zh: string };
  /** True when something is wrong. */
  abnormal(world: World, cluster: Cluster): boolean;
}

const nodesOf = (world: World, cluster: Cluster) =>
  livePools(world, cluster.id).flatMap((pool) => world.nodes.list(pool.id));

/** The few things this world can inspect; the ids are its own. */
const RULES: Rule[] = [
  {
    uid: 'ClusterDeletionProtection',
    category: 'security',
    level: 'advice',
    name: { en: 'Deletion protection is off', zh: '集群未开启删除保护' },
    fix: { en: 'Switch deletion protection on.', zh: '开启集群删除保护。' },
    abnormal: (_, cluster) => !cluster.deletionProtection,
  },
  {
    uid: 'APIServerPublicAccess',
    category: 'security',
    level: 'warning',
    name: { en: 'The API server is reachable from the Internet', zh: 'API Server 暴露在公网' },
    fix: { en: 'Use the internal endpoint, or an access control list.', zh: '改用内网地址，或配置访问控制。' },
    abnormal: (_, cluster) => cluster.publicAccess,
  },
  {
    uid: 'NodeZones',
    category: 'stability',
    level: 'warning',
    name: { en: 'Nodes stand in fewer than two zones', zh: '节点所在可用区少于两个' },
    fix: { en: 'Add a node pool in another zone.', zh: '在其他可用区新增节点池。' },
    abnormal: (world, cluster) => new Set(nodesOf(world, cluster).map((node) => node.zone)).size < 2,
  },
  {
    uid: 'NodeNotReady',
    category: 'stability',
    level: 'error',
    name: { en: 'A node failed to join', zh: '存在加入失败的节点' },
    fix: { en: 'Remove the node and scale the pool again.', zh: '移除该节点后重新扩容。' },
    abnormal: (world, cluster) => nodesOf(world, cluster).some((node) => nodeState(world, node) === 'failed'),
  },
];

const inspect = (world: World, cluster: Cluster, language: 'en' | 'zh') =>
  RULES.map((rule) => ({
    checkItemUid: rule.uid,
    category: rule.category,
    level: rule.level,
    name: rule.name[language],
    description: rule.name[language],
    fix: rule.fix[language],
    result: String(rule.abnormal(world, cluster)),
    targetType: 'Cluster',
    targets: [cluster.id],
  }));
