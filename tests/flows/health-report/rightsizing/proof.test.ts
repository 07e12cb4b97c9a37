import { beforeAll, describe, expect, test } from 'vitest';
import { type Proof, prove } from './proof.ts';

describe('sizes on traces whose third week nobody has seen', () => {
  let proof: Proof;
  beforeAll(() => {
    proof = prove(60, 40_000);
  }, 120_000);

  test('kill no container for want of memory', () => {
    expect(proof.ours.containers).toBeGreaterThan(45);
    expect(proof.ours.oom).toBe(0);
  });

  test('leave at most 5 % of the minutes above the CPU request', () => {
    expect(proof.ours.overPercent).toBeLessThanOrEqual(5);
  });

  test('cost at most 1.3 times what would have been enough', () => {
    expect(proof.ours.cost).toBeLessThanOrEqual(1.3);
  });
});
