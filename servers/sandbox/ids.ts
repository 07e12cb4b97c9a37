import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The tag that real ids of a region carry after the dash; regions not listed borrow Hangzhou's. */
const REGION_TAGS: Record<string, string> = {
  'cn-hangzhou': 'bp1',
  'cn-beijing': '2ze',
  'cn-shanghai': 'uf6',
  'cn-shenzhen': 'wz9',
  'cn-hongkong': 'j6c',
  'ap-southeast-1': 't4n',
};

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** `c` and 32 hex digits. */
export const clusterId = (): string => `c${hex(16)}`;

/** `np` and 32 hex digits. */
export const nodePoolId = (): string => `np${hex(16)}`;

/** `T-` and 24 hex digits. */
export const taskId = (): string => `T-${hex(12)}`;

/** 32 hex digits: reports, checks. */
export const reportId = (): string => hex(16);

/** An upper-case UUID, as every answer carries one. */
export const requestId = (): string => randomUUID().toUpperCase();

/** An id such as `vsw-bp1k3…`: prefix, region tag, 17 letters and digits. */
export function resourceId(prefix: string, region: string): string {
  const tail = Array.from({ length: 17 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return `${prefix}-${REGION_TAGS[region] ?? 'bp1'}${tail}`;
}

/** The same UUID for the same text: for things derived from state, such as events. */
export function derivedUuid(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  return [8, 4, 4, 4, 12].map((length, i) => digest.slice(i * 12, i * 12 + length)).join('-');
}
