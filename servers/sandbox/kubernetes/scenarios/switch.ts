import type { Context } from '../controllers/context.ts';
import { createBench, putBack } from './bench.ts';
import { scenarios } from './registry.ts';
import type { Scenario } from './scenario.ts';

/** The scenario with this id. */
export const findScenario = (id: string): Scenario | undefined => scenarios.find((scenario) => scenario.id === id);

/** Switches a scenario on; false when it is on already. */
export function breakIt(context: Context, scenario: Scenario): boolean {
  if (context.ground.state().scenarios[scenario.id]) return false;
  const bench = createBench(context);
  try {
    scenario.break(bench);
  } catch (error) {
    putBack(context, bench.undo());
    throw error;
  }
  context.ground.change((state) => {
    state.scenarios[scenario.id] = { since: context.now(), undo: bench.undo() };
  });
  return true;
}

/** Puts back what a scenario changed; false when it is not on. */
export function mendIt(context: Context, scenario: Scenario): boolean {
  const on = context.ground.state().scenarios[scenario.id];
  if (!on) return false;
  putBack(context, on.undo);
  context.ground.change((state) => {
    delete state.scenarios[scenario.id];
  });
  return true;
}
