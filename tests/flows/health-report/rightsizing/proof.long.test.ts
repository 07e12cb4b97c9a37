import { describe, expect, test } from 'vitest';
import { prove, tableOf } from './proof.ts';

describe('sizes on 1,000 traces whose third week nobody has seen', () => {
  test('kill at most one container in a thousand, leave at most 5 % of the minutes above the request, and cost at most 1.3 times the least', () => {
    const proof = prove(1000, 1);
    console.log(tableOf(proof).join('\n'));
    expect(proof.ours.containers).toBeGreaterThan(850);
    expect(proof.ours.oom).toBeLessThanOrEqual(proof.ours.containers / 1000);
    expect(proof.ours.overPercent).toBeLessThanOrEqual(5);
    expect(proof.ours.cost).toBeLessThanOrEqual(1.3);
  }, 900_000);
});
