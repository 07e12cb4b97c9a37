import { changeTool } from '../kube/change-tool.ts';
import { cordonInput, cordonIntent } from '../kube/changes/cordon.ts';

export const k8sCordon = changeTool({
  name: 'k8s_cordon',
  title: 'Cordon or uncordon a node',
  description: 'Keeps new pods off a node, or lets them come again. Pods that run there stay.',
  input: cordonInput,
  intent: cordonIntent,
});
