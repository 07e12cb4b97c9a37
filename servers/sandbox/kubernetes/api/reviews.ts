import { z } from 'zod';
import { isAllowed, rulesFor } from '../auth/rbac.ts';
import { badRequest } from '../errors.ts';
import { recordBody } from './body.ts';
import { json, type KubeRequest, type Reply, type User } from './reply.ts';

const attributesSchema = z.looseObject({
  namespace: z.string().default(''),
  verb: z.string().default('*'),
  group: z.string().default(''),
  resource: z.string().default('*'),
  subresource: z.string().default(''),
  name: z.string().default(''),
});
const reviewSchema = z.looseObject({
  spec: z.looseObject({
    resourceAttributes: attributesSchema.optional(),
    nonResourceAttributes: z.looseObject({ path: z.string(), verb: z.string() }).optional(),
    user: z.string().optional(),
    groups: z.array(z.string()).optional(),
    namespace: z.string().optional(),
  }),
});
type Spec = z.infer<typeof reviewSchema>['spec'];

/** Answers POST of a review of authorization.k8s.io/v1; undefined for a kind it does not know. */
export function review(request: KubeRequest, plural: string): Reply | undefined {
  switch (plural) {
    case 'selfsubjectaccessreviews':
      return access(request, 'SelfSubjectAccessReview', () => request.user);
    case 'subjectaccessreviews':
    case 'localsubjectaccessreviews':
      return access(
        request,
        plural.startsWith('local') ? 'LocalSubjectAccessReview' : 'SubjectAccessReview',
        subjectOf,
      );
    case 'selfsubjectrulesreviews':
      return rules(request);
    default:
      return undefined;
  }
}

function specOf(request: KubeRequest): Spec {
  const parsed = reviewSchema.safeParse(recordBody(request));
  if (!parsed.success) throw badRequest(`spec: ${parsed.error.issues[0]?.message}`);
  return parsed.data.spec;
}

const subjectOf = ({ user, groups = [] }: Spec): User => ({
  name: user ?? '',
  groups,
  admin: groups.includes('system:masters'),
});

function access(request: KubeRequest, kind: string, who: (spec: Spec) => User): Reply {
  const spec = specOf(request);
  const user = who(spec);
  const wanted = spec.resourceAttributes;
  const allowed =
    user.admin ||
    (wanted !== undefined &&
      isAllowed(request.cluster.store, user, {
        verb: wanted.verb,
        group: wanted.group,
        resource: wanted.subresource ? `${wanted.resource}/${wanted.subresource}` : wanted.resource,
        namespace: wanted.namespace || undefined,
        name: wanted.name || undefined,
      }));
  const status = { allowed, ...(!allowed && { reason: '' }) };
  return json({ kind, apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status }, 201);
}

function rules(request: KubeRequest): Reply {
  const spec = specOf(request);
  const { user, cluster } = request;
  const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
  const found = rulesFor(cluster.store, user, spec.namespace);
  const status = {
    resourceRules: user.admin
      ? [all]
      : found.filter(({ resources }) => resources.length > 0).map(({ nonResourceURLs, ...rule }) => rule),
    nonResourceRules: user.admin ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : [],
    incomplete: false,
  };
  return json(
    { kind: 'SelfSubjectRulesReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status },
    201,
  );
}
