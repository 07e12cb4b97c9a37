import { expect, test } from 'vitest';
import { amountText, cpuText, memoryText, parseQuantity } from '../../src/flow/quantity.ts';

test('quantities are read in every unit, and what is none is none', () => {
  const read = ['250m', '1', '1.5Gi', '128974848', '1e3', 2, 'x', '', '5 Gi', undefined, null].map(parseQuantity);
  const nothing = [undefined, undefined, undefined, undefined, undefined];
  expect(read).toEqual([0.25, 1, 1.5 * 2 ** 30, 128974848, 1000, 2, ...nothing]);
});

test('amounts are written as people and as Kubernetes have them', () => {
  expect([amountText(0.25, 'cpu'), amountText(1.5 * 2 ** 30, 'memory'), amountText(2 ** 28, 'storage')]).toEqual([
    '0.25',
    '1.5Gi',
    '256Mi',
  ]);
  expect([memoryText(2 ** 30), memoryText(1.5 * 2 ** 30), cpuText(0.25), cpuText(2)]).toEqual([
    '1Gi',
    '1536Mi',
    '250m',
    '2',
  ]);
});
