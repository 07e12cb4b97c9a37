import type { Tool } from './tool.ts';
import { addonInstall } from './tools/addon-install.ts';
import { addonList } from './tools/addon-list.ts';
import { addonUninstall } from './tools/addon-uninstall.ts';
import { addonUpgrade } from './tools/addon-upgrade.ts';
import { cloudCheckStock } from './tools/cloud-check-stock.ts';
import { cloudGetPrice } from './tools/cloud-get-price.ts';
import { cloudListAddons } from './tools/cloud-list-addons.ts';
import { cloudListInstanceTypes } from './tools/cloud-list-instance-types.ts';
import { cloudListK8sVersions } from './tools/cloud-list-k8s-versions.ts';
import { cloudListRegions } from './tools/cloud-list-regions.ts';
import { cloudListZones } from './tools/cloud-list-zones.ts';
import { cloudPrecheck } from './tools/cloud-precheck.ts';
import { clusterCheckApi } from './tools/cluster-check-api.ts';
import { clusterCreate } from './tools/cluster-create.ts';
import { clusterDelete } from './tools/cluster-delete.ts';
import { clusterEvents } from './tools/cluster-events.ts';
import { clusterGet } from './tools/cluster-get.ts';
import { clusterList } from './tools/cluster-list.ts';
import { clusterModify } from './tools/cluster-modify.ts';
import { clusterUpgrade } from './tools/cluster-upgrade.ts';
import { httpCheck } from './tools/http-check.ts';
import { inspectGet } from './tools/inspect-get.ts';
import { inspectRun } from './tools/inspect-run.ts';
import { k8sAccess } from './tools/k8s-access.ts';
import { k8sApply } from './tools/k8s-apply.ts';
import { k8sClusters } from './tools/k8s-clusters.ts';
import { k8sCordon } from './tools/k8s-cordon.ts';
import { k8sDelete } from './tools/k8s-delete.ts';
import { k8sDeletePod } from './tools/k8s-delete-pod.ts';
import { k8sDescribe } from './tools/k8s-describe.ts';
import { k8sDrain } from './tools/k8s-drain.ts';
import { k8sEvents } from './tools/k8s-events.ts';
import { k8sGet } from './tools/k8s-get.ts';
import { k8sList } from './tools/k8s-list.ts';
import { k8sLogs } from './tools/k8s-logs.ts';
import { k8sPatch } from './tools/k8s-patch.ts';
import { k8sPreview } from './tools/k8s-preview.ts';
import { k8sRestore } from './tools/k8s-restore.ts';
import { k8sRollout } from './tools/k8s-rollout.ts';
import { k8sScale } from './tools/k8s-scale.ts';
import { k8sScan } from './tools/k8s-scan.ts';
import { k8sSurvey } from './tools/k8s-survey.ts';
import { k8sTop } from './tools/k8s-top.ts';
import { k8sVersions } from './tools/k8s-versions.ts';
import { k8sWatch } from './tools/k8s-watch.ts';
import { k8sWorkloadStatus } from './tools/k8s-workload-status.ts';
import { logsQuery } from './tools/logs-query.ts';
import { metricsQuery } from './tools/metrics-query.ts';
import { metricsQueryRange } from './tools/metrics-query-range.ts';
import { networkCreate } from './tools/network-create.ts';
import { networkDelete } from './tools/network-delete.ts';
import { networkList } from './tools/network-list.ts';
import { nodeList } from './tools/node-list.ts';
import { nodeRemove } from './tools/node-remove.ts';
import { nodepoolCreate } from './tools/nodepool-create.ts';
import { nodepoolDelete } from './tools/nodepool-delete.ts';
import { nodepoolList } from './tools/nodepool-list.ts';
import { nodepoolModify } from './tools/nodepool-modify.ts';
import { nodepoolScale } from './tools/nodepool-scale.ts';
import { nodepoolUpgrade } from './tools/nodepool-upgrade.ts';
import { prometheusGet } from './tools/prometheus-get.ts';
import { quotaGet } from './tools/quota-get.ts';
import { taskCancel } from './tools/task-cancel.ts';
import { taskGet } from './tools/task-get.ts';
import { taskList } from './tools/task-list.ts';

/** The tools of the cloud, one line each. */
export const cloudTools: readonly Tool[] = [
  addonInstall,
  addonList,
  addonUninstall,
  addonUpgrade,
  cloudCheckStock,
  cloudGetPrice,
  cloudListAddons,
  cloudListInstanceTypes,
  cloudListK8sVersions,
  cloudListRegions,
  cloudListZones,
  cloudPrecheck,
  clusterCheckApi,
  clusterCreate,
  clusterDelete,
  clusterEvents,
  clusterGet,
  clusterList,
  clusterModify,
  clusterUpgrade,
  inspectGet,
  inspectRun,
  networkCreate,
  networkDelete,
  networkList,
  nodeList,
  nodeRemove,
  nodepoolCreate,
  nodepoolDelete,
  nodepoolList,
  nodepoolModify,
  nodepoolScale,
  nodepoolUpgrade,
  prometheusGet,
  quotaGet,
  taskCancel,
  taskGet,
  taskList,
];

/** The tools of clusters: Kubernetes, metrics and logs. */
export const clusterTools: readonly Tool[] = [
  httpCheck,
  k8sAccess,
  k8sApply,
  k8sClusters,
  k8sCordon,
  k8sDelete,
  k8sDeletePod,
  k8sDescribe,
  k8sDrain,
  k8sEvents,
  k8sGet,
  k8sList,
  k8sLogs,
  k8sPatch,
  k8sPreview,
  k8sRestore,
  k8sRollout,
  k8sScale,
  k8sScan,
  k8sSurvey,
  k8sTop,
  k8sVersions,
  k8sWatch,
  k8sWorkloadStatus,
  logsQuery,
  metricsQuery,
  metricsQueryRange,
];

/** Every tool of the server. */
export const tools: readonly Tool[] = [...cloudTools, ...clusterTools];
