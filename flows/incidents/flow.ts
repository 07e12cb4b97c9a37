import { z } from 'zod';
import type { Block } from '../../src/chat/types.ts';
import { defineFlow, type FlowContext, type FlowRun, read, say } from '../../src/flow/kit.ts';
import { chooseTarget, type Target, targetText } from '../../src/flow/target.ts';
import { lookFurther } from './investigation.ts';

/** Questions about what is wrong. The findings themselves are incidents with living cards, which the view posts where one asked. */

const diagnosed = z.object({
  incidents: z.array(z.string()),
  percent: z.number(),
  unknown: z.array(z.object({ what: z.string(), why: z.string() })),
  /** All that was found, numbered for whoever cites it. */
  pack: z.looseObject({ findings: z.array(z.looseObject({ confidence: z.string() })) }),
});

/** "Why is checkout down": finds what is meant, asking back where that is not clear, and shows what it finds. */
export const diagnose = defineFlow({
  id: 'diagnose',
  version: 2,
  input: z.object({}),
  *run(_input, context) {
    const chosen = yield* chooseTarget(context);
    if (chosen) yield* examine(chosen, context, false);
  },
});

/** "Investigate I-7K3F", "look deeper into checkout": the rules first, then a model, whatever they found. */
export const investigation = defineFlow({
  id: 'investigate',
  version: 1,
  input: z.object({ incident: z.string().optional() }),
  *run({ incident }, context) {
    const chosen = incident === undefined ? yield* chooseTarget(context) : yield* targetOf(incident);
    if (chosen) yield* examine(chosen, context, true);
  },
});

const listed = z.object({
  id: z.string(),
  what: z.string(),
  state: z.string(),
  cluster: z.string(),
  severity: z.string(),
  clusterId: z.string(),
  namespace: z.string().optional(),
  kind: z.string().optional(),
  name: z.string().optional(),
});

/** Where an open incident is; undefined, said already, where there is none of that name. */
function* targetOf(id: string): FlowRun<Target | undefined> {
  const { items } = z.object({ items: z.array(listed) }).parse(yield* read('copilot_incident_list'));
  const found = items.find((one) => one.id === id);
  if (!found) yield* say('incidents.refused.not-open', { id });
  return found;
}

function* examine(chosen: Target, context: FlowContext, asked: boolean): FlowRun {
  const what = targetText(chosen);
  yield* say('incidents.flow.looking', { what });
  const { clusterId, namespace, kind, name } = chosen;
  const args = {
    clusterId,
    ...(namespace !== undefined && { namespace }),
    ...(kind !== undefined && { kind }),
    ...(name !== undefined && { name }),
  };
  const { incidents, percent, unknown, pack } = diagnosed.parse(yield* read('copilot_diagnose', args));
  if (incidents.length === 0) yield* say('incidents.flow.healthy', { what, percent }, unseen(unknown, context));
  if (!asked && !isWorthMore(chosen, pack.findings)) return;
  // A click says no more than the number of the incident.
  const text = /^\S+ I-\S+$/i.test(context.text.trim()) ? `${context.text.trim()}: ${what}` : context.text;
  const plain = z.record(z.string(), z.json()).parse(pack);
  yield* lookFurther({ text, target: chosen, pack: plain, asked }, context);
}

/** Nothing found where somebody sees trouble, or nothing explained. Of a whole cluster in which nothing is found there is nothing to ask. */
function isWorthMore({ namespace }: Target, findings: readonly { confidence: string }[]): boolean {
  if (findings.length === 0) return namespace !== undefined;
  return findings.every(({ confidence }) => confidence === 'symptom');
}

/** What is wrong at the moment. */
export const openIncidents = defineFlow({
  id: 'incidents',
  version: 1,
  input: z.object({}),
  *run(_input, { t }) {
    const { items } = z.object({ items: z.array(listed) }).parse(yield* read('copilot_incident_list'));
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
