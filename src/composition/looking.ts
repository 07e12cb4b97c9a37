import { z } from 'zod';
import { columnsOf, fieldsOf, inOrder, type Row, rowOf } from '../../flows/operations/look/rows.ts';
import type { Views } from '../conversations/ports.ts';
import type { JsonObject, ToolGateway, ToolResult } from '../tools/types.ts';

/** The view `copilot_list`: objects of a kind as rows, what is wrong first, counted over all pages of the API. */

const asked = z.object({
  clusterId: z.string(),
  kinds: z.array(z.string()).min(1).max(5),
  namespace: z.string().optional(),
  /** A part of a name, or of any other cell. */
  word: z.string().optional(),
  /** Only what this owns, or what is on this node. */
  of: z.object({ kind: z.string(), name: z.string() }).optional(),
  wrongOnly: z.boolean().default(false),
  page: z.number().int().min(1).default(1),
});
type Asked = z.output<typeof asked>;

const page = z.object({
  items: z.array(z.unknown()),
  continue: z.string().optional(),
  serverTime: z.string(),
});

/** What stands in one answer: the first twenty in sight, the others folded. */
const ROWS = 100;
const PAGE = 500;
/** More objects than these are not gone through: the answer says so, and to name a namespace. */
const MOST = 10_000;

type Read = (tool: string, args: JsonObject) => Promise<ToolResult>;
type Failed = Extract<ToolResult, { ok: false }>;

export function createListView(gateway: Pick<ToolGateway, 'read'>): Views {
  return {
    async copilot_list(args, { user }, signal) {
      const wish = asked.parse(args);
      const read: Read = (tool, given) =>
        gateway.read({ tool, args: given, actor: user, ...(signal && { signal }), timeoutMs: 60_000 });
      const listed = await rowsOf(wish, read);
      if ('failed' in listed) return listed.failed;
      const { rows, complete, serverTime } = listed;
      const fitting = rows.filter((row) => isWanted(row, wish));
      const found = fitting.filter(({ wrong }) => wrong || !wish.wrongOnly).sort(inOrder);
      const from = (wish.page - 1) * ROWS;
      const data = {
        columns: wish.kinds[0] === 'NodePool' ? POOL_COLUMNS : columnsOf(wish.kinds[0] ?? ''),
        rows: found.slice(from, from + ROWS),
        total: found.length,
        wrong: fitting.filter(({ wrong }) => wrong).length,
        page: wish.page,
        pages: Math.max(1, Math.ceil(found.length / ROWS)),
        complete,
        serverTime,
      };
      return { ok: true, data: z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(data))) };
    },
  };
}

type Listed = { rows: Row[]; complete: boolean; serverTime: string } | { failed: Failed };

async function rowsOf(wish: Asked, read: Read): Promise<Listed> {
  const rows: Row[] = [];
  let complete = true;
  let serverTime = '';
  for (const kind of wish.kinds) {
    const listed = kind === 'NodePool' ? await poolRows(wish, read) : await objectRows(kind, wish, read);
    if ('failed' in listed) return listed;
    const isMixed = wish.kinds.length > 1;
    rows.push(...listed.rows.map((row) => (isMixed ? { ...row, name: `${kind.toLowerCase()}/${row.name}` } : row)));
    complete &&= listed.complete;
    serverTime = listed.serverTime;
  }
  return { rows, complete, serverTime };
}

async function objectRows(kind: string, { clusterId, namespace }: Asked, read: Read): Promise<Listed> {
  const rows: Row[] = [];
  let from: string | undefined;
  for (;;) {
    const args = { clusterId, kind, fields: fieldsOf(kind), limit: PAGE };
    const result = await read('k8s_list', {
      ...args,
      ...(namespace !== undefined && { namespace }),
      ...(from !== undefined && { continue: from }),
    });
    if (!result.ok) return { failed: result };
    const { items, continue: next, serverTime } = page.parse(result.data);
    rows.push(...items.map((item) => rowOf(kind, item, serverTime)));
    if (next === undefined) return { rows, complete: true, serverTime };
    if (rows.length >= MOST) return { rows, complete: false, serverTime };
    from = next;
  }
}

const POOL_COLUMNS = ['state', 'nodes', 'types', 'autoscaling'];
const pools = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      total: z.number(),
      healthy: z.number(),
      desired: z.number().optional(),
      instanceTypes: z.array(z.string()),
      autoscaling: z
        .object({ enabled: z.boolean(), min: z.number().optional(), max: z.number().optional() })
        .optional(),
    }),
  ),
});

async function poolRows({ clusterId }: Asked, read: Read): Promise<Listed> {
  const result = await read('nodepool_list', { clusterId });
  if (!result.ok) return { failed: result };
  const rows = pools.parse(result.data).items.map(
    ({ name, state, total, healthy, desired, instanceTypes, autoscaling }): Row => ({
      name,
      cells: [
        state,
        `${healthy}/${desired ?? total}`,
        instanceTypes.join(', ') || '–',
        autoscaling?.enabled ? `${autoscaling.min ?? '?'}–${autoscaling.max ?? '?'}` : '–',
      ],
      wrong: state !== 'active' || healthy < (desired ?? total),
    }),
  );
  return { rows, complete: true, serverTime: '' };
}

function isWanted({ name, cells }: Row, { word, of }: Asked): boolean {
  if (of?.kind === 'Node' && !cells.includes(of.name)) return false;
  const own = name.split('/').at(-1) ?? name;
  if (of && of.kind !== 'Node' && own !== of.name && !own.startsWith(`${of.name}-`)) return false;
  const said = word?.toLowerCase();
  return said === undefined || [name, ...cells].some((cell) => cell.toLowerCase().includes(said));
}
