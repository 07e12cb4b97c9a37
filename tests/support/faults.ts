import type { Survey } from '../../servers/ack/kube/survey/survey.ts';
import type { Random } from './random.ts';
import { addTrouble, DAY, HOUR, MINUTE, NOW } from './survey-builder.ts';
import { addEvicted } from './surveys.ts';

/** Ways in which a cluster gets worse and nothing in it gets better. Each changes a survey in place, where it has what can break. */

type Fault = (survey: Survey, random: Random) => void;

const since = (random: Random) => {
  const age = random.pick([undefined, 0, 10 * MINUTE, HOUR, 3 * DAY]);
  return age === undefined ? {} : { since: NOW - age };
};
const anyOf = <T>(items: readonly T[], random: Random): T | undefined => items[random.int(0, items.length - 1)];
const pods =
  (what: Parameters<typeof addTrouble>[2]['what']): Fault =>
  (survey, random) => {
    if (survey.workloads.length === 0) return;
    const workload = random.int(0, survey.workloads.length - 1);
    addTrouble(survey, workload, { what, pods: random.int(1, 3), count: 9, ...since(random) });
  };
const shape =
  (change: (shape: Survey['shapes'][number]) => void): Fault =>
  (survey, random) => {
    const found = anyOf(survey.shapes, random);
    if (found) change(found);
  };
const container = (change: (one: Survey['shapes'][number]['containers'][number]) => void): Fault =>
  shape(({ containers }) => containers.forEach(change));

export const faults: Record<string, Fault> = {
  'a pod crash-loops': pods('crash-loop'),
  'a container cannot start': pods('waiting'),
  'a pod is killed for memory': pods('oom'),
  'a pod restarts often': pods('restarts'),
  'a pod is not ready': pods('not-ready'),
  'a pod cannot be placed': pods('unschedulable'),
  'a pod does not end': pods('terminating'),
  'a pod is evicted': (survey, random) => {
    if (survey.workloads.length > 0) addEvicted(survey, random.int(0, survey.workloads.length - 1), 1);
  },
  'a node is not ready': ({ nodes }, random) => {
    const node = anyOf(nodes, random);
    if (!node?.ready) return;
    node.ready = false;
    const { since: at } = since(random);
    if (at !== undefined) node.readySince = at;
  },
  'a node is under pressure': ({ nodes }, random) => {
    anyOf(nodes, random)?.pressures.push({ type: 'DiskPressure', ...since(random) });
  },
  'a node is of an old version': ({ nodes }, random) => {
    const node = anyOf(nodes, random);
    if (node) node.version = 'v1.20.0';
  },
  'replicas are missing': ({ workloads }, random) => {
    const workload = anyOf(workloads, random);
    if (!workload || workload.desired === 0) return;
    if (workload.available === workload.desired) workload.shortSince = NOW - 3 * DAY;
    workload.available = Math.min(workload.available, random.int(0, workload.desired - 1));
    workload.ready = Math.min(workload.ready, workload.available);
  },
  'a workload says that it failed': ({ workloads }, random) => {
    const type = random.pick(['Progressing', 'ReplicaFailure', 'Failed']);
    anyOf(workloads, random)?.failures.push({ type, reason: 'Why', message: 'so', ...since(random) });
  },
  'a schedule is missed': ({ workloads }) => {
    for (const one of workloads.filter(({ kind, schedule }) => kind === 'CronJob' && schedule === '* * * * *'))
      one.lastScheduledAt = Math.min(one.lastScheduledAt ?? one.createdAt, NOW - 2 * DAY);
  },
  'an autoscaler cannot read': ({ autoscalers }, random) => {
    const one = anyOf(autoscalers, random);
    if (one && !one.failing) one.failing = { reason: 'FailedGetResourceMetric', message: 'none', ...since(random) };
  },
  'an autoscaler is at its limit': ({ autoscalers }, random) => {
    const one = anyOf(autoscalers, random);
    if (one) one.current = Math.max(one.current, one.max);
  },
  'a budget lets nobody go': ({ budgets }, random) => {
    const one = anyOf(budgets, random);
    if (one) Object.assign(one, { allowed: 0, healthy: 0, desiredHealthy: Math.max(1, one.desiredHealthy) });
  },
  'a Service loses its endpoints': ({ services }, random) => {
    const one = anyOf(services, random);
    if (one?.readyEndpoints !== undefined) one.readyEndpoints = 0;
  },
  'a route loses its backend': ({ routes }, random) => {
    anyOf(routes, random)?.missing.push('gone');
  },
  'a quota is full': ({ quotas }, random) => {
    const one = anyOf(quotas, random);
    if (one) one.used = { ...one.used, ...one.hard };
  },
  'a volume fails': ({ volumes }, random) => {
    const one = anyOf(volumes, random);
    if (one?.phase === 'Bound') one.phase = 'Failed';
  },
  'a claim is lost': ({ claims }, random) => {
    const one = anyOf(claims, random);
    if (one?.phase === 'Bound') one.phase = 'Lost';
  },
  'a certificate runs out': ({ certificates }, random) => {
    const one = anyOf(certificates, random);
    if (one) one.notAfter = NOW - DAY;
  },
  'an image moves': container((one) => {
    one.image = 'repo/app:latest';
  }),
  'a readiness probe is taken away': container((one) => {
    one.probes.readiness = false;
  }),
  'a request is taken away': container((one) => {
    delete one.requests.cpu;
  }),
  'a container is privileged, as root': container((one) => {
    Object.assign(one, { privileged: true, root: 'yes' });
  }),
  'a secret is in the environment': container((one) => {
    one.plainSecrets.push('API_TOKEN');
  }),
  'a pod reaches the host': shape((one) => {
    one.hostNetwork = true;
  }),
  'a namespace has no policy, or does not end': ({ namespaces }, random) => {
    const one = anyOf(namespaces, random);
    if (one) Object.assign(one, { networkPolicies: 0, terminatingSince: NOW - 5 * DAY });
  },
  'somebody may do everything': ({ access }) => {
    access.clusterAdmins.push({ binding: 'new', subject: 'User eve' });
    access.exec.push({ role: 'new', subjects: ['User eve'] });
  },
  'a secret is in a ConfigMap': ({ configSecrets }) => {
    configSecrets.push({ namespace: 'prod', name: 'new', key: 'token' });
  },
  'a part of the API is gone': ({ apiServices }, random) => {
    apiServices.push({ name: 'v1.new', reason: 'MissingEndpoints', ...since(random) });
  },
  'an object does not end': ({ terminating }) => {
    terminating.push({ kind: 'Service', namespace: 'prod', name: 'new', since: NOW - DAY, finalizers: [] });
  },
};
