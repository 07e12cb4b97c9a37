import { z } from 'zod';
import { refusal } from '../errors.ts';
import { clusterId } from '../kube/kube-tool.ts';
import { prometheusFor } from '../observe/access.ts';
import { limitFields, query, seriesFields } from '../observe/prometheus.ts';
import { readTool } from '../tool.ts';

const time = z.union([z.iso.datetime({ offset: true }), z.number()]);

export const metricsQueryRange = readTool({
  name: 'metrics_query_range',
  title: 'Query metrics over a time',
  description:
    "Evaluates PromQL in a cluster's Prometheus at each step of a range. At most `maxSeries` series with the newest `maxPoints` points each are passed on.",
  input: {
    clusterId,
    promql: z.string().min(1).max(10_000),
    /** ISO-8601 or Unix seconds. */
    start: time,
    end: time,
    /** Seconds, or a duration of Prometheus such as 1m. */
    step: z.union([z.number().positive(), z.string().regex(/^(\d+(ms|[smhdwy]))+$/, 'a duration such as 1m')]),
    ...limitFields,
    /** Prometheus itself gives no more than 11,000 of a series. */
    maxPoints: z.int().min(1).max(11_000).default(500),
  },
  output: seriesFields,
  say: ({ series, truncated }) => `${series.length} series${truncated ? ', cut short' : ''}.`,
  async run({ clusterId: id, promql, start, end, step, ...limits }, { clusters, signal }) {
    if (millis(start) > millis(end)) throw refusal('INVALID_ARGUMENT', 'start is after end');
    const access = await prometheusFor(await clusters.find(id));
    const parameters = { query: promql, start: String(start), end: String(end), step: String(step) };
    return query(access, 'query_range', parameters, { ...limits, signal });
  },
});

const millis = (at: string | number) => (typeof at === 'number' ? at * 1000 : Date.parse(at));
