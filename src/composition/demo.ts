import { z } from 'zod';
import type { DemoSource } from '../../adapters/console/wire.ts';
import { hasRole, type Policy } from '../approvals/policy.ts';

const scenarios = z.object({
  scenarios: z.array(
    z.object({
      id: z.string(),
      cause: z.string(),
      title: z.object({ en: z.string(), zh: z.string() }),
      /** The clusters in which it is on. */
      on: z.array(z.unknown()),
    }),
  ),
});
const refusal = z.object({ message: z.string() });
const PATIENCE_MS = 10_000;

/** The demo menu over the simulated world's own control address. */
export function createDemo(sandboxUrl: string, policy: Policy): DemoSource {
  const at = (path: string) => `${sandboxUrl}/_sandbox/${path}`;
  return {
    async list({ language }) {
      const response = await fetch(at('scenarios'), { signal: AbortSignal.timeout(PATIENCE_MS) });
      const { scenarios: items } = scenarios.parse(await response.json());
      return items.map(({ id, cause, title, on }) => ({ id, cause, title: title[language], on: on.length > 0 }));
    },
    async act({ user }, id, act) {
      if (!hasRole(policy, user, ['operator', 'approver'])) return { refused: 'operator' };
      const body = JSON.stringify({ scenario: id });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(at(act), {
        method: 'POST',
        body,
        headers,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (response.ok) return { ok: true };
      const told = refusal.safeParse(await response.json().catch(() => ({})));
      return { refused: told.success ? told.data.message : `${response.status}` };
    },
  };
}
