import { changeTool } from '../kube/change-tool.ts';
import { restoreInput, restoreIntent } from '../kube/changes/restore.ts';

export const k8sRestore = changeTool({
  name: 'k8s_restore',
  title: 'Take an apply back',
  description:
    'The way back of k8s_apply for an object that was there before: a JSON patch that holds on to what was written, as the undo of the apply gives it. Refused where it would bring in what an apply may not.',
  input: restoreInput,
  intent: restoreIntent,
});
