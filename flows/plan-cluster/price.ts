import type { Message } from '../../src/chat/messages.ts';
import type { Knowledge, Price } from './knowledge.ts';

/** One priced line, CNY per month. `item` is the same in every language. */
interface CostLine {
  item: string;
  label: Message;
  amount: number;
  source: string;
  asOf: string;
  /** The figure has no confirmed source. */
  estimated: boolean;
}

/** The monthly cost on demand. `complete` is false where the price of a main part (nodes, management, disks) is not known. */
export interface Cost {
  amount: number;
  currency: 'CNY';
  lines: CostLine[];
  /** What also costs money but has no price here. */
  notIncluded: Message[];
  complete: boolean;
}

/** What is paid for. */
export interface Bill {
  region: string;
  spec: string;
  instanceType: string;
  nodes: number;
  systemDisk: { category: 'cloud_essd'; level: 'PL0'; sizeGiB: number };
  /** Keys below `plan.not-included`. */
  alsoNeeded: string[];
}

const HOURS_PER_MONTH = 730;
/** Where list prices are complete; used to rank combinations, never shown as another region's price. */
const REFERENCE_REGION = 'cn-hangzhou';

function priceOf(item: string, region: string, knowledge: Knowledge): Price | undefined {
  return knowledge.prices.find((price) => price.item === item && price.region === region);
}

/** Prices what has a price and names the rest. */
export function costOf(bill: Bill, knowledge: Knowledge): Cost {
  const parts = partsOf(bill);
  const priced = parts.map((part) => ({ part, price: priceOf(part.price, bill.region, knowledge) }));
  const lines = priced.flatMap(({ part, price }) => (price ? [lineOf(part, price)] : []));
  const open = priced.flatMap(({ part, price }) => (price ? [] : [part.label]));
  return {
    amount: round(lines.reduce((sum, line) => sum + line.amount, 0)),
    currency: 'CNY',
    lines,
    notIncluded: [...open, ...bill.alsoNeeded.map((name) => ({ key: `plan.not-included.${name}` }))],
    complete: open.length === 0,
  };
}

/** The bill by the reference region's prices: a measure for ranking. Undefined when even there a price is missing. */
export function referenceAmount(bill: Bill, knowledge: Knowledge): number | undefined {
  const here = costOf(bill, knowledge);
  if (here.complete) return here.amount;
  const there = costOf({ ...bill, region: REFERENCE_REGION }, knowledge);
  return there.complete || priceOf(bill.instanceType, REFERENCE_REGION, knowledge) ? there.amount : undefined;
}

interface Part {
  item: string;
  label: Message;
  /** The item in the price list, and how many of its unit. */
  price: string;
  quantity: number;
}

function partsOf({ spec, instanceType, nodes, systemDisk }: Bill): Part[] {
  const { category, level, sizeGiB } = systemDisk;
  return [
    {
      item: `${nodes} × ${instanceType}`,
      label: { key: 'plan.cost.nodes', params: { count: nodes, type: instanceType } },
      price: instanceType,
      quantity: nodes,
    },
    { item: spec, label: { key: 'plan.cost.management', params: { spec } }, price: spec, quantity: 1 },
    { item: 'API server CLB', label: { key: 'plan.cost.clb' }, price: 'clb', quantity: 1 },
    {
      item: `${nodes} × ${category} ${level} ${sizeGiB} GiB`,
      label: { key: 'plan.cost.disks', params: { count: nodes, level, size: sizeGiB } },
      price: `${category}.${level}`,
      quantity: nodes * sizeGiB,
    },
  ];
}

function lineOf({ item, label, quantity }: Part, price: Price): CostLine {
  const units = price.per === 'hour' ? HOURS_PER_MONTH : 1;
  return {
    item,
    label,
    amount: round(price.amount * units * quantity),
    source: price.source,
    asOf: price.asOf,
    estimated: price.estimated ?? false,
  };
}

/** To whole fen; the detour through a fixed text keeps 2291.835 from becoming 2291.83. */
function round(amount: number): number {
  return Number(`${Math.round(Number(`${amount.toFixed(6)}e2`))}e-2`);
}
