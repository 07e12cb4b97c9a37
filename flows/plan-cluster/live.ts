import { z } from 'zod';
import type { InstanceType, Knowledge, Price } from './knowledge.ts';

/** What live tools said, each as it came; a tool that failed is left out. */
export interface LiveAnswers {
  zones?: unknown;
  versions?: unknown;
  clusters?: unknown;
  types?: unknown;
  stock?: unknown;
  prices?: unknown;
}

const zonesAnswer = z.object({ items: z.array(z.object({ id: z.string() })) });
const versionsAnswer = z.object({
  items: z.array(z.object({ version: z.string(), creatable: z.boolean(), expirationDate: z.string().optional() })),
});
const clustersAnswer = z.object({ items: z.array(z.object({ name: z.string() })) });
const typesAnswer = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      eni: z.object({ quantity: z.number(), ipsPerEni: z.number() }),
      podCapacity: z.object({ trunk: z.number() }),
    }),
  ),
});
const stockAnswer = z.object({
  items: z.array(z.object({ zone: z.string(), instanceType: z.string(), available: z.boolean() })),
});
const pricesAnswer = z.object({
  lines: z.array(
    z.object({
      item: z.string(),
      hourly: z.object({ amount: z.number(), currency: z.string() }).optional(),
      source: z.enum(['api', 'catalog', 'estimate']),
      asOf: z.string(),
    }),
  ),
});

/** Knowledge with what the cloud said of one region laid over it. An answer of another shape is passed over. */
export function withLive(knowledge: Knowledge, region: string, answers: LiveAnswers): Knowledge {
  const zones = zonesAnswer.safeParse(answers.zones).data?.items.map(({ id }) => id);
  const versions = versionsAnswer.safeParse(answers.versions).data?.items;
  const types = typesAnswer.safeParse(answers.types).data?.items ?? [];
  const stock = stockAnswer.safeParse(answers.stock).data?.items ?? [];
  const prices = livePrices(answers.prices, region, knowledge);
  return {
    ...knowledge,
    regions: zones?.length
      ? knowledge.regions.map((known) => (known.id === region ? { ...known, zones, live: true } : known))
      : knowledge.regions,
    versions: versions?.length ? liveVersions(versions) : knowledge.versions,
    types: knowledge.types.map((type) => withEni(type, types)),
    stock: stock.length > 0 ? stock : knowledge.stock,
    clusterNames:
      clustersAnswer.safeParse(answers.clusters).data?.items.map(({ name }) => name) ?? knowledge.clusterNames,
    prices: [...prices, ...knowledge.prices],
  };
}

function liveVersions(items: z.infer<typeof versionsAnswer>['items']): Knowledge['versions'] {
  return items
    .map(({ version, creatable, expirationDate }) => ({
      version,
      minor: version.split('.').slice(0, 2).join('.'),
      endOfSupport: expirationDate?.slice(0, 10),
      creatable,
    }))
    .sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }));
}

function withEni(type: InstanceType, told: z.infer<typeof typesAnswer>['items']): InstanceType {
  const live = told.find(({ id }) => id === type.id);
  if (!live) return type;
  return { ...type, eni: { ...live.eni, total: live.eni.quantity + live.podCapacity.trunk } };
}

/** Only instance types are taken: the tool names a line by the type it prices. */
function livePrices(answer: unknown, region: string, knowledge: Knowledge): Price[] {
  return (pricesAnswer.safeParse(answer).data?.lines ?? []).flatMap(({ item, hourly, source, asOf }) => {
    const type = knowledge.types.find(({ id }) => item === id || item.endsWith(` ${id}`));
    if (!type || hourly?.currency !== 'CNY') return [];
    const said = source === 'api' ? 'cloud quote (DescribePrice)' : source;
    return [
      {
        item: type.id,
        region,
        amount: hourly.amount,
        per: 'hour' as const,
        source: said,
        asOf,
        estimated: source === 'estimate',
      },
    ];
  });
}
