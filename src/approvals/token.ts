import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject } from '../tools/types.ts';
import { digestOf } from './plan.ts';

interface Claim {
  planId: string;
  stepId: string;
  tool: string;
  /** As sent, without `approval`. */
  args: JsonObject;
  /** The task runner's fencing number. */
  fence: number;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** One writing call as a server receives it; its approval is `{ planId, stepId, token }`. */
interface ApprovedCall {
  tool: string;
  args: JsonObject;
  approval: unknown;
}

const rememberedPlans = 10_000;
const approvalSchema = z.strictObject({ planId: z.string(), stepId: z.string(), token: z.string() });
const tokenForm = /^(0|[1-9]\d{0,14})\.([1-9]\d{0,14})\.([0-9a-f]{64})$/;

/** Signs one call of one step: `FENCE.EXPIRES_AT.HMAC`, HMAC-SHA256 over the digest of everything that the claim names. */
export function mintApprovalToken(secret: string, claim: Claim): string {
  return `${claim.fence}.${claim.expiresAt}.${signature(secret, claim)}`;
}

/** True when the approval was made for exactly this tool and these arguments and has not expired; otherwise why not. */
export function verifyApprovalToken(secret: string, call: ApprovedCall, now: number): true | string {
  const read = readApproval(secret, call, now);
  return typeof read === 'string' ? read : true;
}

/** A verifier that also refuses a fence lower than the highest it has seen for the plan, so a runner that lost its task can do nothing. */
export function createApprovalVerifier(secret: string, clock: () => number): (call: ApprovedCall) => true | string {
  const highest = new Map<string, number>();
  return (call) => {
    const read = readApproval(secret, call, clock());
    if (typeof read === 'string') return read;
    if (read.fence < (highest.get(read.planId) ?? 0)) return 'a newer runner has taken over this plan';
    highest.delete(read.planId);
    highest.set(read.planId, read.fence);
    if (highest.size > rememberedPlans) highest.delete(highest.keys().next().value ?? '');
    return true;
  };
}

function readApproval(secret: string, { tool, args, approval }: ApprovedCall, now: number): Claim | string {
  if (approval === undefined) return 'it carries no approval';
  const parsed = approvalSchema.safeParse(approval);
  const parts = parsed.success && tokenForm.exec(parsed.data.token);
  if (!parts) return 'its approval is malformed';
  const { planId, stepId } = parsed.data;
  const claim: Claim = { planId, stepId, tool, args, fence: Number(parts[1]), expiresAt: Number(parts[2]) };
  const given = Buffer.from(parts[3] ?? '');
  if (!timingSafeEqual(given, Buffer.from(signature(secret, claim)))) return 'its approval is for another call';
  return now < claim.expiresAt ? claim : 'its approval has expired';
}

function signature(secret: string, { planId, stepId, tool, args, fence, expiresAt }: Claim): string {
  const digest = digestOf({ planId, stepId, tool, args, fence, expiresAt });
  return createHmac('sha256', secret).update(digest).digest('hex');
}
