import { z } from 'zod';
import knowledge from '../../../knowledge/ack.json' with { type: 'json' };
import type { Cloud } from './sdk.ts';

export const priceItem = z.strictObject({
  kind: z.enum(['instance', 'disk', 'clusterMgmt', 'clb', 'nat', 'eip', 'alb', 'sls', 'prometheus']),
  /** The instance type, the cluster spec, or for a disk `category` or `category/PL1`. */
  spec: z.string().default(''),
  /** GiB of one disk. */
  sizeGiB: z.int().positive().optional(),
  quantity: z.int().positive().default(1),
  chargeType: z.enum(['PostPaid', 'PrePaid']).default('PostPaid'),
  /** For `PrePaid`. */
  months: z.int().positive().max(60).default(1),
});

type PriceItem = z.infer<typeof priceItem>;

export const money = z.object({ amount: z.number(), currency: z.string(), unit: z.enum(['hour', 'month', 'once']) });

export const priceLine = z.object({
  item: z.string(),
  /** Absent where no price is known: such a line is in no total. */
  hourly: money.optional(),
  monthly: money.optional(),
  /** What a prepaid line costs at once. */
  now: money.optional(),
  /** Never add lines of different labels. */
  label: z.enum(['PAY_NOW', 'FUTURE', 'FREE']),
  /** `api`: the cloud's own quote. `catalog`: a published price of the date in `asOf`. `estimate`: neither. */
  source: z.enum(['api', 'catalog', 'estimate']),
  asOf: z.string(),
  note: z.string().optional(),
});

type PriceLine = z.infer<typeof priceLine>;

const hoursPerMonth = 730;

/** The price of one item, times its quantity. */
export async function priceOf(cloud: Cloud, region: string, item: PriceItem, today: string): Promise<PriceLine> {
  const { kind, spec } = item;
  if (kind === 'instance' || kind === 'disk') return quoted(cloud, region, item, today);
  const fixed = knowledge.fixedPricesCny;
  if (kind === 'clusterMgmt' && spec === 'ack.standard') return listed(item, 0, fixed.src);
  if (kind === 'clusterMgmt' && spec === 'ack.pro.small') return listed(item, fixed.ackProPerClusterHour, fixed.src);
  if (kind === 'clb') return listed(item, fixed.clbInstancePerHour, `${fixed.src}; instance fee, without LCU`);
  return { item: title(item), label: 'FUTURE', source: 'estimate', asOf: today, note: 'No price known; in no total.' };
}

/** https://api.alibabacloud.com/document/Ecs/2014-05-26/DescribePrice */
async function quoted(cloud: Cloud, region: string, item: PriceItem, today: string): Promise<PriceLine> {
  const prepaid = item.chargeType === 'PrePaid';
  const [category, performanceLevel] = item.spec.split('/');
  const what =
    item.kind === 'instance'
      ? { resourceType: 'instance', instanceType: item.spec }
      : { resourceType: 'disk', dataDisk: [{ category, performanceLevel, size: item.sizeGiB ?? 40 }] };
  const body = await cloud.ecs.read(region, (client, sdk) =>
    client.describePrice(
      new sdk.DescribePriceRequest({
        regionId: region,
        ...what,
        amount: 1,
        priceUnit: prepaid ? 'Month' : 'Hour',
        period: prepaid ? item.months : 1,
      }),
    ),
  );
  const price = body.priceInfo?.price;
  // An instance's quote includes a system disk: count the instance alone, disks have lines of their own.
  const alone = price?.detailInfos?.detailInfo?.find(({ resource }) => resource === 'instanceType');
  const amount = alone?.tradePrice ?? price?.tradePrice ?? price?.originalPrice;
  const common = { item: title(item), source: 'api', asOf: today } as const;
  if (amount === undefined)
    return { ...common, label: 'FUTURE', source: 'estimate', note: 'The cloud quoted no price; in no total.' };
  const currency = price?.currency ?? 'CNY';
  const all = amount * item.quantity;
  if (prepaid) {
    return {
      ...common,
      label: 'PAY_NOW',
      now: { amount: round(all), currency, unit: 'once' },
      monthly: { amount: round(all / item.months), currency, unit: 'month' },
    };
  }
  return { ...common, label: 'FUTURE', ...running(all, currency) };
}

function listed(item: PriceItem, perHour: number, note: string): PriceLine {
  const label = perHour === 0 ? 'FREE' : 'FUTURE';
  return {
    item: title(item),
    label,
    ...running(perHour * item.quantity, 'CNY'),
    source: 'catalog',
    asOf: knowledge.asOf,
    note,
  };
}

const running = (perHour: number, currency: string) => ({
  hourly: { amount: round(perHour), currency, unit: 'hour' as const },
  monthly: { amount: round(perHour * hoursPerMonth), currency, unit: 'month' as const },
});

const round = (amount: number) => Math.round(amount * 10_000) / 10_000;

const title = ({ kind, spec, sizeGiB, quantity }: PriceItem) =>
  [`${quantity} ×`, kind, spec, sizeGiB && `${sizeGiB} GiB`].filter(Boolean).join(' ');
