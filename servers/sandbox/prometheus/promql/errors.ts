/** A query that is not PromQL or not well typed; answered with `bad_data`. */
export class ParseError extends Error {}

/** A query that cannot be evaluated on this data; answered with `execution`. */
export class ExecutionError extends Error {}

/** A query that took longer than it may; answered with `timeout`. */
export class TimeoutError extends Error {}

/** A ParseError in Prometheus' form: line, column and what is wrong. */
export function parseError(text: string, position: number, message: string): ParseError {
  const before = text.slice(0, position).split('\n');
  return new ParseError(`${before.length}:${(before.at(-1)?.length ?? 0) + 1}: parse error: ${message}`);
}
