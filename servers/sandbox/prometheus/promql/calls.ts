import { type Call, type Expr, unwrap, type VectorSelector } from './ast.ts';
import { ExecutionError } from './errors.ts';
import { histogramQuantiles } from './histogram.ts';
import { numberFunctions, sortByValue, timeFunctions } from './instant-functions.ts';
import { type Labels, remember, withoutLabels } from './labels.ts';
import { rangeFunctions } from './range-functions.ts';
import { anchored, expand } from './regex.ts';
import { selectSamples } from './selectors.ts';
import { type At, type Compiler, type Element, unique } from './values.ts';

type CompileCall = (compiler: Compiler, args: readonly Expr[]) => Promise<At<Element[]>>;

/** A call whose value is an instant vector. */
export async function compileCall(compiler: Compiler, { name, args }: Call): Promise<At<Element[]>> {
  const special = specials[name];
  if (special) return special(compiler, args);
  if (name in rangeFunctions) return compileRangeFunction(compiler, name, args);
  if (name in timeFunctions) return compileTimeFunction(compiler, name, args);
  if (name in numberFunctions) return compileNumberFunction(compiler, name, args);
  return () => [];
}

/** A call whose value is a scalar. */
export async function compileScalarCall(compiler: Compiler, { name, args: [arg] }: Call): Promise<At<number>> {
  if (name === 'time') return (time) => time / 1000;
  if (name === 'pi' || !arg) return () => Math.PI;
  const vector = await compiler.vector(arg);
  return (time) => {
    const [first, ...more] = vector(time);
    return first && more.length === 0 ? first.value : Number.NaN;
  };
}

async function compileRangeFunction(compiler: Compiler, name: string, args: readonly Expr[]): Promise<At<Element[]>> {
  const [first, second] = name === 'quantile_over_time' ? [args[1], args[0]] : args;
  const windows = await compiler.range(needed(first));
  const scalar = second ? await compiler.scalar(second) : () => 0;
  const work = rangeFunctions[name];
  const labelsOf = name === 'last_over_time' ? (labels: Labels) => labels : compiler.query.interner.nameless;
  return (time) => {
    const parameter = scalar(time);
    return unique(
      windows(time).flatMap((window) => {
        const value = work?.(window, parameter, time);
        return value === undefined ? [] : [{ labels: labelsOf(window.labels), value }];
      }),
    );
  };
}

async function compileTimeFunction(compiler: Compiler, name: string, [arg]: readonly Expr[]): Promise<At<Element[]>> {
  const work = timeFunctions[name] ?? Number;
  if (!arg) return (time) => [{ labels: compiler.query.interner.intern({}), value: work(time / 1000) }];
  return mapValues(compiler, arg, () => work);
}

async function compileNumberFunction(compiler: Compiler, name: string, args: readonly Expr[]): Promise<At<Element[]>> {
  const [arg, ...others] = args;
  const scalars = await Promise.all(others.map((other) => compiler.scalar(other)));
  const work = numberFunctions[name] ?? Number;
  const mapped = await mapValues(compiler, needed(arg), (time) => {
    const [first = 1, second = 0] = scalars.map((scalar) => scalar(time));
    return (value) => work(value, first, second);
  });
  const [min, max] = scalars;
  if (name !== 'clamp' || !min || !max) return mapped;
  return (time) => (max(time) < min(time) ? [] : mapped(time));
}

async function mapValues(
  compiler: Compiler,
  arg: Expr,
  workAt: (time: number) => (value: number) => number,
): Promise<At<Element[]>> {
  const { nameless } = compiler.query.interner;
  const vector = await compiler.vector(arg);
  return (time) => {
    const work = workAt(time);
    return unique(vector(time).map(({ labels, value }) => ({ labels: nameless(labels), value: work(value) })));
  };
}

/** An argument that the check of types has found to be there. */
function needed(arg: Expr | undefined): Expr {
  if (!arg) throw new ExecutionError('an argument is missing');
  return arg;
}

const textOf = (arg: Expr | undefined): string => {
  const expr = arg && unwrap(arg);
  return expr?.kind === 'string' ? expr.value : '';
};

