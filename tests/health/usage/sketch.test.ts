import { describe, expect, test } from 'vitest';
import { addTo, createSketch, mergeInto, pack, quantile } from '../../../src/health/usage/sketch.ts';
import { randomOf } from '../../support/random.ts';

const SHARES = [0, 0.25, 0.5, 0.9, 0.95, 0.99, 1];
const exact = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0;

describe('a sketch', () => {
  test('gives every quantile within one percent, also after it was stored and merged with others', () => {
    const { next: random } = randomOf(7);
    for (let round = 0; round < 200; round++) {
      const whole = createSketch();
      const values: number[] = [];
      for (let part = 0; part < 1 + random() * 5; part++) {
        const sketch = createSketch();
        const scale = 10 ** (random() * 10 - 1);
        for (let n = 0; n < 1 + random() * 300; n++) {
          const value = random() < 0.1 ? 0 : scale * Math.exp((random() - 0.5) * 8);
          values.push(value < 0.01 ? 0 : value);
          addTo(sketch, value);
        }
        mergeInto(whole, JSON.parse(JSON.stringify(pack(sketch))));
      }
      expect(whole.count).toBe(values.length);
      for (const share of SHARES) {
        const wanted = exact(values, share);
        expect(Math.abs(quantile(whole, share) - wanted)).toBeLessThanOrEqual(wanted * 0.01 + 1e-9);
      }
    }
  });

  test('is the same in whatever order its parts are merged', () => {
    const { next: random } = randomOf(3);
    const parts = Array.from({ length: 6 }, () => {
      const sketch = createSketch();
      for (let n = 0; n < 100; n++) addTo(sketch, random() * 1000);
      return pack(sketch);
    });
    const [there, back] = [createSketch(), createSketch()];
    for (const part of parts) mergeInto(there, part);
    for (const part of parts.toReversed()) mergeInto(back, part);
    expect(pack(there)).toEqual(pack(back));
  });

  test('of a value around one loses nothing: bins have keys on both sides of zero', () => {
    const [low, high] = [createSketch(), createSketch()];
    addTo(low, 0.5, 10);
    addTo(high, 1, 1);
    const whole = createSketch();
    mergeInto(whole, pack(low));
    mergeInto(whole, pack(high));
    expect(quantile(whole, 1)).toBeCloseTo(1, 1);
    expect(quantile(whole, 0.5)).toBeCloseTo(0.5, 1);
  });

  test('of nothing has nothing', () => {
    expect(pack(createSketch())).toEqual([0]);
    expect(quantile(createSketch(), 0.95)).toBe(0);
  });

  test('of a day is small', () => {
    const { next: random } = randomOf(5);
    const sketch = createSketch();
    for (let n = 0; n < 288; n++) addTo(sketch, 100 * (1 + random()));
    expect(JSON.stringify(pack(sketch)).length).toBeLessThan(400);
  });
});
