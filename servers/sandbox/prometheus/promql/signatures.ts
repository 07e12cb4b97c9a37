import type { ValueType } from './ast.ts';

export interface Signature {
  types: readonly ValueType[];
  /** How many of the last arguments may be left out. */
  optional?: number;
  /** Whether the last argument may be repeated, or left out when it is optional. */
  variadic?: boolean;
  returns: ValueType;
}

const VECTOR = 'instant vector';
const RANGE = 'range vector';
const ofVector: Signature = { types: [VECTOR], returns: VECTOR };
const ofRange: Signature = { types: [RANGE], returns: VECTOR };
const ofTime: Signature = { types: [VECTOR], optional: 1, returns: VECTOR };
const same = (names: string, signature: Signature) => names.split(' ').map((name) => [name, signature] as const);

/** The functions of the language that need no feature flag. https://prometheus.io/docs/prometheus/latest/querying/functions/ */
export const signatures: Record<string, Signature> = Object.fromEntries([
  ...same('abs ceil floor exp ln log2 log10 sqrt sgn deg rad absent sort sort_desc timestamp', ofVector),
  ...same('sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh', ofVector),
  ...same('histogram_count histogram_sum histogram_avg histogram_stddev histogram_stdvar', ofVector),
  ...same('rate irate increase delta idelta deriv changes resets absent_over_time', ofRange),
  ...same('avg_over_time min_over_time max_over_time sum_over_time count_over_time', ofRange),
  ...same('stddev_over_time stdvar_over_time last_over_time present_over_time', ofRange),
  ...same('minute hour day_of_week day_of_month day_of_year days_in_month month year', ofTime),
  ...same('time pi', { types: [], returns: 'scalar' }),
  ['scalar', { types: [VECTOR], returns: 'scalar' }],
  ['vector', { types: ['scalar'], returns: VECTOR }],
  ['quantile_over_time', { types: ['scalar', RANGE], returns: VECTOR }],
  ['predict_linear', { types: [RANGE, 'scalar'], returns: VECTOR }],
  ['histogram_quantile', { types: ['scalar', VECTOR], returns: VECTOR }],
  ['round', { types: [VECTOR, 'scalar'], optional: 1, returns: VECTOR }],
  ['clamp', { types: [VECTOR, 'scalar', 'scalar'], returns: VECTOR }],
  ...same('clamp_min clamp_max', { types: [VECTOR, 'scalar'], returns: VECTOR }),
  ['label_replace', { types: [VECTOR, 'string', 'string', 'string', 'string'], returns: VECTOR }],
  ['label_join', { types: [VECTOR, 'string', 'string', 'string'], optional: 1, variadic: true, returns: VECTOR }],
]);
