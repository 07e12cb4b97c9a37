import { stringify } from 'yaml';
import { z } from 'zod';
import type { Block } from '../../../src/chat/types.ts';
import { defineFlow, type FlowContext, type FlowRun, read, say } from '../../../src/flow/kit.ts';
import { chooseTarget, type Target, targetText } from '../../../src/flow/target.ts';
import { ageText } from './amounts.ts';
import { EVENT_COLUMNS, eventRows, eventSchema } from './events.ts';
import { foldedTable, foldedText, saying, seenAt, sends } from './parts.ts';
import { columnsOf, rowOf } from './rows.ts';

/** One object: how it is, what it is made of, what happened to it; as YAML where that is asked for. */

const described = z.object({
  object: z.record(z.string(), z.json()),
  owners: z.array(z.looseObject({ kind: z.string().optional(), metadata: z.object({ name: z.string() }) })),
  events: z.array(eventSchema),
  unknown: z.array(z.object({ what: z.string(), why: z.string() })),
  serverTime: z.string(),
});
type Described = z.infer<typeof described>;
const YAML = /\byaml\b|\bmanifest\b|\bspec\b|清单|配置文件/i;

export const describe = defineFlow({
  id: 'describe',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const text = context.text.replace(YAML, ' ');
    const target = yield* chooseObject(context, text);
    if (!target) return;
    if (target.kind === 'NodePool') return yield* describePool(context, target);
    const { clusterId, namespace, kind = '', name = '' } = target;
    const args = { clusterId, kind, name, ...(namespace !== undefined && { namespace }) };
    const found = described.parse(yield* read('k8s_describe', args));
    const what = targetText(target);
    if (YAML.test(context.text)) return yield* say('look.describe.yaml', { what }, asYaml(context, target, found));
    yield* say('look.describe.title', { what }, answer(context, target, found));
  },
});

/** An object; a namespace is one, too. */
function* chooseObject(context: FlowContext, text: string): FlowRun<Target | undefined> {
  const target = yield* chooseTarget(context, { text });
  if (!target || target.name !== undefined) return target;
  if (target.namespace === undefined) return yield* chooseTarget(context, { text, level: 'object' });
  const { namespace, ...cluster } = target;
  return { ...cluster, kind: 'Namespace', name: namespace };
}

function asYaml(context: FlowContext, target: Target, { object, serverTime }: Described): Block[] {
  const yaml = stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });
  return [
    ...foldedText(context, yaml, { language: 'yaml', end: false }),
    ...seenAt(context, serverTime),
    ...sends(saying(context, 'describe', target)),
  ];
}

const label = ({ t }: FlowContext, column: string) => t(`look.column.${column}`);

function answer(context: FlowContext, target: Target, found: Described): Block[] {
  const { t } = context;
  const { object, owners, events, unknown, serverTime } = found;
  const kind = target.kind ?? '';
  const { cells } = rowOf(kind, object, serverTime);
  const items = [
    ...columnsOf(kind).map((column, at) => ({ label: label(context, column), value: cells[at] ?? '–' })),
    ...owners.slice(0, 2).map((owner) => ({
      label: t('look.describe.owner'),
      value: `${owner.kind ?? ''} ${owner.metadata.name}`,
    })),
    ...labelsOf(object).map((value) => ({ label: t('look.describe.labels'), value })),
  ];
  const missing = unknown.map(({ what, why }) => `${what}: ${why}`).join('; ');
  return [
    { type: 'fields', items },
    ...containers(context, object),
    ...conditions(context, object, serverTime),
    ...foldedTable(context, {
      caption: t('look.events.caption', { count: events.length }),
      head: EVENT_COLUMNS.map((column) => label(context, column)),
      rows: eventRows(events, serverTime).slice(0, 50),
    }),
    ...(missing === '' ? [] : [{ type: 'code' as const, text: `${t('look.unknown')}\n${missing}` }]),
    ...seenAt(context, serverTime),
    ...sends(...next(context, target)),
  ];
}

