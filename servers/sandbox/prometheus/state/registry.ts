import type * as Kinds from '../../kubernetes/controllers/kinds.ts';
import type { Pod } from '../../kubernetes/controllers/pod-kinds.ts';
import type { KubeObject } from '../../kubernetes/objects.ts';
import { describeNamespace, describeNode } from './cluster.ts';
import { describeEndpoints, describeIngress, describeService } from './network.ts';
import { describePod } from './pods.ts';
import { describeAutoscaler, describeBudget, describeQuota } from './policies.ts';
import type { StateSample } from './sample.ts';
import { describeClaim, describeVolume } from './storage.ts';
import {
  describeCronJob,
  describeDaemonSet,
  describeDeployment,
  describeJob,
  describeReplicaSet,
  describeStatefulSet,
} from './workloads.ts';

/** What kube-state-metrics says of an object, by the plural of its kind; nothing of kinds it is not told to watch. */
export function describe(plural: string, object: KubeObject): StateSample[] {
  switch (plural) {
    case 'pods':
      return describePod(object as Pod);
    case 'deployments':
      return describeDeployment(object as Kinds.Deployment);
    case 'replicasets':
      return describeReplicaSet(object as Kinds.ReplicaSet);
    case 'statefulsets':
      return describeStatefulSet(object as Kinds.StatefulSet);
    case 'daemonsets':
      return describeDaemonSet(object as Kinds.DaemonSet);
    case 'jobs':
      return describeJob(object as Kinds.Job);
    case 'cronjobs':
      return describeCronJob(object as Kinds.CronJob);
    case 'nodes':
      return describeNode(object as Kinds.Node);
    case 'namespaces':
      return describeNamespace(object as Kinds.Namespace);
    case 'persistentvolumeclaims':
      return describeClaim(object as Kinds.Claim);
    case 'persistentvolumes':
      return describeVolume(object as Kinds.PersistentVolume);
    case 'horizontalpodautoscalers':
      return describeAutoscaler(object as Kinds.HorizontalPodAutoscaler);
    case 'poddisruptionbudgets':
      return describeBudget(object as Kinds.DisruptionBudget);
    case 'resourcequotas':
      return describeQuota(object as Kinds.ResourceQuota);
    case 'services':
      return describeService(object as Kinds.Service);
    case 'endpoints':
      return describeEndpoints(object as Kinds.Endpoints);
    case 'ingresses':
      return describeIngress(object);
    default:
      return [];
  }
}
