import type { TemplateValue } from '../types.ts';

/** A function that templates call. What it cannot do it says by throwing FunctionError; the engine adds where that was. */
export type TemplateFunction = (args: TemplateValue[], world: FunctionWorld) => TemplateValue;

/** What functions may know besides their arguments. */
export interface FunctionWorld {
  now: () => Date;
  random: (bytes: number) => Uint8Array;
  /** Told what is answered otherwise than Helm would with a cluster, or differs each time. */
  unlike: (what: string) => void;
  /** Refuses what would grow beyond the bounds of a rendering: characters, or items of a list. Throws FunctionError. */
  grow: (size: number) => void;
  /** Counts work that one call does against the steps of the rendering: items compared, characters matched. Throws FunctionError. */
  work: (steps: number) => void;
}

/** A function was called with what it does not take, or gave up. */
export class FunctionError extends Error {}

/** The arguments do not fit: Go says so without `error calling NAME: ` before it. */
export class ArgumentError extends FunctionError {}
