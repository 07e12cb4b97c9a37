import { z } from 'zod';
import { invalid } from '../errors.ts';
import { at, numberAt, recordAt } from '../fields.ts';
import type { KubeObject } from '../objects.ts';
import { selectorText } from '../tables/columns.ts';
import { wrong } from '../validation/problems.ts';
import { mediaType, parseBody } from './body.ts';
import { patchedBy } from './patching.ts';
import { stored } from './read.ts';
import { type Call, json, type Reply } from './reply.ts';
import { save } from './save.ts';

const scaleSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string().optional(), uid: z.string().optional() }).default({}),
  spec: z.looseObject({ replicas: z.int().default(0) }).default({ replicas: 0 }),
});

/** Answers the `scale` of a workload: autoscaling/v1 Scale. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/ */
export function scale(call: Call): Reply {
  const before = stored(call);
  if (call.method === 'GET') return json(scaleOf(before));
  const sent = call.method === 'PUT' ? parseBody(call) : patchedBy(mediaType(call), call, scaleOf(before));
  const { metadata, spec } = scaleSchema.parse(sent);
  if (spec.replicas < 0) {
    const problem = wrong('spec.replicas', spec.replicas, 'must be greater than or equal to 0');
    throw invalid({ group: 'autoscaling', plural: 'scales', kind: 'Scale' }, before.metadata.name, [problem]);
  }
  const version = metadata.resourceVersion ?? '';
  const uid = metadata.uid ?? '';
  const next = {
    ...before,
    metadata: { ...before.metadata, resourceVersion: version, uid },
    spec: { ...recordAt(before, 'spec'), replicas: spec.replicas },
  };
  return json(scaleOf(save(call, before, next)));
}

function scaleOf(object: KubeObject) {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberAt(object, 'spec', 'replicas') ?? 0 },
    status: {
      replicas: numberAt(object, 'status', 'replicas') ?? 0,
      selector: selectorText(at(object, 'spec', 'selector')),
    },
  };
}
