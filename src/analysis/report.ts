import { z } from 'zod';
import type { RunAnalysis } from './run.ts';

/** The contract of scripts that join a health report: curves and happenings in, findings out. Both sides are checked here. */

const labels = z.record(z.string(), z.string());
/** Epoch milliseconds and the value; null where there is none. */
const point = z.tuple([z.number(), z.number().nullable()]);

const reportInput = z.object({
  cluster: z.string(),
  now: z.number(),
  series: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      labels,
      /** What it cannot go above, where there is such a thing. */
      capacity: z.number().exactOptional(),
      points: z.array(point),
    }),
  ),
  events: z.array(z.object({ at: z.number(), kind: z.string(), name: z.string() })),
});
export type ReportInput = z.infer<typeof reportInput>;

/** In one line, and nothing that hides or turns about what follows. */
const line = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'must be one line of plain text');
const MOST_FINDINGS = 200;
const MOST_FIGURES = 40;
const reportOutput = z.object({
  findings: z
    .array(
      z.object({
        code: z.string().regex(/^[A-Z][A-Z0-9_-]{0,39}$/),
        severity: z.enum(['critical', 'high', 'medium', 'low', 'info']),
        series: z.string().max(200),
        labels: z.record(z.string().max(100), z.string().max(300)),
        /** Plain text: markup and mentions in it are shown as they stand. */
        text: z.object({ en: line, zh: line }),
        figures: z
          .record(z.string().max(60), z.union([z.number(), z.string().max(200), z.null()]))
          .refine((all) => Object.keys(all).length <= MOST_FIGURES, `must be ${MOST_FIGURES} at most`),
      }),
    )
    .max(MOST_FINDINGS),
});
export type ReportFinding = z.infer<typeof reportOutput>['findings'][number];

/** All curves of a large cluster take seconds, and the machine may be busy. */
const TIMEOUT_MS = 20_000;

export type ReportAnalysis = { ok: true; findings: ReportFinding[] } | { ok: false; code: string; message: string };

/** Runs one script on a report's material. What does not fit the contract is refused as a whole. Never throws. */
export async function runReportScript(
  run: RunAnalysis,
  script: string,
  input: ReportInput,
  signal?: AbortSignal,
): Promise<ReportAnalysis> {
  const given = reportInput.safeParse(input);
  if (!given.success)
    return { ok: false, code: 'INPUT_INVALID', message: `The material does not fit: ${z.prettifyError(given.error)}` };
  const result = await run(script, given.data, { timeoutMs: TIMEOUT_MS, ...(signal && { signal }) });
  if (!result.ok) return { ok: false, code: result.error.code, message: result.error.message };
  const parsed = reportOutput.safeParse(result.data);
  if (parsed.success) return { ok: true, findings: parsed.data.findings };
  const [issue] = parsed.error.issues;
  const message = `${script}.py answered with something else than findings: ${issue?.path.join('.')}: ${issue?.message}`;
  return { ok: false, code: 'OUTPUT_INVALID', message };
}
