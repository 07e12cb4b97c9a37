import type { TemplateValue } from '../types.ts';
import { isExhausted, TemplateError } from './errors.ts';
import { evaluate } from './evaluate.ts';
import { printValue } from './printf.ts';
import { deeper, findTemplate, type Names, type Run, type State, step, troubleAt, write } from './state.ts';
import { nodeText, type Pipe, type Statement, type Template } from './tree.ts';
import { dataKeys, isMap, isTrue, typeOf } from './values.ts';

/** How a list of statements ended. */
type Ended = 'done' | 'break' | 'continue';

/** What a template writes for this dot. */
export function execute(run: Run, names: Names, call: Call): string {
  const out: string[] = [];
  carryOut({ run, names, out }, call);
  return out.join('');
}

interface Call {
  template: Template;
  dot: TemplateValue;
}

/** A template knows nothing of the variables of the one that calls it. */
function carryOut({ run, names, out }: Pick<State, 'run' | 'names' | 'out'>, { template, dot }: Call): void {
  const variables: TemplateValue[] = new Array(template.slots);
  variables[0] = dot;
  walk({ run, names, out, template, variables, node: undefined, looseDot: false }, dot, template.body);
}

function walk(state: State, dot: TemplateValue, statements: readonly Statement[]): Ended {
  for (const statement of statements) {
    step(state);
    const ended = walkOne(state, dot, statement);
    if (ended !== 'done') return ended;
  }
  return 'done';
}

function walkOne(state: State, dot: TemplateValue, statement: Statement): Ended {
  state.node = statement;
  switch (statement.kind) {
    case 'text':
      write(state, statement.text);
      return 'done';
    case 'action': {
      const value = evaluate(state, dot, statement.pipe);
      if (statement.pipe.variables.length === 0) print(state, statement, value);
      return 'done';
    }
    case 'if':
    case 'with':
      return walkBranch(state, dot, statement);
    case 'range':
      return walkRange(state, dot, statement);
    case 'template':
      walkTemplate(state, dot, statement);
      return 'done';
    default:
      return statement.kind;
  }
}

function print(state: State, statement: Statement, value: TemplateValue): void {
  state.node = statement;
  if (typeof value === 'function') throw troubleAt(state, `can't print ${nodeText(statement)} of type func()`);
  write(
    state,
    guarded(state, () => shown(value)),
  );
}

function shown(value: TemplateValue): string {
  if (value === undefined || value === null) return '<no value>';
  return typeof value === 'string' ? value : printValue(value);
}

/** What a function cannot do becomes an error at this place. */
function guarded<T>(state: State, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateError || isExhausted(error) || !(error instanceof Error)) throw error;
    throw troubleAt(state, error.message, { cause: error });
  }
}

type Branch = Extract<Statement, { kind: 'if' | 'with' | 'range' }>;

function walkBranch(state: State, dot: TemplateValue, statement: Branch): Ended {
  const value = evaluate(state, dot, statement.pipe);
  if (!isTrue(value)) return statement.otherwise ? walk(state, dot, statement.otherwise) : 'done';
  return statement.kind === 'with' ? walkWith(state, value, statement.body, false) : walk(state, dot, statement.body);
}

function walkWith(state: State, dot: TemplateValue, body: readonly Statement[], loose: boolean): Ended {
  const before = state.looseDot;
  state.looseDot = loose;
  const ended = walk(state, dot, body);
  state.looseDot = before;
  return ended;
}

function walkRange(state: State, dot: TemplateValue, statement: Branch): Ended {
  const value = evaluate(state, dot, statement.pipe);
  let any = false;
  for (const [key, item] of items(state, value, statement.pipe)) {
    any = true;
    setLoopVariables(state, statement.pipe, [key, item]);
    if (walkWith(state, item, statement.body, true) === 'break') return 'done';
  }
  return any || !statement.otherwise ? 'done' : walk(state, dot, statement.otherwise);
}

function setLoopVariables(state: State, pipe: Pipe, [key, item]: [TemplateValue, TemplateValue]): void {
  const [first, second] = pipe.variables;
  if (first) state.variables[first.slot] = second ? key : item;
  if (second) state.variables[second.slot] = item;
}

/** What `range` goes through: key or place, and item. */
function* items(state: State, value: TemplateValue, pipe: Pipe): Generator<[TemplateValue, TemplateValue]> {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    // As in Go, the length is taken once; what is appended meanwhile is another list.
    const { length } = value;
    for (let i = 0; i < length; i++) yield [BigInt(i), value[i] ?? null];
  } else if (isMap(value)) {
    for (const key of dataKeys(value)) yield [key, value[key] ?? null];
  } else if (typeof value === 'bigint') {
    if (pipe.variables.length > 1) {
      throw troubleAt(state, `can't use ${value} to iterate over more than one variable`);
    }
    for (let i = 0n; i < value; i++) {
      step(state);
      yield [i, i];
    }
  } else {
    // Go prints the value here; it may be a secret.
    throw troubleAt(state, `range can't iterate over a value of type ${typeOf(value)}`);
  }
}

function walkTemplate(state: State, dot: TemplateValue, statement: Extract<Statement, { kind: 'template' }>): void {
  const template = findTemplate(state.names, statement.name);
  if (!template) throw troubleAt(state, `template ${JSON.stringify(statement.name)} not defined`);
  const value = statement.pipe ? evaluate(state, dot, statement.pipe) : undefined;
  deeper(state, () => carryOut(state, { template, dot: value }));
}
