import { z } from 'zod';
import type { Policy } from '../approvals/policy.ts';
import type { Views } from '../conversations/ports.ts';
import { holdsPlaceholder } from '../tools/redaction.ts';
import type { JsonObject, ToolGateway, ToolResult } from '../tools/types.ts';

/** The server's preview of a change, and what of it policy and redaction forbid; also as the view `copilot_rehearse`. */

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

type Change = z.infer<typeof asked>['change'];

/** What the server made of a change, and what keeps it from being planned: it is kept elsewhere, or holds what was blanked out. */
export type Rehearsed =
  | { kind: 'failed'; result: Extract<ToolResult, { ok: false }> }
  | { kind: 'owned' | 'secret' | 'clear'; seen: Seen; owner: string };

interface Seen extends Omit<z.infer<typeof preview>, 'ownedBy'> {
  generation?: number;
}

/** Rehearses a change by the server's own dry run. Every plan of a change goes through here. */
export async function rehearsed(
  read: (args: JsonObject) => Promise<ToolResult>,
  { tool, args }: Change,
  { allowGitOps }: Pick<Policy, 'allowGitOps'>,
): Promise<Rehearsed> {
  const result = await read({ change: { tool, ...args } });
  if (!result.ok) return { kind: 'failed', result };
  const { ownedBy, ...seen } = preview.parse(result.data);
  const generation = seen.before?.metadata?.generation;
  const told = {
    seen: { ...seen, ...(generation !== undefined && { generation }) },
    owner: ownedBy ? `${ownedBy.tool} ${ownedBy.name}` : '',
  };
  if (ownedBy && !allowGitOps) return { kind: 'owned', ...told };
  const isBlanked = holdsPlaceholder(args) || holdsPlaceholder(seen.undoCall?.args ?? {});
  return { kind: isBlanked ? 'secret' : 'clear', ...told };
}

export function createRehearsalViews(gateway: ToolGateway, policy: Pick<Policy, 'allowGitOps'>): Views {
  return {
    async copilot_rehearse(args, { user }, signal) {
      const { clusterId, change } = asked.parse(args);
      const preview = (call: JsonObject) =>
        gateway.read({ tool: 'k8s_preview', args: { clusterId, ...call }, actor: user, ...(signal && { signal }) });
      const made = await rehearsed(preview, change, policy);
      if (made.kind === 'failed') return made.result;
      if (made.kind === 'owned') return refused('GITOPS_OWNED', `${made.owner} keeps this object: change it there`);
      if (made.kind === 'secret')
        return refused(
          'SECRET_IN_CHANGE',
          'The change or its way back holds a secret: make it by hand, where the secret is known',
        );
      return { ok: true, data: json.parse(JSON.parse(JSON.stringify(made.seen))) };
    },
  };
}

const refused = (code: string, message: string): ToolResult => ({
  ok: false,
  error: { code, message, retryable: false, ambiguous: false },
});
