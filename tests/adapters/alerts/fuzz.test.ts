import { expect, test } from 'vitest';
import { createAlertHooks } from '../../../adapters/alerts/adapter.ts';
import { alertmanager, arms, cloudMonitor } from './bodies.ts';

/** 2,000 bodies spoilt in their bytes, their values and their shape. Seeded, so that a failure comes again. */

const BODIES = { alertmanager, arms, cloudmonitor: cloudMonitor } as const;
const SOURCES = ['alertmanager', 'arms', 'cloudmonitor'] as const;
const VALUES: unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  [],
  {},
  [[]],
  { __proto__: null, toString: 1 },
  'x'.repeat(20_000),
  '<img src=x onerror=alert(1)>',
  '2026-13-99T99:99:99Z',
  '9'.repeat(400),
  [null],
  { a: { b: { c: 1 } } },
];

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

/** Replaces, removes or adds one thing somewhere in a JSON value. */
function spoil(value: unknown, roll: (below: number) => number): unknown {
  if (value === null || typeof value !== 'object' || roll(5) === 0) return VALUES[roll(VALUES.length)];
  if (Array.isArray(value)) {
    if (value.length === 0 || roll(6) === 0) return [...value, VALUES[roll(VALUES.length)]];
    const at = roll(value.length);
    return value.map((one, index) => (index === at ? spoil(one, roll) : one));
  }
  const entries = Object.entries(value);
  const at = roll(entries.length + 1);
  if (at === entries.length) return { ...value, [`k${roll(9)}`]: VALUES[roll(VALUES.length)] };
  if (roll(6) === 0) return Object.fromEntries(entries.filter((_, index) => index !== at));
  return Object.fromEntries(entries.map(([key, one], index) => [key, index === at ? spoil(one, roll) : one]));
}

function spoilBytes(text: string, roll: (below: number) => number): string {
  const at = roll(text.length);
  const signs = ['"', '}', '\\', '\u0000', '&', '=', '%', 'ÿ', ''];
  return roll(4) === 0 ? text.slice(0, at) : text.slice(0, at) + signs[roll(signs.length)] + text.slice(at + roll(5));
}

test('no body brings a hook down, and what is refused is not stored', async () => {
  const roll = random(20261125);
  const errors: unknown[] = [];
  let stored = 0;
  const hooks = createAlertHooks({
    loopbackOnly: true,
    async take(_, alerts) {
      stored += alerts.length;
    },
    onError: (error) => errors.push(error),
    clock: () => 1_764_061_200_000,
  });
  const seen = new Map<number, number>();
  for (let n = 0; n < 2000; n++) {
    const source = SOURCES[roll(3)] ?? 'arms';
    let body: unknown = BODIES[source]();
    for (let times = roll(3); times >= 0; times--) body = spoil(body, roll);
    const text = roll(3) === 0 ? spoilBytes(JSON.stringify(body) ?? ' ', roll) : (JSON.stringify(body) ?? '');
    const asForm = source === 'cloudmonitor' && roll(3) === 0;
    const before = stored;
    const response = await hooks.fetch(
      new Request(`http://localhost/hooks/${source}`, {
        method: 'POST',
        headers: { host: 'localhost' },
        body: asForm ? spoilBytes(new URLSearchParams(Object.entries(cloudMonitor())).toString(), roll) : text,
      }),
    );
    const answer: { accepted?: number; code?: string } = JSON.parse(await response.text());
    seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
    expect([202, 400], text.slice(0, 2000)).toContain(response.status);
    expect(stored - before).toBe(response.status === 202 ? answer.accepted : 0);
  }
  expect(errors).toEqual([]);
  // Both ways must have been tried, or the bodies are spoilt too little or too much.
  expect(seen.get(202)).toBeGreaterThan(200);
  expect(seen.get(400)).toBeGreaterThan(200);
});
