import { POD_STATE, type Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import { healthyCluster, takeDown, workloadNamed } from '../../../support/clusters-by-hand.ts';
import {
  addService,
  addTrouble,
  addWorkload,
  containerOf,
  DAY,
  HOUR,
  MINUTE,
  NOW,
} from '../../../support/survey-builder.ts';

/**
 * Clusters by hand, from the worst to the best. The order is that of those who wrote this project, put down before the first score was
 * computed; nobody else was asked.
 */

interface Described {
  name: string;
  change(survey: Survey): void;
}

type Trouble = Survey['troubles'][number]['what'];
const since = NOW - 2 * HOUR;

const trouble = (survey: Survey, name: string, what: Trouble, pods: number, at = since) =>
  addTrouble(survey, workloadNamed(survey, name), { what, pods, since: at, count: 20 });
const shapesOf = (survey: Survey, namespace: string) =>
  survey.workloads.filter((one) => one.namespace === namespace).flatMap(({ shape }) => survey.shapes[shape] ?? []);
const loseNode = (survey: Survey, index: number) => {
  const node = survey.nodes[index];
  if (node) Object.assign(node, { ready: false, readySince: since });
};

/** Pods of a workload are gone, and the API says of each of them why. */
function down(survey: Survey, name: string, what: Trouble, pods: number): void {
  takeDown(survey, name, pods, since);
  trouble(survey, name, what, pods);
  const workload = workloadNamed(survey, name);
  let left = pods;
  survey.pods.state = survey.pods.state.map((state, pod) =>
    survey.pods.workload[pod] === workload && left-- > 0 ? POD_STATE.pending : state,
  );
}

/** A namespace with a workload in which everything crashes. */
function brokenNamespace(survey: Survey, namespace: string): void {
  const workload = addWorkload(survey, { namespace, name: `${namespace}-app`, desired: 4 });
  addService(survey, workload);
  down(survey, `${namespace}-app`, 'crash-loop', 4);
}

export const corpus: Described[] = [
  {
    name: 'no node is ready and nothing runs',
    change(survey) {
      for (const index of survey.nodes.keys()) loseNode(survey, index);
      for (const [name, pods] of [
        ['web', 4],
        ['api', 3],
        ['db', 2],
        ['coredns', 2],
      ] as const)
        down(survey, name, 'unschedulable', pods);
    },
  },
  {
    name: 'no CoreDNS, and so everything crashes',
    change(survey) {
      down(survey, 'coredns', 'crash-loop', 2);
      down(survey, 'web', 'crash-loop', 4);
      down(survey, 'api', 'crash-loop', 3);
    },
  },
  {
    name: 'the database is gone with its disk, and the interface crashes',
    change(survey) {
      down(survey, 'db', 'unschedulable', 2);
      down(survey, 'api', 'crash-loop', 3);
      survey.volumes.push({
        name: 'd-1',
        phase: 'Failed',
        size: 2 ** 30,
        reclaimPolicy: 'Delete',
        nodeAffinity: [],
        local: false,
        createdAt: NOW - 90 * DAY,
      });
    },
  },
  { name: 'the website crashes', change: (survey) => down(survey, 'web', 'crash-loop', 4) },
  {
    name: 'the interface has a selector that selects nothing',
    change(survey) {
      const service = survey.services.find(({ name }) => name === 'api');
      if (service) service.readyEndpoints = 0;
    },
  },
  {
    name: 'a worker of prod without a Service has no pod left',
    change(survey) {
      addWorkload(survey, { namespace: 'prod', name: 'worker', desired: 2 });
      down(survey, 'worker', 'waiting', 2);
    },
  },
  {
    name: 'a node is lost, another has a full disk, and pods of prod fit nowhere',
    change(survey) {
      loseNode(survey, 0);
      survey.nodes[1]?.pressures.push({ type: 'DiskPressure', since });
      down(survey, 'web', 'unschedulable', 2);
      down(survey, 'api', 'unschedulable', 1);
    },
  },
  {
    name: 'half of the pods of prod crash',
    change(survey) {
      down(survey, 'web', 'crash-loop', 2);
      down(survey, 'api', 'crash-loop', 1);
      down(survey, 'db', 'crash-loop', 1);
    },
  },
  {
    name: 'a roll-out of prod is stuck on an image',
    change(survey) {
      down(survey, 'web', 'waiting', 1);
      survey.workloads[workloadNamed(survey, 'web')]?.failures.push({
        type: 'Progressing',
        reason: 'ProgressDeadlineExceeded',
        message: 'timed out',
        since,
      });
    },
  },
  {
    name: 'the interface is killed for memory again and again',
    change(survey) {
      trouble(survey, 'api', 'oom', 2);
      trouble(survey, 'api', 'restarts', 2);
      trouble(survey, 'api', 'not-ready', 1);
    },
  },
  {
    name: 'one of three nodes is lost, and all fits on the others',
    change: (survey) => loseNode(survey, 2),
  },
  {
    name: 'CoreDNS has one replica, and metrics cannot be had',
    change(survey) {
      takeDown(survey, 'coredns', 1, since);
      survey.apiServices.push({ name: 'v1beta1.metrics.k8s.io', reason: 'MissingEndpoints', since });
    },
  },
  {
    name: 'a claim of prod waits for a volume',
    change(survey) {
      survey.claims.push({
        namespace: 'prod',
        name: 'reports',
        phase: 'Pending',
        size: 2 ** 30,
        accessModes: ['ReadWriteOnce'],
        createdAt: since,
        used: true,
      });
      trouble(survey, 'web', 'unschedulable', 1);
    },
  },
  {
    name: 'neither CPU nor memory would be enough with a node less',
    change(survey) {
      for (const shape of shapesOf(survey, 'prod')) Object.assign(shape.requests, { cpu: 1100, memory: 4.5 * 2 ** 30 });
    },
  },
  {
    name: 'it is out of support, with nodes still older',
    change(survey) {
      survey.serverVersion = 'v1.34.1-aliyun.1';
      for (const node of survey.nodes) node.version = 'v1.33.1-aliyun.1';
    },
  },
  {
    name: 'an open house: privileged pods, administrators, secrets in plain sight',
    change(survey) {
      for (const shape of shapesOf(survey, 'prod'))
        shape.containers = [containerOf({ privileged: true, root: 'yes', plainSecrets: ['DB_PASSWORD'] })];
      for (const binding of ['ops', 'dev', 'ci'])
        survey.access.clusterAdmins.push({ binding, subject: `Group ${binding}` });
      for (const namespace of survey.namespaces) namespace.networkPolicies = 0;
    },
  },
  {
    name: 'pods of prod without requests, without probes, of the latest image',
    change(survey) {
      for (const shape of shapesOf(survey, 'prod'))
        shape.containers = [
          containerOf({
            image: 'repo/app:latest',
            requests: {},
            probes: { liveness: false, readiness: false, startup: false },
          }),
        ];
    },
  },
  { name: 'everything crashes in staging', change: (survey) => brokenNamespace(survey, 'staging') },
  { name: 'everything crashes in a namespace of developers', change: (survey) => brokenNamespace(survey, 'shop-dev') },
  {
    name: 'a quota of prod is nearly full, and a certificate has a fortnight',
    change(survey) {
      survey.quotas.push({ namespace: 'prod', name: 'q', hard: { pods: 100 }, used: { pods: 95 } });
      survey.certificates.push({ namespace: 'prod', name: 'tls', ready: true, notAfter: NOW + 14 * DAY });
    },
  },
  {
    name: 'two services of prod have one replica and no budget',
    change(survey) {
      for (const name of ['mail', 'search'])
        addService(survey, addWorkload(survey, { namespace: 'prod', name, desired: 1 }));
    },
  },
  {
    name: 'a job failed in a namespace of developers',
    change(survey) {
      addWorkload(survey, {
        namespace: 'shop-dev',
        name: 'seed',
        kind: 'Job',
        desired: 0,
        failures: [{ type: 'Failed', reason: 'BackoffLimitExceeded', message: '', since }],
      });
    },
  },
  {
    name: 'a pod of prod has not been ready for two minutes',
    change(survey) {
      takeDown(survey, 'web', 1, NOW - 2 * MINUTE);
      trouble(survey, 'web', 'not-ready', 1, NOW - 2 * MINUTE);
    },
  },
  { name: 'nothing is wrong', change: () => undefined },
];

export function clusterOf({ change }: Described): Survey {
  const survey = healthyCluster();
  change(survey);
  return survey;
}
