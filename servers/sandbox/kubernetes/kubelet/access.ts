import type { Context } from '../controllers/context.ts';
import type { KubeObject } from '../objects.ts';

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

interface Rule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
}

const has = (list: readonly string[] | undefined, value: string): boolean =>
  (list ?? []).some((each) => each === '*' || each === value);

/** Whether a Role or ClusterRole bound to a ServiceAccount allows a call in its namespace. */
export function mayAccess(
  context: Context,
  who: { namespace: string; account: string },
  call: { verb: string; group: string; resource: string },
): boolean {
  const { store } = context;
  const bindings = [...store.list('rolebindings', who.namespace), ...store.list('clusterrolebindings')];
  return bindings
    .filter((binding) => names(binding, who))
    .some((binding) =>
      rulesOf(context, binding).some(
        ({ verbs, apiGroups, resources }) =>
          has(verbs, call.verb) && has(apiGroups, call.group) && has(resources, call.resource),
      ),
    );
}

function names(binding: KubeObject, { namespace, account }: { namespace: string; account: string }): boolean {
  const subjects = (binding.subjects ?? []) as Subject[];
  return subjects.some(
    (subject) =>
      subject.kind === 'ServiceAccount' &&
      subject.name === account &&
      (subject.namespace ?? binding.metadata.namespace) === namespace,
  );
}

function rulesOf({ store }: Context, binding: KubeObject): Rule[] {
  const { kind, name } = binding.roleRef as { kind: string; name: string };
  const role =
    kind === 'Role' ? store.get('roles', binding.metadata.namespace, name) : store.get('clusterroles', undefined, name);
  return (role?.rules ?? []) as Rule[];
}
