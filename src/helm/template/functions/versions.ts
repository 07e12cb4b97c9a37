import { FunctionError } from '../function.ts';

/** Versions as Masterminds/semver 3 reads them: `v` before, minor and patch may be left out. https://pkg.go.dev/github.com/Masterminds/semver/v3 */
export interface Version {
  major: bigint;
  minor: bigint;
  patch: bigint;
  prerelease: string;
  metadata: string;
  original: string;
}

const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const FORM = new RegExp(`^v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?(?:-(${IDENTIFIERS}))?(?:\\+(${IDENTIFIERS}))?$`);
const MOST = (1n << 64n) - 1n;
const MOST_CHARACTERS = 1000;

/** A version of a text; throws for what is none. */
export function parseVersion(text: string): Version {
  const [all, major = '', minor = '0', patch = '0', prerelease = '', metadata = ''] =
    (text.length <= MOST_CHARACTERS && FORM.exec(text)) || [];
  if (all === undefined) throw new FunctionError('invalid semantic version');
  if (prerelease.split('.').some((part) => /^0[0-9]+$/.test(part))) {
    throw new FunctionError('version segment starts with 0');
  }
  const numbers = [major, minor, patch].map(BigInt);
  if (numbers.some((number) => number > MOST))
    throw new FunctionError('error parsing version segment: value out of range');
  const [first = 0n, second = 0n, third = 0n] = numbers;
  return { major: first, minor: second, patch: third, prerelease, metadata, original: text };
}

/** A version in full, without `v`. */
export function printVersion({ major, minor, patch, prerelease, metadata }: Omit<Version, 'original'>): string {
  return `${major}.${minor}.${patch}${prerelease && `-${prerelease}`}${metadata && `+${metadata}`}`;
}

/** -1, 0 or 1 by precedence; metadata does not count. */
export function compareVersions(a: Version, b: Version): number {
  for (const part of ['major', 'minor', 'patch'] as const) {
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  }
  if (a.prerelease === b.prerelease) return 0;
  if (a.prerelease === '') return 1;
  return b.prerelease === '' ? -1 : comparePrereleases(a.prerelease, b.prerelease);
}

/** Part by part; a missing part comes first, as a whole prerelease that is missing does here, too. */
export function comparePrereleases(a: string, b: string): number {
  const [ours, theirs] = [a.split('.'), b.split('.')];
  for (let at = 0; at < Math.max(ours.length, theirs.length); at++) {
    const order = compareParts(ours[at] ?? '', theirs[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? -1 : 1;
  const numeric = [a, b].map((part) => /^[0-9]+$/.test(part));
  if (numeric[0] && numeric[1]) return BigInt(a) > BigInt(b) ? 1 : -1;
  if (numeric[0] || numeric[1]) return numeric[0] ? -1 : 1;
  return a > b ? 1 : -1;
}
