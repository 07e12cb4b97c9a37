import type { Json, JsonObject } from '../tools/types.ts';
import type { GivenValues, RenderedChart } from './job.ts';
import { isMap } from './json.ts';
import { setValues } from './set.ts';
import { ChartError } from './types.ts';
import { readYaml } from './yaml.ts';

/** Values as a person gave them. */

const LONGEST = 120;
const MOST_TOLD = 100;
const SECRET =
  /pass(?:word|wd|phrase)?$|secret|token|credential|api_?key|private_?key|access_?key|dsn$|connection_?string/i;
/** They only say where a secret is. */
const REFERENCE =
  /(?:existing_?secrets?\w*|secret_?(?:name|ref|key)|pull_?secrets?)(?:\[\d+\])?(?:\.name)?$|(?:_|(?<=[a-z]))(?:Name|Path|Ttl|Mount)$|\.(?:path|mountPath|ttl)$/i;

/** All of it in one map. Throws ChartError naming lines and keys, and nothing of the content. */
export function valuesGiven({ yaml, set, setText }: GivenValues): JsonObject {
  const values = yaml === undefined ? null : readYaml(yaml, 'values', 'VALUES_INVALID');
  if (values !== null && !isMap(values)) throw new ChartError('VALUES_INVALID', 'The values are no map');
  const into: JsonObject = values ?? {};
  for (const text of set) setValues(text, into);
  for (const text of setText) setValues(text, into, true);
  return into;
}

/** Each value by its path, for people; the value itself is left out where its name speaks of a secret. */
export function toldOf(values: JsonObject): RenderedChart['given'] {
  return leaves(values, '')
    .slice(0, MOST_TOLD)
    .map(({ path, value }) => ({
      path: path.slice(0, LONGEST),
      value: typeof value !== 'boolean' && isSecret(path) ? null : JSON.stringify(value).slice(0, LONGEST),
    }));
}

function leaves(value: Json, path: string): { path: string; value: Json }[] {
  const inner: [string, Json][] = Array.isArray(value)
    ? value.map((one, index) => [`${path}[${index}]`, one])
    : isMap(value)
      ? Object.entries(value).map(([key, one]) => [path === '' ? key : `${path}.${key}`, one])
      : [];
  if (inner.length === 0) return path === '' ? [] : [{ path, value }];
  return inner.flatMap(([at, one]) => leaves(one, at));
}

const isSecret = (path: string) => SECRET.test(path) && !REFERENCE.test(path);
