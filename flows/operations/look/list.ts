import { z } from 'zod';
import { escapeMarkdown } from '../../../src/chat/plain.ts';
import { isClusterWide } from '../../../src/flow/kinds.ts';
import { defineFlow, type FlowContext, read, say } from '../../../src/flow/kit.ts';
import { chooseTarget, type Target } from '../../../src/flow/target.ts';
import { foldedTable, placeText, saying, sayingOf, seenAt, sends } from './parts.ts';
import { type ListWish, listWish } from './wish.ts';

const listed = z.object({
  columns: z.array(z.string()),
  rows: z.array(
    z.object({ namespace: z.string().optional(), name: z.string(), cells: z.array(z.string()), wrong: z.boolean() }),
  ),
  total: z.number(),
  wrong: z.number(),
  page: z.number(),
  pages: z.number(),
  complete: z.boolean(),
  serverTime: z.string(),
});
type Listed = z.infer<typeof listed>;

/** "Pods in shop", "看看 shop 的 pod": the objects of a kind, what is wrong first. */
export const list = defineFlow({
  id: 'list',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const wish = listWish(context.text);
    const isWide = wish.kinds.every(isClusterWide);
    const target = yield* chooseTarget(context, { text: wish.rest, level: isWide ? 'cluster' : 'any' });
    if (!target) return;
    const { clusterId, namespace, kind, name } = target;
    const of = kind !== undefined && name !== undefined && !isWide ? { of: { kind, name } } : {};
    const { kinds, wrongOnly, page } = wish;
    const found = listed.parse(
      yield* read('copilot_list', {
        clusterId,
        kinds,
        wrongOnly,
        page,
        ...(namespace !== undefined && { namespace }),
        ...(wish.word !== undefined && { word: wish.word }),
        ...of,
      }),
    );
    const about = { kind: kinds.join(', '), where: whereText(target), count: found.total, wrong: found.wrong };
    yield* say(wrongOnly ? 'look.list.wrong' : 'look.list.title', about, answer(context, { wish, target, found }));
  },
});

const whereText = (target: Target): string =>
  target.name === undefined ? placeText(target) : `${target.name} · ${placeText(target)}`;

interface Answered {
  wish: ListWish;
  target: Target;
  found: Listed;
}

function answer(context: FlowContext, { wish, target, found }: Answered) {
  const { t } = context;
  const { rows, columns, page, pages, complete, serverTime, total } = found;
  const isSpread = target.namespace === undefined && rows.some(({ namespace }) => namespace !== undefined);
  const head = ['name', ...(isSpread ? ['namespace'] : []), ...columns].map((column) => t(`look.column.${column}`));
  const caption = t('look.list.caption', { kind: wish.kinds.join(', '), shown: rows.length, count: total });
  const lines = rows.map(({ name, namespace, cells, wrong }) => [
    wrong ? `⚠ ${name}` : name,
    ...(isSpread ? [namespace ?? '–'] : []),
    ...cells,
  ]);
  const notes = [
    ...(wish.word === undefined ? [] : [t('look.list.filtered', { word: escapeMarkdown(wish.word) })]),
    ...(complete ? [] : [t('look.list.incomplete')]),
  ];
  return [
    ...foldedTable(context, { caption, head, rows: lines }),
    ...seenAt(context, serverTime, ...notes),
    ...sends(...next(context, { wish, target, found }), page < pages ? nextPage(context, page + 1) : undefined),
  ];
}

/** The same sentence again, of the page after. */
function nextPage({ t, text }: FlowContext, page: number): string {
  const bare = text.replace(/\s*(?:\bpage\s+\d+|第\s*\d+\s*页)/gi, '').trim();
  return `${bare} ${t('look.list.page', { page })}`;
}

/** The two most useful things about the first row. */
function next(context: FlowContext, { wish, found, target }: Answered): string[] {
  const [first] = found.rows;
  const [kind = ''] = wish.kinds;
  const { cluster } = target;
  if (!first) return [sayingOf(context, 'events', target)];
  const namespace = first.namespace ?? (isClusterWide(kind) ? undefined : target.namespace);
  const name = first.name.split('/').at(-1) ?? first.name;
  const about = { name, namespace };
  if (kind === 'Node') return [saying(context, 'describe', about), sayingOf(context, 'top-nodes', { cluster })];
  if (kind === 'Namespace')
    return ['pods', 'events'].map((key) => sayingOf(context, key, { cluster, namespace: name }));
  if (kind === 'NodePool') return [sayingOf(context, 'nodes', { cluster })];
  if (kind === 'Pod' || RUNS.has(kind))
    return [saying(context, first.wrong ? 'diagnose' : 'describe', about), saying(context, 'logs', about)];
  return [saying(context, 'describe', about), sayingOf(context, 'events', { cluster, namespace })];
}

const RUNS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']);
