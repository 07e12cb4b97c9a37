import { z } from 'zod';
import { checkResult, precheck, precheckPlan } from '../cloud/precheck.ts';
import { readTool } from '../tool.ts';

export const cloudPrecheck = readTool({
  name: 'cloud_precheck',
  title: 'Check a cluster plan',
  description:
    'Whether the account, the region and the network would take a cluster of this spec: service, roles, balance, quota, version, stock, address ranges and free addresses.',
  input: { plan: precheckPlan },
  output: { ok: z.boolean(), checks: z.array(checkResult) },
  say: ({ checks }) => checks.map(({ id, status, message }) => `${status} ${id}: ${message}`).join('\n'),
  async run({ plan }, { cloud }) {
    const checks = await precheck(cloud, plan);
    return { ok: checks.every(({ status }) => status !== 'fail'), checks };
  },
});
