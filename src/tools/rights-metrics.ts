import { refused } from './outcome.ts';
import { type Limits, notYours } from './rights-limits.ts';
import type { JsonObject, ToolResult } from './types.ts';

/** A query of metrics, made for the namespaces that may be read; the answer says so. */
export async function metricsOfNamespaces(args: JsonObject, limits: Limits): Promise<ToolResult> {
  if (limits.patterns.length === 0) return notYours('All namespaces');
  if (typeof args.promql !== 'string')
    return refused('INVALID_ARGUMENT', 'There is no promql.', 'Give a query as text.');
  // The grammar is loaded when somebody's first query has to be narrowed.
  const { narrowedQuery } = await import('./promql.ts');
  const narrowed = narrowedQuery(args.promql, limits.patterns);
  if ('refused' in narrowed)
    return refused(
      'INVALID_ARGUMENT',
      `The query was not asked: ${narrowed.refused}.`,
      'You may read some namespaces; a query is asked for those alone, and has to be plain PromQL for that.',
    );
  const result = await limits.call({ ...args, promql: narrowed.promql });
  if (!result.ok || !narrowed.selects) return result;
  const { warnings } = result.data;
  return {
    ok: true,
    data: { ...result.data, warnings: [...(Array.isArray(warnings) ? warnings : []), onlyOf(limits)] },
  };
}

/** Where a whole cluster's figures are expected, an empty or a smaller answer would be taken for one. */
const onlyOf = ({ patterns }: Limits): string =>
  `Only what carries a namespace of yours was asked for: ${patterns.join(', ')}. Metrics of nodes and of the cluster carry none: that they are missing here shows nothing.`;
