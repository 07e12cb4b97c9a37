import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import type { Advice, Facts, Price, Saving } from '../../../src/health/types.ts';
import { toCents } from '../money/nodes.ts';
import { textOf, type Words } from './texts.ts';

/** What is paid for and used by nobody: CST6 claims, CST7 volumes, CST8 load balancers. */

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const MOST_LINES = 20;

interface Unused {
  name: string;
  text: string;
  price?: Price | undefined;
}

export function adviseUnused(facts: Facts, words: Words): Advice[] {
  const { survey } = facts;
  if (!survey) return [];
  const isRead = (...kinds: string[]) =>
    kinds.every((kind) => survey.readings.some((one) => one.kind === kind && one.state === 'complete'));
  return [
    ...(isRead('PersistentVolumeClaim', 'Pod') ? adviceOn('CST6', claims(facts, survey), words) : []),
    ...(isRead('PersistentVolume') ? adviceOn('CST7', volumes(facts, survey), words) : []),
    ...(isRead('Service', 'EndpointSlice') ? adviceOn('CST8', balancers(facts, survey), words) : []),
  ];
}

function adviceOn(code: string, unused: readonly Unused[], words: Words): Advice[] {
  if (unused.length === 0) return [];
  const saving = savingOn(unused, words);
  const lines = unused.slice(0, MOST_LINES).map(({ text }) => ({ source: 'kubernetes', text }));
  return [
    {
      id: `unused:${code}`,
      kind: 'unused',
      title: textOf(words, `unused.${code}.title`, { count: unused.length }),
      text: textOf(words, `unused.${code}.text`, { count: unused.length, first: unused[0]?.name ?? '' }),
      ...(saving && { saving }),
      gates: [],
      evidence: lines,
    },
  ];
}

/** Prices of one currency, guesses left out; the note says how many have none. */
function savingOn(unused: readonly Unused[], words: Words): Saving | undefined {
  const firm = unused.flatMap(({ price }) => (price && price.source !== 'estimate' ? [price] : []));
  const [first] = firm;
  if (!first) return undefined;
  const same = firm.filter(({ currency }) => currency === first.currency);
  const left = unused.length - same.length;
  return {
    amount: toCents(same.reduce((sum, { amount }) => sum + amount, 0)),
    currency: first.currency,
    per: 'month',
    source: same.some(({ source }) => source === 'catalog') ? 'catalog' : first.source,
    asOf: same.map(({ asOf }) => asOf).sort()[0] ?? first.asOf,
    ...(left > 0 && { note: textOf(words, 'unused.unpriced', { count: left }) }),
  };
}

/** Bound for a week and used by no pod, now or (as far as Prometheus tells) within that week. */
function claims({ metrics, now, prices }: Facts, survey: Survey): Unused[] {
  const idle = metrics.CST6 && 'rows' in metrics.CST6 ? metrics.CST6 : undefined;
  const confirmed = new Set(idle?.rows.map(({ labels }) => `${labels.namespace}/${labels.persistentvolumeclaim}`));
  return survey.claims.flatMap(({ namespace, name, phase, used, createdAt, size, storageClass, volume }) => {
    const full = `${namespace}/${name}`;
    const isKnown = !idle || idle.bad > idle.rows.length || confirmed.has(full);
    if (phase !== 'Bound' || used || now - createdAt < WEEK_MS || !isKnown) return [];
    const driver = survey.volumes.find((one) => one.name === volume)?.driver;
    return [
      {
        name: full,
        text: `PersistentVolumeClaim ${full}: ${gib(size)} GiB`,
        price: diskPrice(prices, { storageClass, driver, size }),
      },
    ];
  });
}

/** Released by its claim, or made a day ago and never claimed. */
function volumes({ now }: Facts, survey: Survey): Unused[] {
  return survey.volumes.flatMap(({ name, phase, createdAt, size, reclaimPolicy, local }) => {
    const isLeft = phase === 'Released' || (phase === 'Available' && now - createdAt >= DAY_MS);
    if (!isLeft || local) return [];
    return [{ name, text: `PersistentVolume ${name}: ${phase}, ${reclaimPolicy}, ${gib(size)} GiB` }];
  });
}

/** A week old and without a ready endpoint: its load balancer is paid for and answers nobody. */
function balancers({ now, prices }: Facts, survey: Survey): Unused[] {
  return survey.services.flatMap(({ type, namespace, name, readyEndpoints, createdAt }) => {
    if (type !== 'LoadBalancer' || readyEndpoints !== 0 || now - createdAt < WEEK_MS) return [];
    const full = `${namespace}/${name}`;
    return [{ name: full, text: `Service ${full}: 0 ready endpoints`, price: prices.clb }];
  });
}

/**
 * Storage classes that ACK makes itself, by the disks they make; what another class makes is not known from its name.
 * https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/use-dynamically-provisioned-disk-volumes
 */
const DISKS: Record<string, string> = {
  'alicloud-disk-essd': 'cloud_essd/PL1',
  'alicloud-disk-ssd': 'cloud_ssd',
  'alicloud-disk-efficiency': 'cloud_efficiency',
};
const DISK_DRIVER = 'diskplugin.csi.alibabacloud.com';

function diskPrice(
  prices: Facts['prices'],
  { storageClass, driver, size }: { storageClass: string | undefined; driver: string | undefined; size: number },
): Price | undefined {
  const perGib = driver === DISK_DRIVER ? prices[DISKS[storageClass ?? ''] ?? ''] : undefined;
  return perGib && { ...perGib, amount: perGib.amount * (size / 2 ** 30) };
}

const gib = (bytes: number) => Math.round((bytes / 2 ** 30) * 10) / 10;
