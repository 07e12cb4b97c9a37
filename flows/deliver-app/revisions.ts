import { z } from 'zod';
import { FlowError, type FlowRun } from '../../src/flow/kit.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { asObject } from './objects.ts';
import { look } from './patient.ts';
import { BY_ANNOTATION, WHY_ANNOTATION } from './values.ts';

/** What ran before: the revisions that the cluster keeps of a workload, newest first. */

export interface Revision {
  number: number;
  images: string[];
  /** When it was first made, epoch milliseconds; a revision that was gone back to keeps that of its first time. */
  madeAt: number;
  /** Numbers it had before, where somebody went back to it. */
  earlier: number[];
  by?: string;
  why?: string;
}

const strings = z.record(z.string(), z.string()).catch({});
const held = z.looseObject({
  metadata: z.looseObject({
    creationTimestamp: z.string().catch(''),
    annotations: strings,
    ownerReferences: z.array(z.looseObject({ uid: z.string() })).catch([]),
  }),
  revision: z.number().optional(),
  spec: z.record(z.string(), z.json()).optional(),
  data: z.record(z.string(), z.json()).optional(),
});

const NUMBER = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';
const CAUSE = 'kubernetes.io/change-cause';

/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#checking-rollout-history-of-a-deployment */
export function* revisionsOf(clusterId: string, workload: JsonObject): FlowRun<Revision[]> {
  const { namespace, uid } = asObject(workload.metadata);
  const ofDeployment = workload.kind === 'Deployment';
  const answer = yield* look('k8s_list', {
    clusterId,
    kind: ofDeployment ? 'ReplicaSet' : 'ControllerRevision',
    namespace: String(namespace ?? ''),
    limit: 500,
  });
  const items = Array.isArray(answer.items) ? answer.items : [];
  return items
    .flatMap((item) => {
      const parsed = held.safeParse(item);
      return parsed.success && parsed.data.metadata.ownerReferences.some((owner) => owner.uid === uid)
        ? [parsed.data]
        : [];
    })
    .map((one): Revision => {
      const { annotations, creationTimestamp } = one.metadata;
      const template = asObject(asObject(ofDeployment ? one.spec : one.data?.spec).template);
      const own = strings.parse(asObject(template.metadata).annotations ?? {});
      const { containers } = asObject(template.spec);
      const by = own[BY_ANNOTATION];
      const why = own[WHY_ANNOTATION] ?? annotations[CAUSE];
      return {
        number: ofDeployment ? Number(annotations[NUMBER] ?? 0) : (one.revision ?? 0),
        images: Array.isArray(containers) ? containers.map((container) => String(asObject(container).image ?? '')) : [],
        madeAt: Date.parse(creationTimestamp) || 0,
        earlier: (annotations[HISTORY] ?? '')
          .split(',')
          .map(Number)
          .filter((number) => number > 0),
        ...(by !== undefined && { by }),
        ...(why !== undefined && { why }),
      };
    })
    .sort((one, other) => other.number - one.number);
}

/** In which zone people here mean "yesterday". */
export function* timeZone(): FlowRun<string> {
  try {
    return z.looseObject({ timeZone: z.string() }).parse(yield* look('copilot_time_zone', {})).timeZone;
  } catch (error) {
    if (error instanceof FlowError && error.code !== 'ENDED') return 'UTC';
    throw error;
  }
}
