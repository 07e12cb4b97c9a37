import { z } from 'zod';
import type { Series } from '../../../flows/incidents/evidence.ts';

const labels = z.record(z.string(), z.string());
const point = z.tuple([z.number(), z.union([z.string(), z.number()])]);
const result = z.array(
  z.object({ metric: labels.default({}), value: point.optional(), values: z.array(point).optional() }),
);
const answer = z.union([
  z.object({ data: z.object({ result }) }).transform(({ data }) => data.result),
  z.object({ result }).transform((found) => found.result),
  result,
]);

/** The series of a Prometheus API answer (vector or matrix), whole or only its data. What cannot be read has none. */
export function readSeries(raw: unknown): Series[] {
  const parsed = answer.safeParse(raw);
  if (!parsed.success) return [];
  return parsed.data.map(({ metric, value, values = value ? [value] : [] }) => ({
    metric,
    points: values.map(([at, number]) => [at, Number(number)] as const),
  }));
}
