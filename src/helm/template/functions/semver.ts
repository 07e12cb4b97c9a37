import type { TemplateValue } from '../../types.ts';
import { isMap, newMap, ownValue, type TemplateMap } from '../values.ts';
import { satisfies } from './constraints.ts';
import { checked, type Definition, type Parameter, takes, text } from './signature.ts';
import { compareVersions, parseVersion, printVersion, type Version } from './versions.ts';

/** Functions of versions. https://masterminds.github.io/sprig/semver.html */
export const semver: Readonly<Record<string, Definition>> = {
  semver: takes([text], ([value]) => versionValue(parseVersion(value))),
  semverCompare: takes([text, text], ([constraint, version]) => {
    satisfies(constraint, ANY);
    return satisfies(constraint, parseVersion(version));
  }),
};

/** A wrong constraint is complained of before a wrong version. */
const ANY = parseVersion('0.0.0');

/** A version as another version's methods take it. */
const version: Parameter<Version> = {
  type: '*semver.Version',
  read: (value) => {
    const original = isMap(value) ? ownValue(value, 'Original') : undefined;
    const asText = typeof original === 'function' ? original() : undefined;
    return typeof asText === 'string' ? parseVersion(asText) : undefined;
  },
};

/** A version as a value of templates: `.Major`, `.Compare $other`; printed in full. */
function versionValue(made: Version): TemplateMap {
  const { major, minor, patch, prerelease, metadata, original } = made;
  const data = { Major: major, Minor: minor, Patch: patch, Prerelease: prerelease, Metadata: metadata };
  const v = original.startsWith('v') ? 'v' : '';
  const next = (parts: Partial<Version>): TemplateMap => {
    const following = { ...made, prerelease: '', metadata: '', ...parts };
    return versionValue({ ...following, original: v + printVersion(following) });
  };
  const patched = prerelease === '' ? patch + 1n : patch;
  return Object.assign(newMap(), data, {
    String: () => printVersion(made),
    Original: () => original,
    IncPatch: () => next({ patch: patched }),
    IncMinor: () => next({ minor: minor + 1n, patch: 0n }),
    IncMajor: () => next({ major: major + 1n, minor: 0n, patch: 0n }),
    Compare: compared('Compare', (other) => BigInt(compareVersions(made, other))),
    Equal: compared('Equal', (other) => compareVersions(made, other) === 0),
    LessThan: compared('LessThan', (other) => compareVersions(made, other) < 0),
    LessThanEqual: compared('LessThanEqual', (other) => compareVersions(made, other) <= 0),
    GreaterThan: compared('GreaterThan', (other) => compareVersions(made, other) > 0),
    GreaterThanEqual: compared('GreaterThanEqual', (other) => compareVersions(made, other) >= 0),
  });
}

function compared(
  name: string,
  answer: (other: Version) => TemplateValue,
): (...args: TemplateValue[]) => TemplateValue {
  return (...args) => {
    const [other] = checked(name, { parameters: [version] }, args);
    return answer(other as Version);
  };
}
