/** Which tools read and which write: the gateway's list, never the annotations. Kept apart from the tools, which are heavy to load; a test holds both together. */
const READING = [
  'addon_list',
  'cloud_check_stock',
  'cloud_get_price',
  'cloud_list_addons',
  'cloud_list_instance_types',
  'cloud_list_k8s_versions',
  'cloud_list_regions',
  'cloud_list_zones',
  'cloud_precheck',
  'cluster_check_api',
  'cluster_events',
  'cluster_get',
  'cluster_list',
  'inspect_get',
  'inspect_run',
  'network_list',
  'node_list',
  'nodepool_list',
  'prometheus_get',
  'quota_get',
  'task_get',
  'task_list',
];

const WRITING = [
  'addon_install',
  'addon_uninstall',
  'addon_upgrade',
  'cluster_create',
  'cluster_delete',
  'cluster_modify',
  'cluster_upgrade',
  'network_create',
  'network_delete',
  'node_remove',
  'nodepool_create',
  'nodepool_delete',
  'nodepool_modify',
  'nodepool_scale',
  'task_cancel',
];

export const toolAccess: Record<string, 'read' | 'write'> = Object.fromEntries([
  ...READING.map((name) => [name, 'read'] as const),
  ...WRITING.map((name) => [name, 'write'] as const),
]);
