import { DEFAULT_BINDINGS, DEFAULT_ROLES } from './auth/roles.ts';
import type { Draft, ObjectStore } from './store.ts';

const namespace = (name: string): Draft => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** Creates what every API server has from the start, where it is missing: the first namespaces, the roles users are given. */
export function bootstrap(store: ObjectStore): void {
  const put = (plural: string, draft: Draft) => {
    if (!store.get(plural, undefined, draft.metadata.name ?? '')) store.create(plural, draft);
  };
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) put('namespaces', namespace(name));
  for (const role of DEFAULT_ROLES) put('clusterroles', role);
  for (const binding of DEFAULT_BINDINGS) put('clusterrolebindings', binding);
}
