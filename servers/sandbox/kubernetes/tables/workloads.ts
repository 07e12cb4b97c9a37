import { at, listAt, numberAt, recordsAt, textAt, textsAt } from '../fields.ts';
import type { KubeObject } from '../objects.ts';
import {
  age,
  ageColumn,
  type Column,
  column,
  containerColumns,
  duration,
  labelsText,
  nameColumn,
  selectorText,
  wide,
} from './columns.ts';

const count = (name: string, ...path: string[]): Column =>
  column(name, (object) => numberAt(object, ...path) ?? 0, 'integer');
const ready = column('Ready', (object) => {
  const wanted = numberAt(object, 'spec', 'replicas') ?? 1;
  return `${numberAt(object, 'status', 'readyReplicas') ?? 0}/${wanted}`;
});
const selector = wide('Selector', (object) => selectorText(at(object, 'spec', 'selector')));

const replicas = [
  nameColumn,
  count('Desired', 'spec', 'replicas'),
  count('Current', 'status', 'replicas'),
  count('Ready', 'status', 'readyReplicas'),
  ageColumn,
  ...containerColumns('spec', 'template'),
];

/** The columns of everything that runs pods. */
export const workloadColumns: Record<string, Column[]> = {
  deployments: [
    nameColumn,
    ready,
    count('Up-to-date', 'status', 'updatedReplicas'),
    count('Available', 'status', 'availableReplicas'),
    ageColumn,
    ...containerColumns('spec', 'template'),
    selector,
  ],
  replicasets: [...replicas, selector],
  replicationcontrollers: [...replicas, wide('Selector', (object) => labelsText(textsAt(object, 'spec', 'selector')))],
  statefulsets: [nameColumn, ready, ageColumn, ...containerColumns('spec', 'template')],
  daemonsets: [
    nameColumn,
    count('Desired', 'status', 'desiredNumberScheduled'),
    count('Current', 'status', 'currentNumberScheduled'),
    count('Ready', 'status', 'numberReady'),
    count('Up-to-date', 'status', 'updatedNumberScheduled'),
    count('Available', 'status', 'numberAvailable'),
    column('Node Selector', (object) => labelsText(textsAt(object, 'spec', 'template', 'spec', 'nodeSelector'))),
    ageColumn,
    ...containerColumns('spec', 'template'),
    selector,
  ],
  jobs: [
    nameColumn,
    column('Status', jobStatus),
    column('Completions', completions),
    column('Duration', jobDuration),
    ageColumn,
    ...containerColumns('spec', 'template'),
    selector,
  ],
  cronjobs: [
    nameColumn,
    column('Schedule', (object) => textAt(object, 'spec', 'schedule') ?? ''),
    column('Timezone', (object) => textAt(object, 'spec', 'timeZone') ?? '<none>'),
    column('Suspend', (object) => (at(object, 'spec', 'suspend') === true ? 'True' : 'False')),
    column('Active', (object) => listAt(object, 'status', 'active').length, 'integer'),
    column('Last Schedule', (object, now) => {
      const last = textAt(object, 'status', 'lastScheduleTime');
      return last ? age(last, now) : '<none>';
    }),
    ageColumn,
    ...containerColumns('spec', 'jobTemplate', 'spec', 'template'),
  ],
  controllerrevisions: [
    nameColumn,
    column('Controller', ({ metadata }) => {
      const owner = metadata.ownerReferences?.find(({ controller }) => controller);
      return owner ? `${owner.kind.toLowerCase()}.${owner.apiVersion.split('/')[0]}/${owner.name}` : '<none>';
    }),
    count('Revision', 'revision'),
    ageColumn,
  ],
  horizontalpodautoscalers: [
    nameColumn,
    column('Reference', (object) => {
      const target = at(object, 'spec', 'scaleTargetRef');
      return `${textAt(target, 'kind') ?? ''}/${textAt(target, 'name') ?? ''}`;
    }),
    column('Targets', hpaTargets),
    column('MinPods', (object) => String(numberAt(object, 'spec', 'minReplicas') ?? '<unset>')),
    count('MaxPods', 'spec', 'maxReplicas'),
    count('Replicas', 'status', 'currentReplicas'),
    ageColumn,
  ],
  poddisruptionbudgets: [
    nameColumn,
    column('Min Available', (object) => String(at(object, 'spec', 'minAvailable') ?? 'N/A')),
    column('Max Unavailable', (object) => String(at(object, 'spec', 'maxUnavailable') ?? 'N/A')),
    count('Allowed Disruptions', 'status', 'disruptionsAllowed'),
    ageColumn,
  ],
};

const holds = (object: KubeObject, type: string): boolean =>
  recordsAt(object, 'status', 'conditions').some((one) => one.type === type && one.status === 'True');

function jobStatus(job: KubeObject): string {
  if (holds(job, 'Complete')) return 'Complete';
  if (holds(job, 'Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp) return 'Terminating';
  if (holds(job, 'Suspended')) return 'Suspended';
  return holds(job, 'FailureTarget') ? 'FailureTarget' : 'Running';
}

function completions(job: KubeObject): string {
  const succeeded = numberAt(job, 'status', 'succeeded') ?? 0;
  const wanted = numberAt(job, 'spec', 'completions');
  if (wanted !== undefined) return `${succeeded}/${wanted}`;
  const parallelism = numberAt(job, 'spec', 'parallelism') ?? 1;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(job: KubeObject, now: number): string {
  const start = Date.parse(textAt(job, 'status', 'startTime') ?? '');
  if (Number.isNaN(start)) return '';
  const end = Date.parse(textAt(job, 'status', 'completionTime') ?? '');
  return duration((Number.isNaN(end) ? now : end) - start);
}

/** `cpu: 20%/80%` for each metric, `<unknown>` for what was not measured. */
function hpaTargets(hpa: KubeObject): string {
  const current = recordsAt(hpa, 'status', 'currentMetrics');
  const lines = recordsAt(hpa, 'spec', 'metrics').map((metric, index) => {
    const source = String(metric.type ?? '');
    const key = source.charAt(0).toLowerCase() + source.slice(1);
    const name = textAt(metric, key, 'name') ?? textAt(metric, key, 'metric', 'name') ?? '';
    const target = at(metric, key, 'target');
    const now = at(current[index], key, 'current');
    const value = (of: unknown) => {
      const utilization = numberAt(of, 'averageUtilization');
      if (utilization !== undefined) return `${utilization}%`;
      return textAt(of, 'averageValue') ?? textAt(of, 'value') ?? '<unknown>';
    };
    return `${source === 'Resource' ? `${name}: ` : ''}${value(now)}/${value(target)}`;
  });
  return lines.join(', ') || '<none>';
}
