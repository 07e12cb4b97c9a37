import type { Handler } from '../call.ts';
import * as account from './account.ts';
import * as addons from './addons.ts';
import * as checks from './checks.ts';
import * as clusters from './clusters.ts';
import { createCluster } from './create-cluster.ts';
import { describeClusterUserKubeconfig } from './kubeconfig.ts';
import { describeClusterNodes } from './nodes.ts';
import * as changes from './pool-changes.ts';
import * as pools from './pools.ts';
import * as tasks from './tasks.ts';

/** Method and path, the action's name, what answers it, and the status of success where it is not 200. */
type Route = [route: string, action: string, handler: Handler, status?: number];

/** The calls of CS 2015-12-15. */
const ROUTES: Route[] = [
  ['POST /clusters', 'CreateCluster', createCluster, 202],
  ['GET /clusters/:cluster', 'DescribeClusterDetail', clusters.describeClusterDetail],
  ['DELETE /clusters/:cluster', 'DeleteCluster', clusters.deleteCluster, 202],
  ['PUT /api/v2/clusters/:cluster', 'ModifyCluster', clusters.modifyCluster, 202],
  ['POST /api/v2/clusters/:cluster/upgrade', 'UpgradeCluster', clusters.upgradeCluster, 202],
  ['GET /regions/:region/clusters', 'DescribeClustersForRegion', clusters.describeClustersForRegion],
  ['GET /clusters/:cluster/resources', 'DescribeClusterResources', clusters.describeClusterResources],
  ['POST /clusters/:cluster/nodepools', 'CreateClusterNodePool', pools.createClusterNodePool],
  ['GET /clusters/:cluster/nodepools', 'DescribeClusterNodePools', pools.describeClusterNodePools],
  ['GET /clusters/:cluster/nodepools/:pool', 'DescribeClusterNodePoolDetail', pools.describeClusterNodePoolDetail],
  ['PUT /clusters/:cluster/nodepools/:pool', 'ModifyClusterNodePool', changes.modifyClusterNodePool],
  ['POST /clusters/:cluster/nodepools/:pool', 'ScaleClusterNodePool', changes.scaleClusterNodePool, 202],
  ['DELETE /clusters/:cluster/nodepools/:pool', 'DeleteClusterNodepool', changes.deleteClusterNodepool],
  ['DELETE /clusters/:cluster/nodepools/:pool/nodes', 'RemoveNodePoolNodes', changes.removeNodePoolNodes, 202],
  ['POST /clusters/:cluster/nodepools/:pool/upgrade', 'UpgradeClusterNodepool', changes.upgradeClusterNodepool],
  ['POST /clusters/:cluster/nodepools/:pool/repair', 'RepairClusterNodePool', changes.repairClusterNodePool],
  ['GET /clusters/:cluster/nodes', 'DescribeClusterNodes', describeClusterNodes],
  ['POST /clusters/:cluster/components/install', 'InstallClusterAddons', addons.installClusterAddons],
  ['POST /clusters/:cluster/components/uninstall', 'UnInstallClusterAddons', addons.unInstallClusterAddons],
  ['POST /clusters/:cluster/components/upgrade', 'UpgradeClusterAddons', addons.upgradeClusterAddons],
  ['POST /clusters/:cluster/components/:addon/config', 'ModifyClusterAddon', addons.modifyClusterAddon],
  ['GET /addons', 'ListAddons', addons.listAddons],
  ['GET /addons/:addon', 'DescribeAddon', addons.describeAddon],
  ['GET /clusters/:cluster/addon_instances', 'ListClusterAddonInstances', addons.listClusterAddonInstances],
  ['GET /clusters/:cluster/addon_instances/:addon', 'GetClusterAddonInstance', addons.getClusterAddonInstance],
  ['GET /tasks/:task', 'DescribeTaskInfo', tasks.describeTaskInfo],
  ['POST /tasks/:task/cancel', 'CancelTask', tasks.cancelTask],
  ['POST /tasks/:task/pause', 'PauseTask', tasks.pauseTask],
  ['POST /tasks/:task/resume', 'ResumeTask', tasks.resumeTask],
  ['GET /clusters/:cluster/tasks', 'DescribeClusterTasks', tasks.describeClusterTasks],
  ['GET /clusters/:cluster/events', 'DescribeClusterEvents', tasks.describeEvents],
  ['GET /regions/:region/events', 'DescribeEventsForRegion', tasks.describeEvents],
  ['GET /events', 'DescribeEvents', tasks.describeEvents],
  ['POST /clusters/:cluster/checks', 'RunClusterCheck', checks.runClusterCheck],
  ['GET /clusters/:cluster/checks', 'ListClusterChecks', checks.listClusterChecks],
  ['GET /clusters/:cluster/checks/:check', 'GetClusterCheck', checks.getClusterCheck],
  ['POST /clusters/:cluster/inspectReports', 'RunClusterInspect', checks.runClusterInspect],
  ['GET /clusters/:cluster/inspectReports', 'ListClusterInspectReports', checks.listClusterInspectReports],
  [
    'GET /clusters/:cluster/inspectReports/:report',
    'GetClusterInspectReportDetail',
    checks.getClusterInspectReportDetail,
  ],
  ['GET /k8s/:cluster/user_config', 'DescribeClusterUserKubeconfig', describeClusterUserKubeconfig],
  ['GET /api/v1/metadata/versions', 'DescribeKubernetesVersionMetadata', account.describeKubernetesVersionMetadata],
  ['GET /quota', 'DescribeUserQuota', account.describeUserQuota],
  ['GET /regions', 'DescribeRegions', account.describeRegions],
  ['POST /ram/check-service-role', 'CheckServiceRole', account.checkServiceRole],
  ['POST /service/open', 'OpenAckService', account.openAckService],
];

const compiled = ROUTES.map(([route, action, handler, status = 200]) => ({
  pattern: new RegExp(`^${route.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
  action,
  handler,
  status,
}));

/** The CS call that a method and a path mean, with the path's variable parts. */
export function matchRoute(method: string, pathname: string) {
  for (const { pattern, ...route } of compiled) {
    const match = pattern.exec(`${method} ${pathname}`);
    if (match) return { ...route, path: { ...match.groups } };
  }
  return undefined;
}
