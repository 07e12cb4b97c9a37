import { z } from 'zod';
import { money, priceItem, priceLine, priceOf } from '../cloud/prices.ts';
import { readTool } from '../tool.ts';

export const cloudGetPrice = readTool({
  name: 'cloud_get_price',
  title: 'Get prices',
  description:
    'What things cost in a region. Instances and disks are quoted by the cloud; fees are published prices with their date; a line without money has no known price and is in no total. A month has 730 hours.',
  input: { region: z.string(), items: z.array(priceItem).min(1).max(50) },
  output: {
    lines: z.array(priceLine),
    totals: z.object({ payAsYouGoMonthly: money, prepaidNow: money }),
    currency: z.string(),
    /** Items that no price is known of. */
    unpriced: z.array(z.string()),
  },
  say: ({ totals, currency, unpriced }) =>
    [
      `${totals.payAsYouGoMonthly.amount} ${currency} a month, ${totals.prepaidNow.amount} ${currency} at once.`,
      ...(unpriced.length > 0 ? [`Without: ${unpriced.join(', ')}.`] : []),
    ].join(' '),
  async run({ region, items }, { cloud, clock }) {
    const today = new Date(clock()).toISOString().slice(0, 10);
    const lines = [];
    for (const item of items) lines.push(await priceOf(cloud, region, item, today));
    const currency =
      lines.map((line) => (line.monthly ?? line.now)?.currency).find((found) => found !== undefined) ?? 'CNY';
    const sum = (amounts: (number | undefined)[]) =>
      Math.round(amounts.reduce<number>((total, amount) => total + (amount ?? 0), 0) * 100) / 100;
    return {
      lines,
      totals: {
        payAsYouGoMonthly: {
          amount: sum(lines.map(({ hourly, monthly }) => hourly && monthly?.amount)),
          currency,
          unit: 'month' as const,
        },
        prepaidNow: { amount: sum(lines.map(({ now }) => now?.amount)), currency, unit: 'once' as const },
      },
      currency,
      unpriced: lines.filter(({ hourly, monthly }) => !hourly && !monthly).map(({ item }) => item),
    };
  },
});
