import { z } from 'zod';
import { kindsIn } from '../../../src/flow/kinds.ts';
import { defineFlow, type FlowContext, read, say } from '../../../src/flow/kit.ts';
import { chooseTarget, type Target } from '../../../src/flow/target.ts';
import { bytesText, coresText, percentText } from './amounts.ts';
import { foldedTable, placeText, saying, sayingOf, seenAt, sends } from './parts.ts';

/** What nodes or pods use just now, the largest first, beside what they have asked for. */

const amounts = z.object({ cpu: z.number(), memory: z.number() });
const used = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      namespace: z.string().optional(),
      used: amounts,
      requests: amounts.optional(),
      limits: amounts.partial().optional(),
      allocatable: amounts.optional(),
    }),
  ),
  total: z.number(),
  complete: z.boolean(),
  serverTime: z.string(),
});
type Used = z.infer<typeof used>;
type Item = Used['items'][number];

const NODES = /\bnodes?\b|节点|机器/i;
const CPU = /\bcpu\b|处理器|算力/i;

export const top = defineFlow({
  id: 'top',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const { t, text } = context;
    const kinds = kindsIn(text).map(({ kind }) => kind);
    const of = kinds.includes('Pod') || !NODES.test(text) ? 'pods' : 'nodes';
    const target = yield* chooseTarget(context, { text, level: of === 'nodes' ? 'cluster' : 'any' });
    if (!target) return;
    const by = CPU.test(text) ? 'cpu' : 'memory';
    const { clusterId, namespace, name } = target;
    const args = {
      clusterId,
      of,
      by,
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name }),
    };
    const found = used.parse(yield* read('copilot_top', args));
    const about = { of: t(`look.top.${of}`), where: placeText(target), count: found.total, by: t(`look.column.${by}`) };
    const notes = found.complete ? [] : [t('look.list.incomplete')];
    yield* say('look.top.title', about, [
      ...table(context, found, { of, isSpread: namespace === undefined && of === 'pods' }),
      ...seenAt(context, found.serverTime, ...notes),
      ...sends(...next(context, target, { of, first: found.items[0] })),
    ]);
  },
});

function table(
  { t, ...context }: FlowContext,
  { items, total }: Used,
  { of, isSpread }: { of: string; isSpread: boolean },
) {
  const columns =
    of === 'nodes'
      ? ['name', 'cpu', 'cpu-share', 'cpu-requested', 'memory', 'memory-share', 'memory-requested']
      : ['name', ...(isSpread ? ['namespace'] : []), 'cpu', 'cpu-bounds', 'memory', 'memory-bounds', 'memory-of-limit'];
  return foldedTable(
    { t, ...context },
    {
      caption: t('look.list.caption', { kind: t(`look.top.${of}`), shown: items.length, count: total }),
      head: columns.map((column) => t(`look.column.${column}`)),
      rows: items.map((item) => (of === 'nodes' ? nodeCells(item) : podCells(item, isSpread))),
    },
  );
}

function nodeCells({ name, used: now, requests, allocatable }: Item): string[] {
  const share = (amount: number | undefined, whole: number | undefined) =>
    percentText(amount === undefined || !whole ? undefined : amount / whole);
  return [
    name,
    coresText(now.cpu),
    share(now.cpu, allocatable?.cpu),
    share(requests?.cpu, allocatable?.cpu),
    bytesText(now.memory),
    share(now.memory, allocatable?.memory),
    share(requests?.memory, allocatable?.memory),
  ];
}

function podCells({ name, namespace, used: now, requests, limits }: Item, isSpread: boolean): string[] {
  const amount = (value: number | undefined, text: (value: number) => string) =>
    value === undefined || value === 0 ? '–' : text(value);
  const memoryLimit = limits?.memory;
  return [
    name,
    ...(isSpread ? [namespace ?? '–'] : []),
    coresText(now.cpu),
    `${amount(requests?.cpu, coresText)} / ${amount(limits?.cpu, coresText)}`,
    bytesText(now.memory),
    `${amount(requests?.memory, bytesText)} / ${amount(memoryLimit, bytesText)}`,
    percentText(memoryLimit ? now.memory / memoryLimit : undefined),
  ];
}

function next(
  context: FlowContext,
  target: Target,
  { of, first }: { of: string; first: Item | undefined },
): (string | undefined)[] {
  if (of === 'nodes') return [sayingOf(context, 'top-pods', target), sayingOf(context, 'nodes', target)];
  const namespace = first?.namespace ?? target.namespace;
  const about = first && namespace !== undefined && { name: first.name, namespace };
  return [
    about ? saying(context, 'describe', about) : undefined,
    sayingOf(context, 'top-nodes', { cluster: target.cluster }),
  ];
}
