import type { Matcher } from './ast.ts';
import { anchored } from './regex.ts';

/** The labels of a series; the metric's name is `__name__`. Empty values do not occur. */
export type Labels = Readonly<Record<string, string>>;

/** A text that two label sets share exactly when they are equal. */
export function labelKey(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}\xff${labels[name]}`)
    .join('\xfe');
}

/** The same labels without some. */
export function withoutLabels(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

/** Only some of the labels, without those that are missing. */
export function onlyLabels(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.flatMap((name) => (labels[name] ? [[name, labels[name]]] : [])));
}

/** A label set as Prometheus writes it in messages: `name{a="b"}`. */
export function showLabels(labels: Labels): string {
  const { __name__ = '', ...rest } = labels;
  const names = Object.keys(rest).sort();
  return `${__name__}{${names.map((name) => `${name}=${JSON.stringify(rest[name])}`).join(', ')}}`;
}

/** Tells which label sets fulfil all matchers. */
export function matchAll(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(({ name, operator, value }) => ({ name, accepts: acceptor(operator, value) }));
  return (labels) => tests.every(({ name, accepts }) => accepts(labels[name] ?? ''));
}

/** Tells which label values one matcher accepts. */
export function acceptor(operator: Matcher['operator'], value: string): (text: string) => boolean {
  if (operator === '=') return (text) => text === value;
  if (operator === '!=') return (text) => text !== value;
  const pattern = anchored(value);
  return operator === '=~' ? (text) => pattern.test(text) : (text) => !pattern.test(text);
}

/** Gives equal label sets one identity within a query, so that everything after compares by reference. */
export interface Interner {
  intern(labels: Labels): Labels;
  /** The set without its name. */
  nameless(labels: Labels): Labels;
}

export function createInterner(): Interner {
  const known = new Map<string, Labels>();
  const intern = (labels: Labels): Labels => {
    const key = labelKey(labels);
    const found = known.get(key);
    if (!found) known.set(key, labels);
    return found ?? labels;
  };
  const nameless = remember((labels: Labels) =>
    labels.__name__ ? intern(withoutLabels(labels, ['__name__'])) : labels,
  );
  return { intern, nameless };
}

/** A function of label sets that works each out once. */
export function remember<T>(work: (labels: Labels) => T): (labels: Labels) => T {
  const results = new Map<Labels, T>();
  return (labels) => {
    const found = results.get(labels);
    if (found !== undefined) return found;
    const made = work(labels);
    results.set(labels, made);
    return made;
  };
}
