import { z } from 'zod';
import type { CloudNode, Facts, NodePool, Price, Unknown } from '../../health/types.ts';
import type { JsonObject, ToolResult } from '../../tools/types.ts';

/** What the cloud itself knows of a cluster: its pools and machines, what they cost, and its own inspection. */
export interface CloudSide {
  region?: string;
  pools: NodePool[] | undefined;
  machines: CloudNode[] | undefined;
  prices: Record<string, Price>;
  inspection: Facts['inspection'];
  unknown: Unknown[];
}

interface Asking {
  read(tool: string, args: JsonObject): Promise<ToolResult>;
  clusterId: string;
}

const clusterAnswer = z.object({
  region: z.string(),
  nodepools: z.array(
    z.object({
      nodepoolId: z.string(),
      name: z.string(),
      state: z.string(),
      desired: z.number().exactOptional(),
      total: z.number(),
      autoscaling: z
        .object({ enabled: z.boolean(), min: z.number().exactOptional(), max: z.number().exactOptional() })
        .exactOptional(),
    }),
  ),
});
const nodesAnswer = z.object({
  items: z.array(
    z.object({
      instanceId: z.string(),
      name: z.string(),
      nodepoolId: z.string().exactOptional(),
      instanceType: z.string().exactOptional(),
      chargeType: z.enum(['PostPaid', 'PrePaid', 'Spot', 'unknown']).default('unknown'),
      expiresAt: z.string().optional(),
    }),
  ),
  nextToken: z.string().optional(),
});
const money = z.object({ amount: z.number(), currency: z.string() });
const pricesAnswer = z.object({
  lines: z.array(
    z.object({ monthly: money.optional(), source: z.enum(['api', 'catalog', 'estimate']), asOf: z.string() }),
  ),
});
const inspectionAnswer = z.object({
  finishedAt: z.string().optional(),
  items: z.array(
    z.object({
      id: z.string(),
      category: z.string(),
      level: z.string(),
      name: z.string(),
      description: z.string(),
      fix: z.string(),
      targets: z.array(z.string()),
    }),
  ),
});

/** Nodes of more pages than this are not read. */
const MOST_PAGES = 20;
/** As ECS takes a disk's price. */
const DISK_GIB = 40;
const DISK = 'cloud_essd/PL0';

/** Asks the cloud's reading tools. A cluster that is of no cloud has none of it, which is `absent`. */
export async function readCloudSide(asking: Asking): Promise<CloudSide> {
  const unknown: Unknown[] = [];
  const note = (what: string, result: Extract<ToolResult, { ok: false }>) => {
    const { code, message } = result.error;
    unknown.push({ what, why: `${code}: ${message}`, kind: isAbsent(code) ? 'absent' : 'lost' });
  };
  const cluster = await asking.read('cluster_get', { clusterId: asking.clusterId });
  if (!cluster.ok) {
    note('cloud', cluster);
    return { pools: undefined, machines: undefined, prices: {}, inspection: undefined, unknown };
  }
  const { region, nodepools } = clusterAnswer.parse(cluster.data);
  const machines = await readMachines(asking, note);
  return {
    region,
    pools: nodepools,
    machines,
    prices: await readPrices(
      asking,
      { region, types: [...new Set((machines ?? []).map((one) => one.instanceType))] },
      note,
    ),
    inspection: await readInspection(asking, note),
    unknown,
  };
}

type Note = (what: string, result: Extract<ToolResult, { ok: false }>) => void;

/** The tool is not offered, or nothing is configured: there is no such source here. */
const isAbsent = (code: string): boolean => /not.?configured|tool.?missing|unknown.?tool|not.?found/i.test(code);

async function readMachines({ read, clusterId }: Asking, note: Note): Promise<CloudNode[] | undefined> {
  const machines: CloudNode[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const result = await read('node_list', { clusterId, ...(nextToken !== undefined && { nextToken }) });
    if (!result.ok) {
      note('node_list', result);
      return undefined;
    }
    const found = nodesAnswer.parse(result.data);
    machines.push(
      ...found.items.map(({ instanceId, name, nodepoolId, instanceType = '', chargeType, expiresAt }): CloudNode => {
        const ends = Date.parse(expiresAt ?? '');
        const known = {
          ...(nodepoolId !== undefined && { nodepoolId }),
          ...(!Number.isNaN(ends) && { expiresAt: ends }),
        };
        return { name, instanceId, instanceType, chargeType, ...known };
      }),
    );
    nextToken = found.nextToken;
    if (nextToken === undefined) return machines;
  }
  return machines;
}

/** A month of each type of machine, of a GiB of the usual system disk, and of the fees. */
async function readPrices(
  { read }: Asking,
  { region, types }: { region: string; types: string[] },
  note: Note,
): Promise<Record<string, Price>> {
  const wanted = [
    ...types.filter((type) => type !== '').map((spec) => ({ key: spec, per: 1, item: { kind: 'instance', spec } })),
    { key: DISK, per: DISK_GIB, item: { kind: 'disk', spec: DISK, sizeGiB: DISK_GIB } },
    { key: 'clusterMgmt', per: 1, item: { kind: 'clusterMgmt', spec: 'ack.pro.small' } },
    { key: 'clb', per: 1, item: { kind: 'clb', spec: '' } },
  ];
  const result = await read('cloud_get_price', { region, items: wanted.map(({ item }) => item) });
  if (!result.ok) {
    note('cloud_get_price', result);
    return {};
  }
  const { lines } = pricesAnswer.parse(result.data);
  const prices = lines.flatMap(({ monthly, source, asOf }, at): [string, Price][] => {
    const want = wanted[at];
    if (!want || !monthly) return [];
    return [[want.key, { amount: monthly.amount / want.per, currency: monthly.currency, source, asOf }]];
  });
  return Object.fromEntries(prices);
}

async function readInspection({ read, clusterId }: Asking, note: Note): Promise<Facts['inspection']> {
  const result = await read('inspect_get', { clusterId });
  if (!result.ok) {
    note('ACK inspection', result);
    return undefined;
  }
  const { finishedAt = '', items } = inspectionAnswer.parse(result.data);
  return { finishedAt, items };
}
