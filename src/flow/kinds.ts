/** The kinds that people speak of, under the words they use for them. https://kubernetes.io/docs/reference/kubectl/#resource-types */

export interface SpokenKind {
  kind: string;
  /** Lower case; a Latin word counts as a whole word only. */
  words: readonly string[];
  /** Belongs to the whole cluster, not to a namespace. */
  clusterWide?: true;
}

export const SPOKEN_KINDS: readonly SpokenKind[] = [
  {
    kind: 'NodePool',
    words: ['node pool', 'node pools', 'nodepool', 'nodepools', 'pool', 'pools', '节点池'],
    clusterWide: true,
  },
  { kind: 'Pod', words: ['pod', 'pods', 'po', '容器组'] },
  { kind: 'Deployment', words: ['deployment', 'deployments', 'deploy', 'deploys', '无状态', '无状态应用', '部署'] },
  { kind: 'StatefulSet', words: ['statefulset', 'statefulsets', 'sts', '有状态', '有状态应用'] },
  { kind: 'DaemonSet', words: ['daemonset', 'daemonsets', 'ds', '守护进程集', '守护进程'] },
  { kind: 'ReplicaSet', words: ['replicaset', 'replicasets', 'rs', '副本集'] },
  { kind: 'CronJob', words: ['cronjob', 'cronjobs', 'cj', 'cron job', 'cron jobs', '定时任务'] },
  { kind: 'Job', words: ['job', 'jobs', '批处理', '一次性任务'] },
  { kind: 'Service', words: ['service', 'services', 'svc', '服务'] },
  { kind: 'Ingress', words: ['ingress', 'ingresses', 'ing', '路由', '入口'] },
  {
    kind: 'HorizontalPodAutoscaler',
    words: ['hpa', 'hpas', 'autoscaler', 'autoscalers', 'horizontalpodautoscaler', '弹性伸缩', '自动伸缩', '自动扩缩'],
  },
  {
    kind: 'PersistentVolumeClaim',
    words: ['pvc', 'pvcs', 'volume', 'volumes', 'claim', 'claims', 'persistentvolumeclaim', '存储卷', '存储声明', '卷'],
  },
  { kind: 'ConfigMap', words: ['configmap', 'configmaps', 'cm', 'config map', 'config maps', '配置项'] },
  { kind: 'Secret', words: ['secret', 'secrets', '保密字典', '密钥'] },
  { kind: 'ResourceQuota', words: ['resourcequota', 'resourcequotas'] },
  { kind: 'PodDisruptionBudget', words: ['pdb', 'pdbs', 'poddisruptionbudget', 'disruption budget'] },
  { kind: 'NetworkPolicy', words: ['networkpolicy', 'networkpolicies', 'netpol', '网络策略'] },
  { kind: 'Namespace', words: ['namespace', 'namespaces', 'ns', '命名空间', '名字空间'], clusterWide: true },
  { kind: 'Node', words: ['node', 'nodes', 'no', '节点'], clusterWide: true },
  { kind: 'PersistentVolume', words: ['persistentvolume', 'persistentvolumes', 'pv', 'pvs'], clusterWide: true },
  { kind: 'StorageClass', words: ['storageclass', 'storageclasses', 'sc', '存储类'], clusterWide: true },
];

/** Short forms that are everyday words as well: taken for a kind only where the caller knows that one is named. */
const EVERYDAY = new Set([
  'no',
  'po',
  'rs',
  'ds',
  'ing',
  'sc',
  'cm',
  'cj',
  'pool',
  'pools',
  'deploy',
  'deploys',
  'claim',
  'claims',
  '部署',
  '卷',
  '入口',
  '路由',
]);

/** Where kinds are named in a text, in the order in which they stand; of overlapping words the longest counts. */
export function kindsIn(text: string, { everyday = false } = {}): { kind: string; start: number; end: number }[] {
  const said = text.toLowerCase();
  const found = SPOKEN_KINDS.flatMap(({ kind, words }) =>
    words
      .filter((word) => everyday || !EVERYDAY.has(word))
      .flatMap((word) => placesOf(said, word).map((start) => ({ kind, start, end: start + word.length }))),
  ).sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
  const kept: typeof found = [];
  for (const one of found) if (!kept.some((other) => one.start < other.end && other.start < one.end)) kept.push(one);
  return kept.sort((a, b) => a.start - b.start);
}

/** Whether objects of a kind belong to the whole cluster. Of a kind that is not known here it is not known: false. */
export const isClusterWide = (kind: string): boolean =>
  SPOKEN_KINDS.some((one) => one.kind === kind && one.clusterWide === true);

/** A Latin word stands by itself: `pod` is not in `podinfo`, `job-a` or `my-job`. */
function placesOf(text: string, word: string): number[] {
  const places: number[] = [];
  const isLatin = /^[a-z]/.test(word);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const around = `${text[at - 1] ?? ' '}${text[at + word.length] ?? ' '}`;
    if (!isLatin || !/[a-z0-9-]/.test(around)) places.push(at);
  }
  return places;
}
