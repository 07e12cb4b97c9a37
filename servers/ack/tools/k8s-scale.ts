import { changeTool } from '../kube/change-tool.ts';
import { scaleInput, scaleIntent } from '../kube/changes/scale.ts';

export const k8sScale = changeTool({
  name: 'k8s_scale',
  title: 'Scale a workload',
  description: 'Sets the number of replicas of a workload. An autoscaler that owns the number would set it back.',
  input: scaleInput,
  intent: scaleIntent,
});
