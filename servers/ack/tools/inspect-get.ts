import { z } from 'zod';
import { anywhere, type Cloud } from '../cloud/sdk.ts';
import { isoTime } from '../cloud/values.ts';
import { refusal } from '../errors.ts';
import { readTool } from '../tool.ts';

export const inspectGet = readTool({
  name: 'inspect_get',
  title: 'Get an inspection report',
  description:
    'What an inspection found: a summary and the checks that are not normal. Without a reportId: the newest one that has ended.',
  input: { clusterId: z.string(), reportId: z.string().optional(), language: z.enum(['zh', 'en']).default('en') },
  output: {
    reportId: z.string(),
    status: z.string(),
    finishedAt: z.string().optional(),
    summary: z.object({ errors: z.number(), warnings: z.number(), advice: z.number(), normal: z.number() }),
    items: z.array(
      z.object({
        id: z.string(),
        category: z.string(),
        level: z.string(),
        name: z.string(),
        description: z.string(),
        fix: z.string(),
        targets: z.array(z.string()),
      }),
    ),
  },
  say: ({ status, summary }) =>
    `${status}: ${summary.errors} errors, ${summary.warnings} warnings, ${summary.advice} pieces of advice.`,
  async run({ clusterId, reportId: wanted, language }, { cloud }) {
    const reportId = wanted ?? (await newestReport(cloud, clusterId));
    /** https://api.alibabacloud.com/document/CS/2015-12-15/GetClusterInspectReportDetail */
    const report = await cloud.cs.read(anywhere, (client, sdk) =>
      client.getClusterInspectReportDetail(
        clusterId,
        reportId,
        new sdk.GetClusterInspectReportDetailRequest({
          language: language === 'zh' ? 'zh_CN' : 'en_US',
          enableFilter: true,
          maxResults: 50,
        }),
      ),
    );
    return {
      reportId,
      status: report.status ?? 'unknown',
      finishedAt: isoTime(report.endTime),
      summary: {
        errors: report.summary?.errorCount ?? 0,
        warnings: report.summary?.warnCount ?? 0,
        advice: report.summary?.adviceCount ?? 0,
        normal: report.summary?.normalCount ?? 0,
      },
      items: (report.checkItemResults ?? []).map((item) => ({
        id: item.checkItemUid ?? '',
        category: item.category ?? '',
        level: item.level ?? '',
        name: item.name ?? '',
        description: item.description ?? '',
        fix: item.fix ?? '',
        targets: (item.targets ?? []).slice(0, 50),
      })),
    };
  },
});

/** https://api.alibabacloud.com/document/CS/2015-12-15/ListClusterInspectReports */
async function newestReport(cloud: Cloud, clusterId: string): Promise<string> {
  const { reports = [] } = await cloud.cs.read(anywhere, (client, sdk) =>
    client.listClusterInspectReports(clusterId, new sdk.ListClusterInspectReportsRequest({ maxResults: 20 })),
  );
  const ended = reports.filter(({ status }) => status === 'completed');
  const newest = ended.sort((a, b) => Date.parse(b.startTime ?? '') - Date.parse(a.startTime ?? ''))[0]?.reportId;
  if (newest === undefined) throw refusal('NOT_FOUND', `The cluster ${clusterId} has never been inspected`);
  return newest;
}
