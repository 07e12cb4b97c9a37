import { z } from 'zod';
import { rowsOf } from './collector.ts';
import type { Survey } from './survey.ts';
import { by, listOf, metadata } from './values.ts';

/** Who may do everything, and who may look into containers. https://kubernetes.io/docs/concepts/security/rbac-good-practices/ */

const ruleSchema = z.object({
  apiGroups: listOf(z.string()),
  resources: listOf(z.string()),
  verbs: listOf(z.string()),
});
const roleSchema = z.object({ metadata, rules: listOf(ruleSchema) });
type Rule = z.output<typeof ruleSchema>;

const bindingSchema = z.object({
  metadata,
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: listOf(z.object({ kind: z.string(), name: z.string(), namespace: z.string().nullish() })),
});

/** Roles that grant exec or attach, as `NAMESPACE/NAME`; the namespace of a ClusterRole is empty. */
export const createRoles = (kind: 'Role' | 'ClusterRole') =>
  rowsOf(kind, { schema: roleSchema }, ({ metadata: { namespace, name }, rules }) =>
    rules.some(grantsExec) ? `${namespace}/${name}` : undefined,
  );

/** A stream is opened by POST, and until 1.35 by GET as well, which who may read everything is not meant to. https://github.com/kubernetes/enhancements/issues/4006 */
function grantsExec({ apiGroups, resources, verbs }: Rule): boolean {
  const core = apiGroups.some((group) => group === '' || group === '*');
  const changes = verbs.some((verb) => verb === 'create' || verb === '*');
  const named = resources.some((one) => /^pods\/(exec|attach)$/.test(one));
  const broad = resources.some((one) => /^(\*|pods\/\*|\*\/(exec|attach|\*))$/.test(one));
  return core && ((named && (changes || verbs.includes('get'))) || (broad && changes));
}

interface Binding {
  /** Undefined: of the whole cluster. */
  namespace?: string;
  name: string;
  /** As createRoles gives them. */
  role: string;
  subjects: string[];
}

/** The group that the cluster's own credentials are in; Kubernetes binds it itself. */
const masters = 'Group:system:masters';

export const createBindings = (kind: 'RoleBinding' | 'ClusterRoleBinding') =>
  rowsOf(kind, { schema: bindingSchema }, ({ metadata: about, roleRef, subjects }): Binding | undefined => {
    const { namespace, name } = about;
    const named = subjects
      .map((one) => `${one.kind}:${one.namespace ? `${one.namespace}/` : ''}${one.name}`)
      .filter((subject) => subject !== masters);
    if (named.length === 0) return undefined;
    const role = `${roleRef.kind === 'Role' ? namespace : ''}/${roleRef.name}`;
    return { ...(kind === 'RoleBinding' && { namespace }), name, role, subjects: named.sort() };
  });

/** Bindings against roles: what they come to. */
export function accessOf(bindings: Binding[], execRoles: ReadonlySet<string>): Survey['access'] {
  const clusterAdmins = bindings
    .filter(({ role, namespace }) => role === '/cluster-admin' && namespace === undefined)
    .flatMap(({ name, subjects }) => subjects.map((subject) => ({ binding: name, subject })))
    .sort(by(({ binding, subject }) => `${binding} ${subject}`));
  const holders = new Map<string, { role: string; namespace?: string; subjects: Set<string> }>();
  for (const { role, namespace, subjects } of bindings) {
    if (!execRoles.has(role) || (role === '/cluster-admin' && namespace === undefined)) continue;
    const name = role.slice(role.indexOf('/') + 1);
    const key = `${namespace ?? ''} ${role}`;
    const known = holders.get(key) ?? {
      role: name,
      ...(namespace !== undefined && { namespace }),
      subjects: new Set(),
    };
    for (const subject of subjects) known.subjects.add(subject);
    holders.set(key, known);
  }
  const exec = [...holders]
    .sort(by(([key]) => key))
    .map(([, { subjects, ...rest }]) => ({ ...rest, subjects: [...subjects].sort() }));
  return { clusterAdmins, exec };
}