const specials: Record<string, CompileCall> = {
  vector: async (compiler, [arg]) => {
    const scalar = await compiler.scalar(needed(arg));
    const labels = compiler.query.interner.intern({});
    return (time) => [{ labels, value: scalar(time) }];
  },
  timestamp: async (compiler, [arg]) => {
    const { nameless } = compiler.query.interner;
    const expr = unwrap(needed(arg));
    if (expr.kind !== 'selector') return mapValues(compiler, expr, (time) => () => time / 1000);
    const samples = await selectSamples(compiler, expr);
    return (time) => samples(time).map((sample) => ({ labels: nameless(sample.labels), value: sample.time / 1000 }));
  },
  absent: async (compiler, [arg]) => {
    const vector = await compiler.vector(needed(arg));
    const labels = absentLabels(compiler, needed(arg));
    return (time) => (vector(time).length > 0 ? [] : [{ labels, value: 1 }]);
  },
  absent_over_time: async (compiler, [arg]) => {
    const windows = await compiler.range(needed(arg));
    const labels = absentLabels(compiler, needed(arg));
    return (time) => (windows(time).length > 0 ? [] : [{ labels, value: 1 }]);
  },
  sort: async (compiler, [arg]) => {
    const vector = await compiler.vector(needed(arg));
    return (time) => sortByValue(vector(time), 1);
  },
  sort_desc: async (compiler, [arg]) => {
    const vector = await compiler.vector(needed(arg));
    return (time) => sortByValue(vector(time), -1);
  },
  histogram_quantile: async (compiler, [q, arg]) => {
    const quantile = await compiler.scalar(needed(q));
    const vector = await compiler.vector(needed(arg));
    const work = histogramQuantiles(compiler.query.interner);
    return (time) => work(quantile(time), vector(time));
  },
  label_replace: async (compiler, [arg, ...texts]) => {
    const [target = '', template = '', source = '', pattern = ''] = texts.map(textOf);
    const regex = replacing(pattern);
    return relabel(compiler, { name: 'label_replace', arg: needed(arg), target }, (labels) => {
      const match = regex.exec(labels[source] ?? '');
      return match ? expand(template, match) : undefined;
    });
  },
  label_join: async (compiler, [arg, ...texts]) => {
    const [target = '', separator = '', ...sources] = texts.map(textOf);
    return relabel(compiler, { name: 'label_join', arg: needed(arg), target }, (labels) =>
      sources.map((source) => labels[source] ?? '').join(separator),
    );
  },
};

function replacing(pattern: string): RegExp {
  try {
    return anchored(pattern);
  } catch (cause) {
    throw new ExecutionError(`invalid regular expression in label_replace(): ${pattern}`, { cause });
  }
}

/** Sets one label of each element; empty removes it, undefined leaves it. */
async function relabel(
  compiler: Compiler,
  { name, arg, target }: { name: string; arg: Expr; target: string },
  textFor: (labels: Labels) => string | undefined,
): Promise<At<Element[]>> {
  if (!/^[A-Za-z_]\w*$/.test(target))
    throw new ExecutionError(`invalid destination label name in ${name}(): ${target}`);
  const vector = await compiler.vector(arg);
  const labelsOf = remember((labels: Labels) => {
    const value = textFor(labels);
    if (value === undefined) return labels;
    return compiler.query.interner.intern({ ...withoutLabels(labels, [target]), ...(value && { [target]: value }) });
  });
  return (time) => unique(vector(time).map(({ labels, value }) => ({ labels: labelsOf(labels), value })));
}

/** The labels that a selector says the missing series would have. */
function absentLabels({ query }: Compiler, arg: Expr): Labels {
  const expr = unwrap(arg);
  const selector: VectorSelector | undefined =
    expr.kind === 'range' ? expr.selector : expr.kind === 'selector' ? expr : undefined;
  const matchers = selector?.matchers.filter(({ name }) => name !== '__name__') ?? [];
  const sure = matchers.filter(
    ({ name, operator }) => operator === '=' && matchers.filter((other) => other.name === name).length === 1,
  );
  return query.interner.intern(Object.fromEntries(sure.flatMap(({ name, value }) => (value ? [[name, value]] : []))));
}
