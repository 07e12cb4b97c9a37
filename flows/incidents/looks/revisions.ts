import type { Container, PodSpec } from '../kinds.ts';
import type { Workload } from '../owners.ts';

/** What a Deployment's pods were made from before its last change, where that is still stored. */
function templateBefore({ replicaSets }: Workload): PodSpec | undefined {
  const [, before] = replicaSets;
  return before?.spec.template.spec;
}

/** The same container as it was before the last change. */
export function containerBefore(workload: Workload, name: string): Container | undefined {
  return templateBefore(workload)?.containers.find((one) => one.name === name);
}
