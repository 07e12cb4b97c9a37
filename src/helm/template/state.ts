import type { TemplateValue } from '../types.ts';
import { BoundsError, placeOf, TemplateError } from './errors.ts';
import { FunctionError, type FunctionWorld } from './function.ts';
import { type Command, type Expression, nodeText, type Statement, type Template } from './tree.ts';

/** A function as the engine calls it: it may look at what is being carried out. */
export type EngineFunction = (args: TemplateValue[], state: State) => TemplateValue;

export interface Limits {
  steps: number;
  outputCharacters: number;
  depth: number;
}

/** What all templates of one chart use up together. */
export interface Run {
  functions: ReadonlyMap<string, EngineFunction>;
  limits: Limits;
  world: FunctionWorld;
  steps: number;
  written: number;
  /** Templates that are being carried out within each other. */
  depth: number;
  /** Texts given to `tpl`, read once. */
  texts: Map<string, ReadonlyMap<string, Template>>;
  /** How often each name is being included at the moment. */
  included: Map<string, number>;
}

/** Templates by name; what `tpl` defines stands before what the chart defines, and goes with it. */
export interface Names {
  own: ReadonlyMap<string, Template>;
  outer?: Names;
}

/** One template that is being carried out. */
export interface State {
  run: Run;
  names: Names;
  template: Template;
  variables: TemplateValue[];
  out: string[];
  /** Where errors are said to be: what was looked at last. */
  node: Expression | Command | Statement | undefined;
  /** The dot was taken from a list or map, where Go has no type but `interface {}`. */
  looseDot: boolean;
}

/** A template by its name: the nearest that says something. */
export function findTemplate(names: Names, name: string): Template | undefined {
  for (let at: Names | undefined = names; at; at = at.outer) {
    const found = at.own.get(name);
    if (found) return found;
  }
  return undefined;
}

/** An error with Go's place before it: `template: FILE:LINE:COLUMN: executing "NAME" at <CODE>: why`. */
export function troubleAt(state: State, reason: string, options?: ErrorOptions): TemplateError {
  return new TemplateError(...describe(state, reason), options);
}

function describe({ template, node }: State, reason: string): [{ template: string; line: number }, string] {
  if (!node) return [{ template: template.file, line: 0 }, `template: ${template.name}: ${reason}`];
  const { line, column } = placeOf(template.source, node.at);
  const where = `${template.file}:${line}:${column}`;
  const message = `template: ${where}: executing ${JSON.stringify(template.name)} at <${nodeText(node)}>: ${reason}`;
  return [{ template: template.file, line }, message];
}

/** The rendering came to one of its bounds at this place. */
export function exceeded(state: State, reason: string): BoundsError {
  return new BoundsError(...describe(state, reason));
}

/** Counts one step of the rendering. */
export function step(state: State): void {
  const { run } = state;
  if (++run.steps > run.limits.steps) throw exceeded(state, `the rendering takes more than ${run.limits.steps} steps`);
}

/** Puts text out, within the bounds of the rendering. */
export function write(state: State, text: string): void {
  const { run } = state;
  run.written += text.length;
  if (run.written > run.limits.outputCharacters) {
    throw exceeded(state, `the rendering writes more than ${run.limits.outputCharacters} characters`);
  }
  state.out.push(text);
}

/** Goes one template deeper for the time of `work`. */
export function deeper<T>(state: State, work: () => T): T {
  const { run } = state;
  if (run.depth >= run.limits.depth) {
    throw exceeded(state, `templates call each other more than ${run.limits.depth} times deep`);
  }
  run.depth++;
  try {
    return work();
  } finally {
    run.depth--;
  }
}

/** What functions may do to the world, bounded. */
export function boundedWorld(world: Omit<FunctionWorld, 'grow' | 'work'>, run: Run): FunctionWorld {
  const told = new Set<string>();
  const count = (key: 'steps' | 'written', more: number, most: number) => {
    run[key] += Math.max(0, more);
    if (!(run[key] <= most)) throw new FunctionError('the rendering grows beyond its bounds');
  };
  return {
    ...world,
    unlike: (what) => {
      if (!told.has(what)) world.unlike(what);
      told.add(what);
    },
    grow: (size) => count('written', size, run.limits.outputCharacters),
    work: (steps) => count('steps', steps, run.limits.steps),
  };
}
