import type { Scenario } from './scenario.ts';

const DAY_MS = 86_400_000;
const CAPACITY = 40 * 2 ** 30;
/** A day's growth, as a share of the volume: what is 25 percent 13 days ago is 86 today, and all in three days. */
const PER_DAY = 0.14 / 3;
const DAYS_AGO = 13;

/** The database has been filling its disk for two weeks; in three days it is full. */
export const volumeFilling: Scenario = {
  id: 'volume-filling',
  cause: 'VolumeFilling',
  onlyInReport: true,
  title: { en: 'The disk of the database is full in three days', zh: '数据库的磁盘三天后写满' },
  break: ({ context, world }) =>
    world('volumes', 'prod/data-orders-db-0', {
      used: CAPACITY * (0.86 - PER_DAY * DAYS_AGO),
      growth: (CAPACITY * PER_DAY * 1000) / DAY_MS,
      since: context.now() - DAYS_AGO * DAY_MS,
    }),
};
