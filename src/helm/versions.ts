import { compare, parse, prerelease, rcompare, type SemVer, satisfies, valid, validRange } from 'semver';

/** Versions and their ranges, in the spelling that charts use. https://github.com/Masterminds/semver#checking-version-constraints */

/** Whether a version is within a range. A vendor's suffix, such as that of `v1.32.1-aliyun.1`, puts no cluster out of it. */
export function isWithin(version: string, range: string): boolean {
  const parsed = parse(version, { loose: true });
  return parsed !== null && range.split('||').some((part) => isWithinAll(parsed, part, true));
}

/** The newest that fits, plain versions before trial ones; undefined where none does. */
export function newestOf(versions: readonly string[], range: string | undefined): string | undefined {
  const known = versions.filter((version) => valid(version) !== null).sort(rcompare);
  if (range !== undefined && valid(range) !== null)
    return known.find((version) => compare(version, range) === 0 && sameBuild(version, range));
  const fits = (version: string, withTrials: boolean) =>
    (range ?? '*').split('||').some((part) => isWithinAll(version, part, withTrials));
  return (
    known.find((version) => prerelease(version) === null && fits(version, false)) ??
    known.find((version) => fits(version, true))
  );
}

function sameBuild(version: string, range: string): boolean {
  const [, asked] = range.split('+');
  return asked === undefined || version.split('+')[1] === asked;
}

/** Ranges that npm spells otherwise, and what is to be left out of them. */
function isWithinAll(version: string | SemVer, part: string, withTrials: boolean): boolean {
  const spelled = part
    .replaceAll(',', ' ')
    .replaceAll(/([<>=~^!]+)\s+/g, '$1')
    .replaceAll('=>', '>=')
    .replaceAll('=<', '<=')
    .replaceAll(/(?<![\d.])(v?\d+)\.(\d+)-(?=[\w.])/g, '$1.$2.0-')
    .replaceAll(/(?<![\d.-])(v?\d+)-(?=[A-Za-z\d])/g, '$1.0.0-');
  const without = [...spelled.matchAll(/!=(\S+)/g)].map(([, one = '']) => one);
  const wanted = spelled.replaceAll(/!=\S+/g, ' ').trim() || '*';
  if ([wanted, ...without].some((one) => validRange(one) === null)) return false;
  const options = { includePrerelease: withTrials };
  return satisfies(version, wanted, options) && without.every((one) => !satisfies(version, one, options));
}
