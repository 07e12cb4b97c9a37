import { z } from 'zod';
import { escapeMarkdown } from '../../src/chat/plain.ts';
import type { Block } from '../../src/chat/types.ts';
import { ask, defineFlow, type FlowContext, type FlowRun, read, say } from '../../src/flow/kit.ts';

/** Questions about what is wrong. The findings themselves are incidents with living cards, which the view posts where one asked. */

const target = z.object({
  clusterId: z.string(),
  cluster: z.string(),
  namespace: z.string().optional(),
  kind: z.string().optional(),
  name: z.string().optional(),
});
type Target = z.infer<typeof target>;

const understood = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('one'), target }),
  z.object({ kind: z.literal('several'), targets: z.array(target) }),
  z.object({ kind: z.literal('none'), word: z.string(), nearest: z.array(target) }),
]);

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

function* chooseTarget(context: FlowContext): FlowRun<Target | undefined> {
  let text = context.text;
  for (;;) {
    const found = understood.parse(yield* read('copilot_find', { text }));
    if (found.kind === 'one') return found.target;
    const targets = found.kind === 'several' ? found.targets : found.nearest;
    if (found.kind === 'several' && targets.length === 0) {
      yield* say('incidents.flow.no-cluster');
      return undefined;
    }
    const title =
      found.kind === 'several'
        ? { key: 'incidents.flow.which' }
        : { key: 'incidents.flow.unknown', params: { word: escapeMarkdown(found.word), count: targets.length } };
    const choices = targets.map((one, at) => ({ id: `${at}`, label: targetText(one) }));
    const answer = yield* ask({ key: 'target', title, choices, freeText: true });
    if ('choice' in answer) return targets[Number(answer.choice)];
    text = answer.text;
  }
}

function targetText({ cluster, namespace, kind, name }: Target): string {
  if (name !== undefined) return `${kind ?? ''} ${namespace ?? ''}/${name} (${cluster})`.trim();
  return namespace === undefined ? cluster : `${namespace} (${cluster})`;
}

function unseen(unknown: z.infer<typeof diagnosed>['unknown'], { t }: FlowContext): Block[] {
  if (unknown.length === 0) return [];
  const summary = t('incidents.unseen', { count: unknown.length });
  const head = [t('incidents.column-what'), t('incidents.column-why')];
  const rows = unknown.slice(0, 20).map(({ what, why }) => [what, why]);
  return [{ type: 'details', summary, blocks: [{ type: 'table', caption: summary, head, rows }] }];
}
