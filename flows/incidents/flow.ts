import { z } from 'zod';
import type { Block } from '../../src/chat/types.ts';
import { defineFlow, type FlowContext, read, say } from '../../src/flow/kit.ts';
import { chooseTarget, targetText } from '../../src/flow/target.ts';

/** Questions about what is wrong. The findings themselves are incidents with living cards, which the view posts where one asked. */

const diagnosed = z.object({
  incidents: z.array(z.string()),
  percent: z.number(),
  unknown: z.array(z.object({ what: z.string(), why: z.string() })),
});

/** "Why is checkout down": finds what is meant, asking back where that is not clear, and shows what it finds. */
export const diagnose = defineFlow({
  id: 'diagnose',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const chosen = yield* chooseTarget(context);
    if (!chosen) return;
    const what = targetText(chosen);
    yield* say('incidents.flow.looking', { what });
    const { clusterId, namespace, kind, name } = chosen;
    const args = {
      clusterId,
      ...(namespace !== undefined && { namespace }),
      ...(kind !== undefined && { kind }),
      ...(name !== undefined && { name }),
    };
    const { incidents, percent, unknown } = diagnosed.parse(yield* read('copilot_diagnose', args));
    if (incidents.length === 0) yield* say('incidents.flow.healthy', { what, percent }, unseen(unknown, context));
  },
});

/** What is wrong at the moment. */
export const openIncidents = defineFlow({
  id: 'incidents',
  version: 1,
  input: z.object({}),
  *run(_input, { t }) {
    const row = z.object({
      id: z.string(),
      what: z.string(),
      state: z.string(),
      cluster: z.string(),
      severity: z.string(),
    });
    const { items } = z.object({ items: z.array(row) }).parse(yield* read('copilot_incident_list'));
    const table: Block = {
      type: 'table',
      caption: t('incidents.flow.open', { count: items.length }),
      head: ['id', 'what', 'severity', 'cluster', 'state'].map((column) => t(`incidents.column-${column}`)),
      rows: items.map(({ id, what, severity, cluster, state }) => [
        id,
        what,
        t(`incidents.severity-${severity}`),
        cluster,
        t(`incidents.state-${state}`),
      ]),
    };
    yield* say('incidents.flow.open', { count: items.length }, items.length > 0 ? [table] : []);
  },
});

function unseen(unknown: z.infer<typeof diagnosed>['unknown'], { t }: FlowContext): Block[] {
  if (unknown.length === 0) return [];
  const summary = t('incidents.unseen', { count: unknown.length });
  const head = [t('incidents.column-what'), t('incidents.column-why')];
  const rows = unknown.slice(0, 20).map(({ what, why }) => [what, why]);
  return [{ type: 'details', summary, blocks: [{ type: 'table', caption: summary, head, rows }] }];
}
