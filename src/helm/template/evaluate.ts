import type { TemplateValue } from '../types.ts';
import { BoundsError, isExhausted } from './errors.ts';
import { ArgumentError } from './function.ts';
import { type State, step, troubleAt } from './state.ts';
import { type Command, type Expression, nodeText, type Pipe } from './tree.ts';
import { isMap, isTrue, ownValue, typeOf } from './values.ts';

/** The value that came down the pipeline, if any. */
type Piped = readonly [] | readonly [TemplateValue];

const NOTHING: Piped = [];

/** The value of a pipeline; what it declares is set. */
export function evaluate(state: State, dot: TemplateValue, pipe: Pipe): TemplateValue {
  step(state);
  state.node = pipe;
  let piped: Piped = NOTHING;
  for (const command of pipe.commands) {
    const value: TemplateValue = evaluateCommand(state, dot, { command, piped });
    // Within a pipeline nil has no type any more.
    piped = [value === null ? undefined : value];
  }
  const value = piped[0];
  for (const { slot } of pipe.variables) state.variables[slot] = value;
  return value;
}

function evaluateCommand(
  state: State,
  dot: TemplateValue,
  { command, piped }: { command: Command; piped: Piped },
): TemplateValue {
  const [first] = command.words;
  if (!first) return undefined;
  const call: Call = { words: command.words.slice(1), piped, node: command };
  switch (first.kind) {
    case 'field':
    case 'chain':
    case 'variable':
    case 'function':
      return evaluateOperand(state, dot, { expression: first, call });
    case 'pipe':
      refuseArguments(state, first, call);
      return evaluate(state, dot, first);
    default:
      state.node = first;
      refuseArguments(state, first, call);
      if (first.kind === 'nil') throw troubleAt(state, 'nil is not a command');
      return first.kind === 'dot' ? dot : first.value;
  }
}

/** Arguments that stand behind a function or method, still to be evaluated. */
interface Call {
  words: readonly Expression[];
  piped: Piped;
  /** Where a failed call is said to be. */
  node: Expression | Command;
}

function refuseArguments(state: State, first: Expression, { words, piped }: Call): void {
  if (words.length === 0 && piped.length === 0) return;
  throw troubleAt(state, `can't give argument to non-function ${nodeText(first)}`);
}

function evaluateOperand(
  state: State,
  dot: TemplateValue,
  { expression, call }: { expression: Expression; call: Call },
): TemplateValue {
  state.node = expression;
  switch (expression.kind) {
    case 'field': {
      const chain = { names: expression.names, base: dot, loose: state.looseDot };
      return evaluateChain(state, dot, { chain, call: { ...call, node: expression } });
    }
    case 'chain': {
      if (expression.base.kind === 'nil')
        throw troubleAt(state, `indirection through explicit nil in ${nodeText(expression)}`);
      const base = evaluateWord(state, dot, expression.base);
      const chain = { names: expression.names, base, loose: false };
      return evaluateChain(state, dot, { chain, call: { ...call, node: expression } });
    }
    case 'variable': {
      const value = state.variables[expression.slot];
      if (expression.names.length === 0) {
        refuseArguments(state, expression, call);
        return value;
      }
      const chain = { names: expression.names, base: value, loose: false };
      return evaluateChain(state, dot, { chain, call: { ...call, node: expression } });
    }
    case 'function':
      return callFunction(state, dot, { name: expression.name, call });
    case 'pipe':
      return evaluate(state, dot, expression);
    case 'dot':
      return dot;
    case 'nil':
      return null;
    default:
      return expression.value;
  }
}

/** The value of one argument. */
function evaluateWord(state: State, dot: TemplateValue, expression: Expression): TemplateValue {
  return evaluateOperand(state, dot, { expression, call: { words: [], piped: NOTHING, node: expression } });
}

interface Chain {
  names: readonly string[];
  base: TemplateValue;
  loose: boolean;
}

function evaluateChain(state: State, dot: TemplateValue, { chain, call }: { chain: Chain; call: Call }): TemplateValue {
  let value = chain.base;
  const last = chain.names.length - 1;
  chain.names.forEach((name, i) => {
    const bare = i === last ? call : { ...call, words: [], piped: NOTHING };
    const receiver = { value, loose: i > 0 || chain.loose };
    value = evaluateField(state, dot, { receiver, name, call: bare });
  });
  return value;
}

interface Field {
  receiver: { value: TemplateValue; loose: boolean };
  name: string;
  call: Call;
}

function evaluateField(state: State, dot: TemplateValue, { receiver, name, call }: Field): TemplateValue {
  const { value, loose } = receiver;
  if (value === undefined) return undefined;
  if (value === null) throw troubleAt(state, `nil pointer evaluating interface {}.${name}`);
  if (typeof value === 'object') {
    // Lists, maps and times may have methods; only own properties count.
    const own = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    if (typeof own === 'function') return callMethod(state, dot, { name, method: own, call });
    if (isMap(value)) {
      if (call.words.length + call.piped.length > 0)
        throw troubleAt(state, `${name} is not a method but has arguments`);
      return ownValue(value, name) ?? null;
    }
  }
  throw troubleAt(state, `can't evaluate field ${name} in type ${loose ? 'interface {}' : typeOf(value)}`);
}

function callMethod(
  state: State,
  dot: TemplateValue,
  { name, method, call }: { name: string; method: (...args: TemplateValue[]) => TemplateValue; call: Call },
): TemplateValue {
  const args = evaluateArguments(state, dot, call);
  return carryOut(state, { name, node: call.node, work: () => method(...args) });
}

function callFunction(state: State, dot: TemplateValue, { name, call }: { name: string; call: Call }): TemplateValue {
  if (name === 'and' || name === 'or') return decide(state, dot, { stopAt: name === 'or', name, call });
  const known = state.run.functions.get(name);
  if (!known) throw troubleAt(state, `${JSON.stringify(name)} is not a defined function`);
  const args = evaluateArguments(state, dot, call);
  return carryOut(state, { name, node: call.node, work: () => known(args, state) });
}

/** `and` and `or` look at no more than they need. */
function decide(
  state: State,
  dot: TemplateValue,
  { stopAt, name, call }: { stopAt: boolean; name: string; call: Call },
): TemplateValue {
  if (call.words.length + call.piped.length === 0) {
    throw troubleAt(state, `wrong number of args for ${name}: want at least 1 got 0`);
  }
  let value: TemplateValue;
  for (const word of call.words) {
    value = evaluateWord(state, dot, word);
    if (isTrue(value) === stopAt) return value;
  }
  return call.piped.length > 0 ? call.piped[0] : value;
}

function evaluateArguments(state: State, dot: TemplateValue, { words, piped }: Call): TemplateValue[] {
  const args = words.map((word) => evaluateWord(state, dot, word));
  args.push(...piped);
  return args;
}

function carryOut(
  state: State,
  { name, node, work }: { name: string; node: Expression | Command; work: () => TemplateValue },
): TemplateValue {
  step(state);
  try {
    return work();
  } catch (error) {
    if (error instanceof BoundsError || isExhausted(error) || !(error instanceof Error)) throw error;
    if (error instanceof ArgumentError) throw troubleAt(state, error.message, { cause: error });
    state.node = node;
    throw troubleAt(state, `error calling ${name}: ${error.message}`, { cause: error });
  }
}
