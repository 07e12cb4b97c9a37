import type { HealthCluster } from '../../health/ports.ts';
import type { ScoreRow } from '../../health/records.ts';
import type { Reports } from '../../health/reports.ts';
import type { LabelledGauge } from '../../telemetry/metrics.ts';

/** The newest score of each cluster, and its findings by severity, as Prometheus' metrics of the bot. */
export function healthGauges(
  reports: Pick<Reports, 'scores'>,
  clusters: () => Promise<HealthCluster[]>,
): Record<string, LabelledGauge> {
  const newest = async (): Promise<ScoreRow[]> => {
    const known = await clusters();
    const rows = await Promise.all(known.map(({ id }) => reports.scores({ cluster: id, limit: 1 })));
    return rows.flat();
  };
  const each = (value: (row: ScoreRow) => number) => async () =>
    (await newest()).map((row) => ({ labels: { cluster: row.clusterName }, value: value(row) }));
  return {
    k8s_copilot_health_score: {
      help: 'Score of the newest health report, 0 to 100',
      labels: ['cluster'],
      read: each(({ score }) => score),
    },
    k8s_copilot_health_coverage: {
      help: 'Share of the signals that the newest health report knows, 0 to 1',
      labels: ['cluster'],
      read: each(({ coverage }) => coverage),
    },
    k8s_copilot_health_report_timestamp_seconds: {
      help: 'When the newest health report was made',
      labels: ['cluster'],
      read: each(({ at }) => at / 1000),
    },
    k8s_copilot_health_findings: {
      help: 'Findings of the newest health report by severity',
      labels: ['cluster', 'severity'],
      read: async () =>
        (await newest()).flatMap(({ clusterName, findings }) =>
          Object.entries(findings).map(([severity, value]) => ({ labels: { cluster: clusterName, severity }, value })),
        ),
    },
  };
}
