import { z } from 'zod';
import type { Policy } from '../approvals/policy.ts';
import type { Views } from '../conversations/ports.ts';
import { holdsPlaceholder } from '../tools/redaction.ts';
import type { ToolGateway, ToolResult } from '../tools/types.ts';

/** The view `copilot_rehearse`: the server's preview, and what of it policy and redaction forbid. */

const json = z.record(z.string(), z.json());
const asked = z.object({ clusterId: z.string(), change: z.object({ tool: z.string(), args: json }) });
const preview = z.object({
  diff: z.string(),
  uid: z.string().optional(),
  /** The rehearsed object is a generation ahead: a plan holds on to what is there now. */
  before: z.looseObject({ metadata: z.looseObject({ generation: z.number().optional() }).optional() }).nullable(),
  after: json.nullable(),
  created: z.boolean().optional(),
  undoCall: z.object({ tool: z.string(), args: json }).optional(),
  ownedBy: z.object({ tool: z.string(), name: z.string() }).optional(),
  drain: json.optional(),
});

export function createRehearsalViews(gateway: ToolGateway, policy: Pick<Policy, 'allowGitOps'>): Views {
  return {
    async copilot_rehearse(args, { user }, signal) {
      const { clusterId, change } = asked.parse(args);
      const call = { clusterId, change: { tool: change.tool, ...change.args } };
      const result = await gateway.read({ tool: 'k8s_preview', args: call, actor: user, ...(signal && { signal }) });
      if (!result.ok) return result;
      const { ownedBy, before, undoCall, ...seen } = preview.parse(result.data);
      if (ownedBy && !policy.allowGitOps)
        return refused('GITOPS_OWNED', `${ownedBy.tool} ${ownedBy.name} keeps this object: change it there`);
      if (holdsPlaceholder(change.args) || holdsPlaceholder(undoCall?.args ?? {}))
        return refused(
          'SECRET_IN_CHANGE',
          'The change or its way back holds a secret: make it by hand, where the secret is known',
        );
      const generation = before?.metadata?.generation;
      const data = { ...seen, before, ...(undoCall && { undoCall }), ...(generation !== undefined && { generation }) };
      return { ok: true, data: json.parse(JSON.parse(JSON.stringify(data))) };
    },
  };
}

const refused = (code: string, message: string): ToolResult => ({
  ok: false,
  error: { code, message, retryable: false, ambiguous: false },
});
