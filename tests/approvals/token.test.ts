import { describe, expect, it } from 'vitest';
import { createApprovalVerifier, mintApprovalToken, verifyApprovalToken } from '../../src/approvals/token.ts';
import type { JsonObject } from '../../src/tools/types.ts';

const secret = 'a secret of this process';
const now = 1_800_000_000_000;
const tool = 'ack_create_cluster';
const args = { name: 'shop', zones: ['h', 'i'], nested: { count: 3, flag: true }, idempotencyKey: 'T-7K3F/create' };

function approve(over: { fence?: number; planId?: string; args?: JsonObject } = {}) {
  const claim = {
    planId: over.planId ?? 'p1',
    stepId: 'create',
    tool,
    args: over.args ?? args,
    fence: over.fence ?? 4,
    expiresAt: now + 30_000,
  };
  return { planId: claim.planId, stepId: claim.stepId, token: mintApprovalToken(secret, claim) };
}

describe('an approval token', () => {
  it('lets exactly its call pass, whatever the order of the arguments', () => {
    const turned = Object.fromEntries(Object.entries(args).reverse());
    expect(verifyApprovalToken(secret, { tool, args: turned, approval: approve() }, now)).toBe(true);
  });

  it('refuses every change of one character in tool, arguments, plan, step or token', () => {
    const call = JSON.stringify({ tool, args, approval: approve() });
    let tried = 0;
    for (let at = 0; at < call.length; at++) {
      for (const other of ['0', '1', 'f', 'g', 'Z', ' ', '.', '_', '"', '{', '-', 'é']) {
        const text = call.slice(0, at) + other + call.slice(at + 1);
        const changed = parsed(text);
        if (!changed || JSON.stringify(changed) === call) continue;
        tried++;
        expect(verifyApprovalToken(secret, changed, now), text).not.toBe(true);
      }
    }
    expect(tried).toBeGreaterThan(2000);
  });

  it.each([
    ['none', undefined],
    ['null', null],
    ['text', 'approved'],
    ['an empty token', { ...approve(), token: '' }],
    ['a longer one', { ...approve(), token: `${approve().token}0` }],
    ['a zero before the fence', { ...approve(), token: `0${approve().token}` }],
    ['an extra field', { ...approve(), also: 1 }],
  ])('refuses %s', (_what, approval) => {
    expect(verifyApprovalToken(secret, { tool, args, approval }, now)).toEqual(expect.any(String));
  });

  it('refuses an argument that was added, taken away or emptied', () => {
    const { name: _, ...fewer } = args;
    for (const changed of [{ ...args, force: true }, fewer, {}, { ...args, nested: {} }]) {
      expect(verifyApprovalToken(secret, { tool, args: changed, approval: approve() }, now)).toContain('another call');
    }
  });

  it('refuses another secret and a token that comes late', () => {
    expect(verifyApprovalToken('another', { tool, args, approval: approve() }, now)).toContain('another call');
    expect(verifyApprovalToken(secret, { tool, args, approval: approve() }, now + 29_999)).toBe(true);
    expect(verifyApprovalToken(secret, { tool, args, approval: approve() }, now + 30_000)).toContain('expired');
  });

  it('refuses a runner that another has replaced, plan by plan', () => {
    const verify = createApprovalVerifier(secret, () => now);
    expect(verify({ tool, args, approval: approve({ fence: 4 }) })).toBe(true);
    expect(verify({ tool, args, approval: approve({ fence: 5 }) })).toBe(true);
    expect(verify({ tool, args, approval: approve({ fence: 4 }) })).toContain('newer runner');
    expect(verify({ tool, args, approval: approve({ fence: 5 }) })).toBe(true);
    expect(verify({ tool, args, approval: approve({ fence: 1, planId: 'p2' }) })).toBe(true);
  });

  it('does not learn a fence from a token that is not genuine', () => {
    const verify = createApprovalVerifier(secret, () => now);
    const forged = { ...approve(), token: approve().token.replace(/^4/, '9') };
    expect(verify({ tool, args, approval: forged })).toContain('another call');
    expect(verify({ tool, args, approval: approve({ fence: 1 }) })).toBe(true);
  });
});

function parsed(text: string): { tool: string; args: JsonObject; approval: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
