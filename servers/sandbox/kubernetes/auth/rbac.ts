import { z } from 'zod';
import type { User } from '../api/reply.ts';
import { ApiError } from '../errors.ts';
import type { KubeObject } from '../objects.ts';
import type { ObjectStore } from '../store.ts';

/** What somebody wants to do. */
export interface Attributes {
  verb: string;
  group: string;
  /** With its subresource: `pods/log`. */
  resource: string;
  namespace: string | undefined;
  name: string | undefined;
}

const texts = z.array(z.string()).default([]);
const ruleSchema = z.object({
  verbs: texts,
  apiGroups: texts,
  resources: texts,
  resourceNames: texts,
  nonResourceURLs: texts,
});
/** https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export type PolicyRule = z.infer<typeof ruleSchema>;
const roleSchema = z.looseObject({ rules: z.array(ruleSchema).nullish() });
const bindingSchema = z.looseObject({
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: z.array(z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() })).nullish(),
});

/** Whether a user may do something. */
export function isAllowed(store: ObjectStore, user: User, wanted: Attributes): boolean {
  return user.admin || rulesFor(store, user, wanted.namespace).some((rule) => covers(rule, wanted));
}

/** The rules that hold for a user everywhere, and in one namespace. */
export function rulesFor(store: ObjectStore, user: User, namespace: string | undefined): PolicyRule[] {
  const bindings = [
    ...store.list('clusterrolebindings'),
    ...(namespace === undefined ? [] : store.list('rolebindings', namespace)),
  ];
  return bindings.flatMap((binding) => {
    const parsed = bindingSchema.safeParse(binding).data;
    const bound = parsed?.subjects?.some((subject) => isSubject(user, subject, binding.metadata.namespace));
    return parsed && bound ? rulesOf(store, binding, parsed.roleRef) : [];
  });
}

function isSubject(
  user: User,
  subject: { kind: string; name: string; namespace?: string | undefined },
  home: string | undefined,
): boolean {
  switch (subject.kind) {
    case 'User':
      return subject.name === user.name;
    case 'Group':
      return user.groups.includes(subject.name);
    default:
      return `system:serviceaccount:${subject.namespace ?? home ?? ''}:${subject.name}` === user.name;
  }
}

function rulesOf(
  store: ObjectStore,
  { metadata }: KubeObject,
  { kind, name }: { kind: string; name: string },
): PolicyRule[] {
  const role =
    kind === 'Role' ? store.get('roles', metadata.namespace, name) : store.get('clusterroles', undefined, name);
  return roleSchema.safeParse(role).data?.rules ?? [];
}

const has = (list: readonly string[], value: string): boolean => list.includes('*') || list.includes(value);

function covers(rule: PolicyRule, { verb, group, resource, name }: Attributes): boolean {
  const [, subresource] = resource.split('/');
  const listed =
    has(rule.resources, resource) || (subresource !== undefined && rule.resources.includes(`*/${subresource}`));
  const named = rule.resourceNames.length === 0 || (name !== undefined && rule.resourceNames.includes(name));
  return has(rule.verbs, verb) && has(rule.apiGroups, group) && listed && named;
}

/** The 403 of authorization, as the real server words it. */
export function denied(user: User, { verb, group, resource, namespace, name }: Attributes): ApiError {
  const [plural = '', subresource] = resource.split('/');
  const about = group ? `${plural}.${group}` : plural;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const subject = `${about}${name ? ` "${name}"` : ''}`;
  return new ApiError({
    code: 403,
    reason: 'Forbidden',
    message: `${subject} is forbidden: User "${user.name}" cannot ${verb} resource "${plural}${subresource ? `/${subresource}` : ''}" in API group "${group}" ${where}`,
    details: { ...(name && { name }), ...(group && { group }), kind: plural },
  });
}
