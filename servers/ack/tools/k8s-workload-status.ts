import { z } from 'zod';
import { getObject } from '../kube/client.ts';
import { clusterId, name, namespace, wireOf } from '../kube/kube-tool.ts';
import { looks } from '../kube/status/others.ts';
import { podPart, reportFields } from '../kube/status/report.ts';
import { rolloutStatus } from '../kube/status/rollouts.ts';
import { readTool } from '../tool.ts';

const kinds = z.enum([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'Pod',
  'Node',
  'PersistentVolumeClaim',
  'Service',
]);

export const k8sWorkloadStatus = readTool({
  name: 'k8s_workload_status',
  title: 'How a workload is doing',
  description:
    'Whether a workload, node, claim or service is as it is meant to be, for checking a change: counts, restarts and OOM kills since a time, and for how long it has been stable by the cluster clock.',
  input: {
    clusterId,
    kind: kinds,
    namespace: namespace.optional(),
    name,
    /** Restarts and OOM kills before this do not count. */
    since: z.iso.datetime({ offset: true }).optional(),
  },
  output: reportFields,
  say: ({ state, ready, desired, stableSeconds, reason }) =>
    `${state}: ${ready} of ${desired} ready, stable for ${stableSeconds} s.${reason ? ` ${reason}` : ''}`,
  async run({ clusterId: id, since, ...wanted }, context) {
    const { signal } = context;
    const wire = await wireOf(id, context);
    const { object, serverTime } = await getObject(wire, wanted, signal);
    const { kind } = wanted;
    const {
      judgement: { stableSince, ...judgement },
      pods,
    } =
      kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet'
        ? await rolloutStatus(wire, object, kind, signal)
        : await looks[kind](wire, object, signal);
    const now = Date.parse(serverTime);
    const part = podPart(pods, { now, since: since === undefined ? undefined : Date.parse(since) });
    const stable = judgement.state === 'healthy' && stableSince !== undefined;
    const stableSeconds = stable ? Math.max(0, Math.floor((now - Date.parse(stableSince)) / 1000)) : part.stableSeconds;
    const { desired, updated, ready } = judgement;
    const percent = desired > 0 ? Math.round((100 * Math.min(desired, updated, ready)) / desired) : 100;
    return { oldPods: 0, ...part, ...judgement, percent, stableSeconds, serverTime };
  },
});
