import { randomBytes } from 'node:crypto';
import type { ChartText, TemplateValue } from '../types.ts';
import { builtins } from './builtins.ts';
import { dataFunctions } from './data-functions.ts';
import { BoundsError, isExhausted, SyntaxTrouble, TemplateError } from './errors.ts';
import type { TemplateFunction } from './function.ts';
import { sprigFunctions } from './functions/sprig.ts';
import { engineFunctions, Refusal } from './helm-functions.ts';
import { parseTemplate } from './parser.ts';
import { execute } from './run.ts';
import { boundedWorld, type EngineFunction, type Limits, type Run } from './state.ts';
import { isEmpty, type Template } from './tree.ts';
import { compareText } from './values.ts';

export { TemplateError } from './errors.ts';

export interface TemplateOptions {
  /** Told, once each, what is answered otherwise than Helm would with a cluster, or differs each time. */
  unlike?: (what: string) => void;
  limits?: Partial<Limits>;
  now?: () => Date;
  random?: (bytes: number) => Uint8Array;
}

/** The templates of a chart, read. */
export interface Templates {
  /** What the template writes for this dot, as Helm does. Throws TemplateError. */
  render(name: string, dot: TemplateValue): string;
  has(name: string): boolean;
}

/** A thread of Node has the stack for this depth; its main thread has not, and then the depth ends earlier. */
const LIMITS: Limits = { steps: 2_000_000, outputCharacters: 5_000_000, depth: 1000 };

/**
 * Reads all templates of a chart into one name space, as Helm does: what stands less deep is read later and wins.
 * The bounds are those of the whole rendering: all calls of `render` together. Throws TemplateError.
 */
export function parseTemplates(sources: readonly ChartText[], options: TemplateOptions = {}): Templates {
  const functions = functionTable();
  const own = new Map<string, Template>();
  for (const source of inOrder(sources)) {
    for (const [name, template] of readFile(source, functions)) {
      if (isEmpty(template.body) && own.has(name)) continue;
      own.set(name, template);
    }
  }
  const run = newRun(functions, options);
  return { has: (name) => own.has(name), render: (name, dot) => render(run, own, { name, dot }) };
}

/** Later ones stand in for earlier ones of their name, as Helm lays its functions over sprig's, and these over Go's. */
function functionTable(): ReadonlyMap<string, EngineFunction> {
  const fromWorld = (functions: Readonly<Record<string, TemplateFunction>>) =>
    Object.entries(functions).map(([name, work]): [string, EngineFunction] => [
      name,
      (args, { run }) => work(args, run.world),
    ]);
  return new Map([
    ...Object.entries(builtins),
    ...fromWorld(sprigFunctions),
    ...fromWorld(dataFunctions),
    ...Object.entries(engineFunctions),
  ]);
}

/** Longest path first, and backwards by name, so that parents override what is below them. */
function inOrder(sources: readonly ChartText[]): ChartText[] {
  const depth = ({ name }: ChartText) => name.split('/').length;
  return [...sources].sort((a, b) => depth(b) - depth(a) || compareText(b.name, a.name));
}

function readFile(source: ChartText, functions: ReadonlyMap<string, EngineFunction>): ReadonlyMap<string, Template> {
  try {
    return parseTemplate(source, (name) => functions.has(name));
  } catch (error) {
    if (!(error instanceof SyntaxTrouble)) throw error;
    const place = { template: error.template, line: error.line };
    throw new TemplateError(place, `parse error at (${error.template}:${error.line}): ${error.reason}`, {
      cause: error,
    });
  }
}

function newRun(functions: ReadonlyMap<string, EngineFunction>, options: TemplateOptions): Run {
  const world = {
    now: options.now ?? (() => new Date()),
    random: options.random ?? ((bytes: number) => new Uint8Array(randomBytes(bytes))),
    unlike: options.unlike ?? (() => {}),
    grow: () => {},
    work: () => {},
  };
  const run: Run = {
    functions,
    limits: { ...LIMITS, ...options.limits },
    world,
    steps: 0,
    written: 0,
    depth: 0,
    texts: new Map(),
    included: new Map(),
  };
  run.world = boundedWorld(world, run);
  return run;
}

function render(
  run: Run,
  own: ReadonlyMap<string, Template>,
  { name, dot }: { name: string; dot: TemplateValue },
): string {
  const template = own.get(name);
  const place = { template: name, line: 0 };
  if (!template)
    throw new TemplateError(place, `template: no template ${JSON.stringify(name)} associated with template "gotpl"`);
  run.depth = 0;
  run.included.clear();
  try {
    return execute(run, { own }, { template, dot }).replaceAll('<no value>', '');
  } catch (error) {
    // The engine of JavaScript has bounds of its own: nesting, and the length of a text.
    if (isExhausted(error)) throw new BoundsError(place, `template: ${name}: nested too deeply, or too long a text`);
    throw cleaned(error);
  }
}

/** What a chart refused is shown as Helm shows it: the place in the file that was rendered, and the chart's own words. */
function cleaned(error: unknown): unknown {
  const refusal = refusalWithin(error);
  if (!refusal || !(error instanceof TemplateError)) return error;
  const location = error.message.split(': ')[1];
  const place = { template: error.template, line: error.line };
  return new TemplateError(place, `execution error at (${location}): ${refusal.message}`, { cause: error });
}

function refusalWithin(error: unknown): Refusal | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof Refusal) return at;
  return undefined;
}
