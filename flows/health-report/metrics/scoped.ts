/**
 * One cluster's part of a Prometheus that many share: a matcher, such as `cluster="prod"`, put into every selector of an expression.
 * It knows as much of the language as the expressions of this folder use; a test holds its work against Prometheus' own grammar.
 */

const WORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'atan2', 'inf', 'nan']);
/** Their brackets hold names of labels. */
const GROUPING = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const TOKEN = /"(?:[^"\\]|\\.)*"|\[[^\]]*\]|\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\}|[a-zA-Z_:][\w:]*|\d[\w.]*|\s+|[\s\S]/g;

/** The expression with the matcher in each of its selectors; without one as it is. */
export function scoped(promql: string, matcher: string | undefined): string {
  if (matcher === undefined) return promql;
  const tokens = promql.match(TOKEN) ?? [];
  const next = (index: number) => tokens.slice(index + 1).find((token) => token.trim() !== '') ?? '';
  let labels = false;
  let open = false;
  return tokens
    .map((token, index) => {
      if (token === ')') open = labels = false;
      if (token === '(' && labels) open = true;
      if (open) return token;
      if (token.startsWith('{')) return withMatcher(token, matcher);
      if (!/^[a-zA-Z_:]/.test(token)) return token;
      const word = token.toLowerCase();
      if (GROUPING.has(word)) labels = next(index) === '(';
      const isMetric = !GROUPING.has(word) && !WORDS.has(word) && next(index) !== '(' && !isAggregation(next(index));
      return isMetric && !next(index).startsWith('{') ? `${token}{${matcher}}` : token;
    })
    .join('');
}

/** `sum by (a) (x)`: the word before a grouping is an aggregation's. */
const isAggregation = (following: string): boolean => following === 'by' || following === 'without';

const withMatcher = (braces: string, matcher: string): string =>
  braces.replace(/\s*\}$/, '').length > 1 ? braces.replace(/\s*\}$/, `,${matcher}}`) : `{${matcher}}`;
