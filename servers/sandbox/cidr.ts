/** An IPv4 block: its first address and its size, both plain numbers. */
export interface Cidr {
  base: number;
  mask: number;
  size: number;
}

/** The block written as `a.b.c.d/m`, or undefined when that is no block or its base has host bits. */
export function parseCidr(text: string | undefined): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text ?? '');
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, mask = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || mask < 1 || mask > 32) return undefined;
  const base = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - mask);
  return base % size === 0 ? { base, mask, size } : undefined;
}

export const overlaps = (a: Cidr, b: Cidr): boolean => a.base < b.base + b.size && b.base < a.base + a.size;

export const contains = (outer: Cidr, inner: Cidr): boolean =>
  inner.base >= outer.base && inner.base + inner.size <= outer.base + outer.size;

/** The nth address of a block, dotted. */
export function addressAt(block: Cidr, n: number): string {
  const address = block.base + n;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].flatMap((text) => parseCidr(text) ?? []);

/** True inside the three private ranges of RFC 1918. */
export const isPrivate = (block: Cidr): boolean => PRIVATE.some((range) => contains(range, block));
