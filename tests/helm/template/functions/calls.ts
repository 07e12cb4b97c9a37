import { expect, test } from 'vitest';
import { FunctionError, type FunctionWorld } from '../../../../src/helm/template/function.ts';
import { sprigFunctions } from '../../../../src/helm/template/functions/sprig.ts';
import { printValue } from '../../../../src/helm/template/printf.ts';
import type { TemplateValue } from '../../../../src/helm/types.ts';

export interface TestWorld extends FunctionWorld {
  told: string[];
  steps: number;
}

/** A world that stands still at 2026-11-26 05:00 UTC and whose chance counts up. */
export function testWorld(): TestWorld {
  let drawn = 0;
  const world: TestWorld = {
    told: [],
    steps: 0,
    now: () => new Date('2026-11-26T05:00:00.123Z'),
    random: (length) => Uint8Array.from({ length }, () => (drawn++ * 37) % 256),
    unlike: (what) => void world.told.push(what),
    grow: (size) => {
      if (size > 1_000_000) throw new FunctionError('the rendering grows beyond its bounds');
    },
    work: (steps) => {
      world.steps += steps;
      if (world.steps > 2_000_000) throw new FunctionError('the rendering takes too many steps');
    },
  };
  return world;
}

/** What a function of sprig answers. */
export function call(name: string, ...args: TemplateValue[]): TemplateValue {
  return callIn(testWorld(), name, ...args);
}

export function callIn(world: FunctionWorld, name: string, ...args: TemplateValue[]): TemplateValue {
  const known = sprigFunctions[name];
  if (!known) throw new Error(`no function ${name}`);
  return known(args, world);
}

/** Calls as a template writes them, the answer last: one test for each row. */
export function answers(rows: readonly (readonly [string, ...TemplateValue[]])[]): void {
  for (const [name, ...values] of rows) {
    const [args, wanted] = [values.slice(0, -1), values.at(-1)];
    test(`${name} ${args.map(shown).join(' ')} is ${shown(wanted)}`, () => {
      expect(plain(call(name, ...args))).toEqual(plain(wanted));
    });
  }
}

/** Calls that fail, and a part of Go's words for why. */
export function failures(rows: readonly (readonly [string, ...TemplateValue[]])[]): void {
  for (const [name, ...values] of rows) {
    const [args, words] = [values.slice(0, -1), String(values.at(-1))];
    test(`${name} ${args.map(shown).join(' ')} fails: ${words}`, () => {
      expect(() => call(name, ...args)).toThrow(FunctionError);
      expect(() => call(name, ...args)).toThrow(words);
    });
  }
}

function shown(value: TemplateValue): string {
  return typeof value === 'string'
    ? JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
    : printValue(value);
}

/** Maps without a prototype compare as other maps do. */
function plain(value: TemplateValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
