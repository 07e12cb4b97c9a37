import type { Scenario } from './scenario.ts';

/** A Service was deleted. */
export const serviceMissing: Scenario = {
  id: 'service-missing',
  cause: 'ServiceMissing',
  title: { en: 'A Service was deleted', zh: 'Service 被删除' },
  break: ({ drop }) => drop('services', 'payments'),
};
