import { z } from 'zod';
import { prometheusOf } from '../cloud/arms.ts';
import { readTool } from '../tool.ts';

export const prometheusGet = readTool({
  name: 'prometheus_get',
  title: "Find a cluster's Prometheus",
  description: 'The query addresses of the managed Prometheus of a cluster: from the internet and from inside its VPC.',
  input: { region: z.string(), clusterId: z.string() },
  output: { publicUrl: z.string().optional(), privateUrl: z.string().optional() },
  say: ({ publicUrl, privateUrl }) => publicUrl ?? privateUrl ?? 'No address.',
  run: ({ region, clusterId }, { cloud }) => prometheusOf(cloud, region, clusterId),
});
