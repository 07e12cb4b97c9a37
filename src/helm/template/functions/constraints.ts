import { FunctionError } from '../function.ts';
import { comparePrereleases, compareVersions, parseVersion, type Version } from './versions.ts';

/**
 * Constraints as Masterminds/semver 3.4 reads them: `^1.2`, `~1.2.3`, `>=1.19-0 <1.30`, `1.2 - 1.4.5`, `1.x`, joined by commas or
 * spaces, alternatives by `||`. Unlike in npm, a prerelease fits any range of a group that names one.
 * https://github.com/Masterminds/semver#checking-version-constraints
 */
interface Constraint {
  operator: string;
  version: Version;
  /** What was left out or is `x`. */
  open: 'none' | 'all' | 'minor' | 'patch';
}

const PART = '[0-9|xX*]+';
const IDENTIFIERS = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*';
const VERSION = `v?(${PART})(?:\\.(${PART}))?(?:\\.(${PART}))?(?:-(${IDENTIFIERS}))?(?:\\+${IDENTIFIERS})?`;
const RANGE = new RegExp(`\\s*(${VERSION})\\s+-\\s+(${VERSION})\\s*`, 'g');
const ONE = new RegExp(`\\s*(!=|=>|=<|>=|<=|~>|=|>|<|~|\\^)?\\s*${VERSION}(?=\\s|,|$)`, 'y');
/** Longer ones are refused, as reading them must not take long. */
const MOST_CHARACTERS = 1000;

/** Whether a version fits any of the alternatives. */
export function satisfies(constraint: string, version: Version): boolean {
  return parse(constraint).some((group) => {
    const prereleases = group.some((one) => one.version.prerelease !== '');
    if (version.prerelease !== '' && !prereleases) return false;
    return group.every((one) => fits(version, one));
  });
}

function parse(text: string): Constraint[][] {
  if (text.length > MOST_CHARACTERS) throw improper(text.slice(0, 50));
  const groups = text.replace(RANGE, (_, ...found: string[]) => `>= ${found[0]}, <= ${found[5]}`).split('||');
  return groups.map(parseGroup);
}

function improper(text: string): FunctionError {
  return new FunctionError(`improper constraint: ${text}`);
}

function parseGroup(text: string): Constraint[] {
  const group: Constraint[] = [];
  let at = 0;
  do {
    ONE.lastIndex = at;
    const found = ONE.exec(text);
    if (!found) throw improper(text);
    group.push(constraintOf(found.slice(1)));
    at = ONE.lastIndex + (/^\s*(?:,|$)?/.exec(text.slice(ONE.lastIndex))?.[0].length ?? 0);
  } while (at < text.length || text.endsWith(','));
  return group;
}

function constraintOf([operator = '', ...parts]: (string | undefined)[]): Constraint {
  const [major = '', minor, patch, prerelease] = parts;
  const open = isOpen(major) ? 'all' : isOpen(minor) ? 'minor' : isOpen(patch) ? 'patch' : 'none';
  const numbers = [
    open === 'all' ? '0' : major,
    open === 'none' || open === 'patch' ? minor : '0',
    open === 'none' ? patch : '0',
  ];
  return { operator, open, version: versionOf(`${numbers.join('.')}${prerelease ? `-${prerelease}` : ''}`) };
}

function versionOf(text: string): Version {
  try {
    return parseVersion(text);
  } catch {
    throw new FunctionError('constraint parser error');
  }
}

function isOpen(part: string | undefined): boolean {
  return part === undefined || /^[xX*]$/.test(part);
}

function fits(version: Version, { operator, version: wanted, open }: Constraint): boolean {
  const order = compareVersions(version, wanted);
  switch (operator) {
    case '!=':
      return differs(version, wanted, open);
    case '>':
      return isAbove(version, wanted, open);
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      return open === 'none' ? order <= 0 : isWithin(version, wanted, open);
    case '~':
    case '~>':
      return isNear(version, wanted, open);
    case '^':
      return isCompatible(version, wanted, open);
    default:
      return open === 'none' ? order === 0 : isNear(version, wanted, open);
  }
}

function differs(version: Version, wanted: Version, open: Constraint['open']): boolean {
  if (open === 'none' || open === 'all') return compareVersions(version, wanted) !== 0;
  if (version.major !== wanted.major) return true;
  if (open === 'minor') return false;
  return version.minor !== wanted.minor || comparePrereleases(version.prerelease, wanted.prerelease) !== 0;
}

/** `>11` wants 12, `>11.1` wants 11.2. */
function isAbove(version: Version, wanted: Version, open: Constraint['open']): boolean {
  if (open === 'none') return compareVersions(version, wanted) > 0;
  if (version.major !== wanted.major) return version.major > wanted.major;
  if (open === 'minor') return false;
  return open === 'patch' ? version.minor > wanted.minor : compareVersions(version, wanted) > 0;
}

/** `<=11` takes all of 11. */
function isWithin(version: Version, wanted: Version, open: Constraint['open']): boolean {
  if (version.major !== wanted.major) return version.major < wanted.major;
  return open === 'minor' || version.minor <= wanted.minor;
}

/** `~1.2.3` takes 1.2, `~1` takes 1, `~0.0.0` and `~*` anything. */
function isNear(version: Version, wanted: Version, open: Constraint['open']): boolean {
  if (compareVersions(version, wanted) < 0) return false;
  const zero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n;
  if (zero && (open === 'none' || open === 'all')) return true;
  return version.major === wanted.major && (open === 'minor' || version.minor === wanted.minor);
}

/** `^1.2.3` takes 1, `^0.2.3` takes 0.2, `^0.0.3` takes only that. */
function isCompatible(version: Version, wanted: Version, open: Constraint['open']): boolean {
  if (compareVersions(version, wanted) < 0) return false;
  if (wanted.major > 0n || open === 'minor') return version.major === wanted.major;
  if (version.major > 0n) return false;
  if (wanted.minor > 0n || open === 'patch') return version.minor === wanted.minor;
  return version.minor === 0n && version.patch === wanted.patch;
}
