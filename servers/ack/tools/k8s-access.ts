import { z } from 'zod';
import { clusterId, namespace, wireOf } from '../kube/kube-tool.ts';
import { readTool } from '../tool.ts';

const word = z.string().regex(/^[a-z0-9.*-]{1,253}$/);
const review = z.object({ status: z.object({ allowed: z.boolean(), reason: z.string().optional() }) });

export const k8sAccess = readTool({
  name: 'k8s_access',
  title: 'Ask what is allowed',
  description: 'Whether the credentials of this server may do something in the cluster, as its RBAC says.',
  input: {
    clusterId,
    verb: word,
    /** Empty for the core group. */
    group: z.string().max(253).default(''),
    /** Plural, such as deployments. */
    resource: word,
    subresource: word.optional(),
    namespace: namespace.optional(),
  },
  output: { allowed: z.boolean(), reason: z.string().optional() },
  say: ({ allowed }) => (allowed ? 'Allowed.' : 'Not allowed.'),
  async run({ clusterId: id, ...resourceAttributes }, context) {
    const wire = await wireOf(id, context);
    /** https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/ */
    const { body } = await wire.send({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } },
      signal: context.signal,
    });
    const { status } = review.parse(body);
    return { allowed: status.allowed, ...(status.reason && { reason: status.reason }) };
  },
});
