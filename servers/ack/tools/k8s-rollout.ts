import { changeTool } from '../kube/change-tool.ts';
import { rolloutInput, rolloutIntent } from '../kube/changes/rollout.ts';

export const k8sRollout = changeTool({
  name: 'k8s_rollout',
  title: 'Restart or roll back a workload',
  description:
    'Restarts the pods of a workload by its own rollout strategy, or brings back the template of an earlier revision.',
  input: rolloutInput,
  intent: rolloutIntent,
});
