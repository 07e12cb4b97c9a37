import { z } from 'zod';
import { clusterId } from '../kube/kube-tool.ts';
import { prometheusFor } from '../observe/access.ts';
import { limitFields, query, seriesFields } from '../observe/prometheus.ts';
import { readTool } from '../tool.ts';

/** A range vector has its points as they were scraped. */
const mostPoints = 500;

export const metricsQuery = readTool({
  name: 'metrics_query',
  title: 'Query metrics at one time',
  description:
    "Evaluates PromQL in a cluster's Prometheus, now or at a time. At most `maxSeries` series are passed on; no series is an answer, too.",
  input: {
    clusterId,
    promql: z.string().min(1).max(10_000),
    /** ISO-8601 or Unix seconds; without it, now. */
    time: z.union([z.iso.datetime({ offset: true }), z.number()]).optional(),
    ...limitFields,
  },
  output: seriesFields,
  say: ({ series, truncated }) => `${series.length} series${truncated ? ', cut short' : ''}.`,
  async run({ clusterId: id, promql, time, ...limits }, { clusters, signal }) {
    const access = await prometheusFor(await clusters.find(id));
    const parameters = { query: promql, ...(time !== undefined && { time: String(time) }) };
    return query(access, 'query', parameters, { ...limits, maxPoints: mostPoints, signal });
  },
});