const LOGGED = new Set(['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);
const RESTARTED = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

function next(context: FlowContext, target: Target): (string | undefined)[] {
  const { kind = '' } = target;
  return [
    LOGGED.has(kind) ? saying(context, 'logs', target) : undefined,
    LOGGED.has(kind) || kind === 'Node' ? saying(context, 'diagnose', target) : undefined,
    RESTARTED.has(kind) ? saying(context, 'restart', target) : undefined,
    saying(context, 'yaml', target),
  ];
}

function labelsOf({ metadata }: Described['object']): string[] {
  const parsed = z.object({ labels: z.record(z.string(), z.string()).optional() }).safeParse(metadata);
  const labels = Object.entries(parsed.data?.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return labels.length === 0 ? [] : [labels.slice(0, 12).join(', ')];
}

const resources = z.record(z.string(), z.string()).optional();
const container = z.object({
  name: z.string(),
  image: z.string().optional(),
  resources: z.object({ requests: resources, limits: resources }).optional(),
});
const podSpec = z.object({ containers: z.array(container), initContainers: z.array(container).optional() });
const templated = z.object({
  spec: z.union([
    podSpec,
    z.object({ template: z.object({ spec: podSpec }) }).transform(({ template }) => template.spec),
  ]),
});

/** Images, requests and limits of what runs. */
function containers(context: FlowContext, object: Described['object']): Block[] {
  const parsed = templated.safeParse(object);
  if (!parsed.success) return [];
  const { containers: own, initContainers = [] } = parsed.data.spec;
  const amounts = (of: z.infer<typeof resources>) =>
    of === undefined
      ? '–'
      : Object.entries(of)
          .map(([name, amount]) => `${name} ${amount}`)
          .join(', ') || '–';
  return foldedTable(context, {
    caption: context.t('look.describe.containers', { count: own.length + initContainers.length }),
    head: ['container', 'image', 'requests', 'limits'].map((column) => label(context, column)),
    rows: [...initContainers, ...own].map((one) => [
      one.name,
      one.image ?? '–',
      amounts(one.resources?.requests),
      amounts(one.resources?.limits),
    ]),
  });
}

const conditioned = z.object({
  status: z.object({
    conditions: z.array(
      z.object({
        type: z.string(),
        status: z.string(),
        reason: z.string().optional(),
        message: z.string().optional(),
        lastTransitionTime: z.string().nullish(),
      }),
    ),
  }),
});

function conditions(context: FlowContext, object: Described['object'], now: string): Block[] {
  const parsed = conditioned.safeParse(object);
  if (!parsed.success) return [];
  return foldedTable(context, {
    caption: context.t('look.describe.conditions'),
    head: ['condition', 'status', 'reason', 'since', 'message'].map((column) => label(context, column)),
    rows: parsed.data.status.conditions.map(({ type, status, reason = '–', message = '', lastTransitionTime }) => [
      type,
      status,
      reason,
      ageText(lastTransitionTime ?? undefined, now),
      message.slice(0, 300),
    ]),
  });
}

const pool = z.object({
  items: z.array(
    z.object({
      nodepoolId: z.string(),
      state: z.string(),
      desired: z.number().optional(),
      total: z.number(),
      healthy: z.number(),
      instanceTypes: z.array(z.string()),
    }),
  ),
});

function* describePool(context: FlowContext, target: Target): FlowRun {
  const { clusterId, name = '' } = target;
  const { items } = pool.parse(yield* read('nodepool_list', { clusterId, name }));
  const fields: Block[] = items.map(({ nodepoolId, state, desired, total, healthy, instanceTypes }) => ({
    type: 'fields',
    items: [
      { label: label(context, 'state'), value: state },
      { label: label(context, 'nodes'), value: `${healthy}/${desired ?? total}` },
      { label: label(context, 'types'), value: instanceTypes.join(', ') || '–' },
      { label: 'ID', value: nodepoolId },
    ],
  }));
  yield* say('look.describe.title', { what: targetText(target) }, fields);
}
