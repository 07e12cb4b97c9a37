import { reportJob } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A RoleBinding was deleted. */
export const rbac: Scenario = {
  id: 'rbac',
  cause: 'RBACForbidden',
  title: { en: 'A RoleBinding was deleted', zh: 'RoleBinding 被删除' },
  break: ({ drop, make }) => {
    drop('rolebindings', 'reporter');
    make('jobs', reportJob({ name: 'rebuild-report', image: 'shop/report:2.1.0' }));
  },
};
