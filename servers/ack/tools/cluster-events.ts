import { z } from 'zod';
import { anywhere } from '../cloud/sdk.ts';
import { isoTime } from '../cloud/values.ts';
import { readTool } from '../tool.ts';

export const clusterEvents = readTool({
  name: 'cluster_events',
  title: "Get a cluster's events",
  description: 'What happened to a cluster, as the cloud reports it; of one task, or since a time.',
  input: {
    clusterId: z.string(),
    taskId: z.string().optional(),
    since: z.iso.datetime({ offset: true }).optional(),
    limit: z.int().min(1).max(100).default(50),
  },
  output: {
    items: z.array(
      z.object({
        time: z.string().optional(),
        level: z.string(),
        type: z.string(),
        reason: z.string(),
        message: z.string(),
        subject: z.string(),
      }),
    ),
  },
  say: ({ items }) => items.map(({ level, message }) => `${level}: ${message}`).join('\n') || 'No event.',
  async run({ clusterId, taskId, since, limit }, { cloud }) {
    /** https://api.alibabacloud.com/document/CS/2015-12-15/DescribeClusterEvents */
    const body = await cloud.cs.read(anywhere, (client, sdk) =>
      client.describeClusterEvents(
        clusterId,
        new sdk.DescribeClusterEventsRequest({ taskId, pageNumber: 1, pageSize: limit }),
      ),
    );
    const items = (body.events ?? []).map((event) => ({
      time: isoTime(event.time),
      level: event.data?.level ?? 'info',
      type: event.type ?? '',
      reason: event.data?.reason ?? '',
      message: event.data?.message ?? '',
      subject: event.subject ?? '',
    }));
    const from = since === undefined ? 0 : Date.parse(since);
    return { items: items.filter(({ time }) => time === undefined || Date.parse(time) >= from) };
  },
});
