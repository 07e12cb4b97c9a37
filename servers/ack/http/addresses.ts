import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Which addresses a check may ask. It never asks what the caller names, only what a cluster's own objects give as their way in. */

const blockOf = (ranges: string) => {
  const list = new BlockList();
  for (const range of ranges.trim().split(/\s+/)) {
    const [address = '', bits = ''] = range.split('/');
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
};

/**
 * This machine, link-local, the clouds' metadata services (169.254.169.254, 100.100.100.200), multicast and what is
 * reserved. https://www.iana.org/assignments/iana-ipv4-special-registry
 * https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
 */
const never = blockOf(`
  0.0.0.0/8 127.0.0.0/8 169.254.0.0/16 100.100.0.0/16 192.0.0.0/24 192.0.2.0/24 198.18.0.0/15 198.51.100.0/24
  203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 ::/128 ::1/128 fe80::/10 ff00::/8 64:ff9b::/96 2002::/16`);
/** https://www.rfc-editor.org/rfc/rfc1918 https://www.rfc-editor.org/rfc/rfc6598 https://www.rfc-editor.org/rfc/rfc4193 */
const inside = blockOf('10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7');

const isIn = (list: BlockList, address: string) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** `private` ones are asked only where the operator says so for the cluster. */
export function standingOf(address: string): 'public' | 'private' | 'never' {
  // An IPv4 address in the clothes of IPv6: Node's lists would let it pass for the other.
  const disguised = /^::ffff:/i.test(address);
  if (isIP(address) === 0 || disguised || isIn(never, address)) return 'never';
  return isIn(inside, address) ? 'private' : 'public';
}

export type Resolved = { ok: true; address: string } | { ok: false; reason: string };

/** The address behind a load balancer's name or address, which the request is then bound to: names are not asked twice. */
export async function resolveAddress(given: string, allowPrivate: boolean): Promise<Resolved> {
  const addresses = isIP(given)
    ? [given]
    : await lookup(given, { all: true })
        .then((all) => all.map((one) => one.address))
        .catch(() => []);
  if (addresses.length === 0) return { ok: false, reason: `${given} has no address in the DNS` };
  const standings = addresses.map(standingOf);
  if (standings.includes('never')) return { ok: false, reason: `${given} leads to an address that is never asked` };
  if (standings.includes('private') && !allowPrivate)
    return {
      ok: false,
      reason: `${given} is a private address: allow it with privateIngress in clusters.yaml where the bot stands in that network`,
    };
  return { ok: true, address: addresses[0] ?? given };
}
