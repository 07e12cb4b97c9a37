import type { Scenario } from './scenario.ts';

/** A password was changed on one side only. */
export const dependencyAuth: Scenario = {
  id: 'dependency-auth',
  cause: 'DependencyAuthFailed',
  title: { en: 'A password was changed on one side only', zh: '密码只改了一侧' },
  break: ({ edit, restart }) => {
    edit('secrets', 'orders-db', (secret) => {
      secret.data = { POSTGRES_PASSWORD: Buffer.from('rotated').toString('base64') };
    });
    restart('checkout');
  },
};
