/** Versions of Kubernetes as ACK and kubelets write them: `1.36.1-aliyun.1`, `v1.36.1-aliyun.1`. */

/** The minor of a version, as `36`; undefined for what is none. */
export function minorOf(version: string | undefined): number | undefined {
  const found = /^v?1\.(\d{1,3})(?!\d)/.exec(version ?? '');
  return found ? Number(found[1]) : undefined;
}

/** The version that a sentence names, such as `1.36` or `1.36.1-aliyun.1`. */
export function versionIn(text: string): string | undefined {
  return /(?<![\d.])v?(1\.\d{1,3}(?:\.\d{1,3}(?:-[a-z]+\.\d+)?)?)(?![\d.])/i
    .exec(text.normalize('NFKC'))?.[1]
    ?.toLowerCase();
}

/** Whether the second is newer than the first, number by number. */
export function isNewer(now: string, other: string): boolean {
  const parts = (version: string) =>
    version
      .replace(/^v/, '')
      .split(/[.-]/)
      .map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [parts(now), parts(other)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (b[at] ?? 0) - (a[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
