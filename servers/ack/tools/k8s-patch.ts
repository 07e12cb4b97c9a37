import { changeTool } from '../kube/change-tool.ts';
import { patchInput, patchIntent } from '../kube/changes/patch.ts';

export const k8sPatch = changeTool({
  name: 'k8s_patch',
  title: 'Patch an object',
  description:
    'Changes fields of one object, from a closed list of kinds and fields: resources, images, probes, environment, replicas, selectors, quotas and the like. Anything else is refused by its path. Refused, too, when the object is not the one that the plan was made for.',
  input: patchInput,
  intent: patchIntent,
});
