import type { Scenario } from './scenario.ts';

/** A key of a Secret was renamed. */
export const secretKey: Scenario = {
  id: 'secret-key',
  cause: 'SecretKeyMissing',
  title: { en: 'A key of a Secret was renamed', zh: 'Secret 的键被改名' },
  break: ({ edit, restart }) => {
    edit('secrets', 'app-xyz-secrets', (secret) => {
      secret.data = { SESSION_KEY: secret.data?.SESSION_SECRET ?? '' };
    });
    restart('app-xyz');
  },
};
