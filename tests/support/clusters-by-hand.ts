import type { Survey } from '../../servers/ack/kube/survey/survey.ts';
import { addBudget, addNamespace, addService, addWorkload, emptySurvey, nodeOf } from './survey-builder.ts';

/** Three nodes, a website, an interface and a database in prod, CoreDNS: nothing is wrong with it. */
export function healthyCluster(): Survey {
  const survey = emptySurvey();
  survey.nodes.push(nodeOf('node-1'), nodeOf('node-2'), nodeOf('node-3'));
  addNamespace(survey, 'kube-system');
  for (const [namespace, name, kind, desired] of [
    ['prod', 'web', 'Deployment', 4],
    ['prod', 'api', 'Deployment', 3],
    ['prod', 'db', 'StatefulSet', 2],
    ['kube-system', 'coredns', 'Deployment', 2],
  ] as const) {
    const workload = addWorkload(survey, { namespace, name, kind, desired });
    addService(survey, workload);
    addBudget(survey, workload);
  }
  return survey;
}

/** A workload of a survey by its name. */
export function workloadNamed(survey: Survey, name: string): number {
  return survey.workloads.findIndex((workload) => workload.name === name);
}

/** Takes pods of a workload away: they are not ready, and its Service has no way to them. */
export function takeDown(survey: Survey, name: string, pods: number, shortSince: number): void {
  const index = workloadNamed(survey, name);
  const workload = survey.workloads[index];
  if (!workload) throw new Error(`no workload ${name}`);
  workload.available -= pods;
  workload.ready -= pods;
  workload.shortSince = shortSince;
  for (const service of survey.services.filter(({ workloads }) => workloads.includes(index)))
    service.readyEndpoints = workload.ready;
  for (const budget of survey.budgets.filter(({ workloads }) => workloads.includes(index))) {
    budget.healthy = workload.ready;
    budget.allowed = Math.max(0, budget.healthy - budget.desiredHealthy);
  }
}
