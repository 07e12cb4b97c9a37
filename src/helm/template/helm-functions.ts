import type { TemplateValue } from '../types.ts';
import { wrongType } from './builtins.ts';
import { BoundsError, SyntaxTrouble, TemplateError } from './errors.ts';
import { ArgumentError, FunctionError } from './function.ts';
import { parseTemplate } from './parser.ts';
import { execute } from './run.ts';
import { deeper, type EngineFunction, exceeded, findTemplate, type Names, type State } from './state.ts';
import { isEmpty, type Template } from './tree.ts';
import { newMap } from './values.ts';

/** Helm's bound on one name within itself. https://github.com/helm/helm/blob/main/pkg/engine/engine.go */
const MOST_RECURSION = 1000;
/** Helm's name for texts given to `tpl`. */
const TPL_NAME = 'gotpl';

/** Reading a text is work, too. */
const CHARACTERS_PER_STEP = 20;

/** A chart gave up by `fail` or `required`: Helm shows this alone, with the outermost place. */
export class Refusal extends FunctionError {}

/** Helm's functions that know the templates they stand in. */
export const engineFunctions: Readonly<Record<string, EngineFunction>> = {
  include: (args, state) => include(textAt(args, 'include', 2), args[1], state),
  tpl: (args, state) => tpl(textAt(args, 'tpl', 2), args[1], state),
  required: (args) => {
    const warning = textAt(args, 'required', 2);
    const value = args[1];
    if (value === null || value === undefined || value === '') throw new Refusal(warning);
    return value;
  },
  fail: (args) => {
    throw new Refusal(textAt(args, 'fail', 1));
  },
  lookup: (args, { run }) => {
    checkCount(args, 'lookup', 4);
    run.world.unlike('lookup');
    return newMap();
  },
};

function checkCount(args: TemplateValue[], name: string, count: number): void {
  if (args.length !== count) {
    throw new ArgumentError(`wrong number of args for ${name}: want ${count} got ${args.length}`);
  }
}

function textAt(args: TemplateValue[], name: string, count: number): string {
  checkCount(args, name, count);
  const [text] = args;
  if (typeof text !== 'string') throw new ArgumentError(wrongType(text, 'string'));
  return text;
}

function include(name: string, dot: TemplateValue, state: State): string {
  const { run, names } = state;
  const template = findTemplate(names, name);
  if (!template) {
    throw new FunctionError(`template: no template ${JSON.stringify(name)} associated with template "${TPL_NAME}"`);
  }
  const times = run.included.get(name) ?? 0;
  if (times > MOST_RECURSION) {
    throw exceeded(
      state,
      `error calling include: rendering template has a nested reference name: ${name}: unable to execute template`,
    );
  }
  run.included.set(name, times + 1);
  const text = deeper(state, () => execute(run, names, { template, dot: dot ?? undefined }));
  run.included.set(name, times);
  return text;
}

function tpl(text: string, dot: TemplateValue, state: State): string {
  const { run, names } = state;
  const own = readText(text, state);
  const inner: Names = { own, outer: names };
  const template = own.get(TPL_NAME);
  if (!template) return '';
  try {
    const written = deeper(state, () => execute(run, inner, { template, dot: dot ?? undefined }));
    return written.replaceAll('<no value>', '');
  } catch (error) {
    if (error instanceof BoundsError || !(error instanceof TemplateError)) throw error;
    // Helm repeats the text here; it often is a value, which may be a secret.
    throw new FunctionError(`error during tpl function execution: ${error.message}`, { cause: error });
  }
}

function readText(text: string, { run, names }: State): ReadonlyMap<string, Template> {
  let found = run.texts.get(text);
  if (!found) {
    run.world.work(text.length / CHARACTERS_PER_STEP);
    try {
      found = parseTemplate({ name: TPL_NAME, text }, (name) => run.functions.has(name));
    } catch (error) {
      if (!(error instanceof SyntaxTrouble)) throw error;
      throw new FunctionError(`cannot parse template: ${error.message}`, { cause: error });
    }
    run.texts.set(text, found);
  }
  return withoutEmpty(found, names);
}

/** A definition that says nothing does not hide one that does. */
function withoutEmpty(found: ReadonlyMap<string, Template>, names: Names): ReadonlyMap<string, Template> {
  if (found.size === 1) return found;
  return new Map(
    [...found].filter(([name, { body }]) => name === TPL_NAME || !isEmpty(body) || !findTemplate(names, name)),
  );
}
