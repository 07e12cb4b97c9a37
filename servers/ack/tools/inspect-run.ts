import { z } from 'zod';
import { anywhere } from '../cloud/sdk.ts';
import { readTool } from '../tool.ts';

export const inspectRun = readTool({
  name: 'inspect_run',
  title: 'Start an inspection',
  description:
    "Has the cloud inspect a cluster's configuration. Changes nothing; read the report later with inspect_get.",
  leavesTrace: true,
  input: { clusterId: z.string() },
  output: { reportId: z.string(), taskId: z.string().optional() },
  say: ({ reportId }) => `Inspection ${reportId} has started.`,
  async run({ clusterId }, { cloud }) {
    /** https://api.alibabacloud.com/document/CS/2015-12-15/RunClusterInspect */
    const body = await cloud.cs.write(anywhere, (client, sdk) =>
      client.runClusterInspect(clusterId, new sdk.RunClusterInspectRequest({})),
    );
    return { reportId: body.reportId ?? '', taskId: body.taskId };
  },
});
