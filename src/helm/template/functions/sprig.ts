import type { TemplateFunction } from '../function.ts';
import { certificates } from './certificates.ts';
import { crypto } from './crypto.ts';
import { dates } from './dates.ts';
import { dicts } from './dicts.ts';
import { encoding } from './encoding.ts';
import { lists } from './lists.ts';
import { math } from './math.ts';
import { paths } from './paths.ts';
import { random } from './random.ts';
import { regex } from './regex.ts';
import { semver } from './semver.ts';
import { named } from './signature.ts';
import { strings } from './strings.ts';
import { types } from './types.ts';
import { urls } from './urls.ts';

const groups = [
  strings,
  lists,
  dicts,
  math,
  types,
  dates,
  encoding,
  regex,
  semver,
  paths,
  urls,
  random,
  crypto,
  certificates,
];

/**
 * The functions of sprig 3.3 that Helm has and that are not its own: no environment, and no JSON, which the engine
 * writes and reads itself. https://masterminds.github.io/sprig/
 */
export const sprigFunctions: Readonly<Record<string, TemplateFunction>> = Object.fromEntries(
  groups.flatMap((group) => Object.entries(group).map(([name, definition]) => [name, named(name, definition)])),
);
