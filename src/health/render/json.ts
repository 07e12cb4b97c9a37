import type { Report } from '../types.ts';

/** A report as `-o json` prints it: the contract that scripts rely on. Charts are flat; everything else is as it is stored. */
export function reportJson(report: Report) {
  const { charts, ...rest } = report;
  return { ...rest, charts: charts.map(({ name, title, chart }) => ({ name, title, ...chart })) };
}
