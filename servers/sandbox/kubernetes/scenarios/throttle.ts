import type { Scenario } from './scenario.ts';

/** A CPU limit that is far too low. */
export const throttle: Scenario = {
  id: 'throttle',
  cause: 'CPUThrottled',
  title: { en: 'A CPU limit that is far too low', zh: 'CPU 限制过低' },
  break: ({ container }) =>
    container('app-xyz', (each) => {
      each.resources = { requests: { cpu: '20m', memory: '256Mi' }, limits: { cpu: '40m', memory: '256Mi' } };
    }),
};
