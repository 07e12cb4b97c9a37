import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/**
 * PromQL for somebody who may read some namespaces: each selector also asks for one of those, as prom-label-proxy has it.
 * The query is written anew from its syntax, so that nothing of it can be read in two ways.
 */

/** The query for those namespaces only, and whether it selects anything at all; or why it cannot be asked so. */
type NarrowedQuery = { promql: string; selects: boolean } | { refused: string };

/** Names of namespaces, with `*` for any run of characters. */
type NamespacePatterns = readonly string[];

const LONGEST = 10_000;
const DEEPEST = 200;
/** The grammar's tokens without a name: brackets, commas and signs, or a number. */
const PUNCTUATION = /[\s(){}[\],:+-]+/g;
const NUMBER = /^(?:[\d.][\w.]*|inf|nan)?$/i;
/** What every version of Prometheus takes for one whole string, and for nothing else. https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals */
const STRING =
  /^(?:"(?:[^"\\\n]|\\(?:[abfnrtv\\"]|x[\da-fA-F]{2}|[0-7]{3}|u[\da-fA-F]{4}|U[\da-fA-F]{8}))*"|'(?:[^'\\\n]|\\(?:[abfnrtv\\']|x[\da-fA-F]{2}|[0-7]{3}|u[\da-fA-F]{4}|U[\da-fA-F]{8}))*'|`[^`]*`)$/;
/** Exporters that speak of objects elsewhere: `namespace` is then their own, `exported_namespace` the object's. */
const SPEAKS_OF_OTHERS = /^(?:nginx_ingress_controller|certmanager)_/;
const EXPORTED = 'exported_namespace';

class Unnarrowable extends Error {}

/** Never throws. */
export function narrowedQuery(text: string, patterns: NamespacePatterns): NarrowedQuery {
  if (patterns.length === 0) return { refused: 'no namespace is given' };
  try {
    return narrow(text.toWellFormed(), patterns);
  } catch (error) {
    if (error instanceof Unnarrowable) return { refused: error.message };
    throw error;
  }
}

interface Writing {
  text: string;
  /** Conditions on the namespace of the object, for a metric of this name. */
  added(metric: string | undefined): string;
  selectors: number;
}

function narrow(text: string, patterns: NamespacePatterns): NarrowedQuery {
  if (text.length > LONGEST) throw new Unnarrowable(`the query is longer than ${LONGEST} characters`);
  const { topNode } = parser.parse(text);
  refuseErrors(topNode, text);
  const names = patterns.map(regexOf).join('|');
  const ours = `namespace=~${JSON.stringify(names)}, ${EXPORTED}=~${JSON.stringify(`|${names}`)}`;
  const exported = `${EXPORTED}=~${JSON.stringify(names)}`;
  const asksForExported = labelsIn(topNode, text).has(EXPORTED);
  const writing: Writing = {
    text,
    added: (metric) => (asksForExported && SPEAKS_OF_OTHERS.test(metric ?? '') ? exported : ours),
    selectors: 0,
  };
  const promql = written(topNode, writing).join(' ');
  if (promql.length > LONGEST)
    throw new Unnarrowable(`for your namespaces alone it becomes longer than ${LONGEST} characters`);
  return { promql, selects: writing.selectors > 0 };
}

function refuseErrors(top: SyntaxNode, text: string): void {
  let depth = 0;
  let deepest = 0;
  top.cursor().iterate(
    ({ type, from }) => {
      if (type.isError)
        throw new Unnarrowable(`it is no PromQL: unexpected at ${JSON.stringify(text.slice(from, from + 20))}`);
      depth += 1;
      deepest = Math.max(depth, deepest);
    },
    () => {
      depth -= 1;
    },
  );
  if (deepest > DEEPEST) throw new Unnarrowable('it is nested too deeply');
  if (!top.firstChild) throw new Unnarrowable('it is no PromQL');
}

/** A pattern as RE2 reads it, which Prometheus anchors. It never fits a series without a namespace. */
function regexOf(pattern: string): string {
  if (/^\**$/.test(pattern)) return '.+';
  return pattern
    .split(/\*+/)
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
}

function labelsIn(top: SyntaxNode, text: string): Set<string> {
  const found = new Set<string>();
  const cursor = top.cursor();
  do if (cursor.name === 'LabelName') found.add(text.slice(cursor.from, cursor.to));
  while (cursor.next());
  return found;
}

/** The tokens of a node in their order, without comments; every selector with its conditions. */
function written(node: SyntaxNode, writing: Writing): string[] {
  if (node.name === 'LineComment') return [];
  if (node.name === 'VectorSelector') return selector(node, writing);
  if (node.name === 'StringLiteral') return [stringIn(node, writing)];
  if (node.name === 'Info') throw new Unnarrowable('info() also reads series that no selector names');
  const tokens: string[] = [];
  let at = node.from;
  for (const child of childrenOf(node)) {
    tokens.push(...between(writing.text.slice(at, child.from)), ...written(child, writing));
    at = child.to;
  }
  const rest = writing.text.slice(at, node.to);
  return at === node.from ? [...tokens, ...leaf(rest)] : [...tokens, ...between(rest)];
}

function between(text: string): string[] {
  if (!NUMBER.test(text.replaceAll(PUNCTUATION, '')))
    throw new Unnarrowable(`it is not understood at ${JSON.stringify(text.slice(0, 20))}`);
  return leaf(text);
}

function leaf(text: string): string[] {
  const plain = text.replaceAll(/\s+/g, ' ').trim();
  return plain === '' ? [] : [plain];
}

function stringIn({ from, to }: SyntaxNode, { text }: Writing): string {
  const literal = text.slice(from, to);
  if (!STRING.test(literal))
    throw new Unnarrowable(`a string is not closed or escaped as it should be: ${literal.slice(0, 40)}`);
  return literal;
}

function selector(node: SyntaxNode, writing: Writing): string[] {
  writing.selectors += 1;
  const parts = childrenOf(node);
  const name = parts.find((part) => part.name === 'Identifier');
  const matchers = childrenOf(parts.find((part) => part.name === 'LabelMatchers'));
  if (!name && matchers.length === 0) throw new Unnarrowable('a selector names neither a metric nor a label');
  const own = matchers.flatMap((matcher) =>
    matcher.name === 'LineComment' ? [] : [written(matcher, writing).join('')],
  );
  const metric = name && writing.text.slice(name.from, name.to);
  return [`${metric ?? ''}{${[...own, writing.added(metric)].join(', ')}}`];
}

function childrenOf(node: SyntaxNode | undefined): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node?.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}
