import { z } from 'zod';
import { badRequest } from '../errors.ts';
import type { KubeObject } from '../objects.ts';
import type { RemoveOptions } from '../store.ts';
import { isDryRun, parseBody } from './body.ts';
import { selection, stored } from './read.ts';
import { viewFor } from './render.ts';
import { type Call, json, type Reply } from './reply.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/ */
const optionsSchema = z.looseObject({
  gracePeriodSeconds: z.int().min(0).nullish(),
  propagationPolicy: z.enum(['Background', 'Foreground', 'Orphan']).nullish(),
  orphanDependents: z.boolean().nullish(),
  preconditions: z.object({ uid: z.string().nullish(), resourceVersion: z.string().nullish() }).nullish(),
  dryRun: z.array(z.string()).nullish(),
});
type Options = z.infer<typeof optionsSchema>;

/** What a deletion asks for, from its body or its query. */
function deleteOptions(call: Call): Options {
  const body = call.body.length > 0 ? parseBody(call) : {};
  const { query } = call;
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  const asked = { ...(grace && { gracePeriodSeconds: Number(grace) }), ...(policy && { propagationPolicy: policy }) };
  const parsed = optionsSchema.safeParse({ ...asked, ...(body instanceof Object ? body : {}) });
  if (!parsed.success) throw badRequest(`invalid DeleteOptions: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

/** The same as the store takes it. */
export function removal(options: Options): RemoveOptions {
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions } = options;
  const policies = { Background: 'background', Foreground: 'foreground', Orphan: 'orphan' } as const;
  const propagation = propagationPolicy ? policies[propagationPolicy] : orphanDependents ? 'orphan' : undefined;
  const { uid, resourceVersion } = preconditions ?? {};
  return {
    ...(typeof gracePeriodSeconds === 'number' && { gracePeriodSeconds }),
    ...(propagation && { propagation }),
    ...(preconditions && { preconditions: { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) } }),
  };
}

/** Answers DELETE of an object: the object while something holds it, else that it is gone. */
export function removeOne(call: Call): Reply {
  const { resource, namespace } = call.target;
  const before = stored(call);
  const options = deleteOptions(call);
  if (isDryRun(call) || options.dryRun?.includes('All')) return json(viewFor(call).object(before));
  const left = call.cluster.store.remove(resource.plural, namespace, before.metadata.name, removal(options));
  // Pods are answered whole, as the real server does, also when they are gone at once.
  if (left || resource.plural === 'pods') return json(viewFor(call).object(left ?? before));
  return json(gone(call, before));
}

const gone = ({ target: { resource } }: Call, { metadata }: KubeObject) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: {
    name: metadata.name,
    ...(resource.group && { group: resource.group }),
    kind: resource.plural,
    uid: metadata.uid,
  },
});

/** Answers DELETE of a collection: all that fit the selectors. */
export function removeAll(call: Call): Reply {
  const { target, cluster } = call;
  const { test } = selection(call);
  const options = deleteOptions(call);
  const items = cluster.store.list(target.resource.plural, target.namespace).filter(test);
  if (!isDryRun(call) && !options.dryRun?.includes('All')) {
    for (const { metadata } of items) {
      const there = cluster.store.get(target.resource.plural, metadata.namespace, metadata.name);
      if (there) cluster.store.remove(target.resource.plural, metadata.namespace, metadata.name, removal(options));
    }
  }
  return json(viewFor(call).list({ items, metadata: { resourceVersion: cluster.store.resourceVersion() } }));
}
