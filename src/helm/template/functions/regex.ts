import { RE2JS, RE2JSException } from 're2js';
import { FunctionError, type FunctionWorld } from '../function.ts';
import { quoteText } from '../text-formats.ts';
import { count, type Definition, takes, text } from './signature.ts';

/** Go's own expressions (RE2): matching takes a time that grows with the text only. https://pkg.go.dev/regexp */
const compiled = new Map<string, RE2JS>();
const MOST_COMPILED = 200;
/** Instructions of a program times characters that count as one step of work. */
const PER_STEP = 100;

/** Functions of regular expressions; of those without `must` only the match keeps silent about a wrong expression. */
export const regex: Readonly<Record<string, Definition>> = {
  regexMatch: takes([text, text], ([pattern, value], world) => matches(pattern, value, world)),
  mustRegexMatch: takes([text, text], ([pattern, value], world) => ready({ pattern, value }, world).test(value)),
  regexQuoteMeta: takes([text], ([value]) => value.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')),
  ...expressions('regex', (pattern, error) => `regexp: Compile(${quotePattern(pattern)}): ${error}`),
  ...expressions('mustRegex', (_, error) => error),
};

type Complaint = (pattern: string, error: string) => string;

function expressions(prefix: string, complain: Complaint): Record<string, Definition> {
  const one = [text, text] as const;
  return {
    [`${prefix}Find`]: takes(one, ([pattern, value], world) => {
      const expression = ready({ pattern, value, complain }, world);
      return found({ expression, value, most: 1 }, world)[0]?.groups[0] ?? '';
    }),
    [`${prefix}FindAll`]: takes([text, text, count], ([pattern, value, most], world) => {
      const expression = ready({ pattern, value, complain }, world);
      return found({ expression, value, most }, world).map(({ groups }) => groups[0] ?? '');
    }),
    [`${prefix}ReplaceAll`]: takes([text, text, text], ([pattern, value, replacement], world) => {
      const expression = ready({ pattern, value, complain }, world);
      return replaced(
        found({ expression, value, most: -1 }, world),
        { value, by: expansion(replacement, expression) },
        world,
      );
    }),
    [`${prefix}ReplaceAllLiteral`]: takes([text, text, text], ([pattern, value, replacement], world) => {
      const expression = ready({ pattern, value, complain }, world);
      return replaced(found({ expression, value, most: -1 }, world), { value, by: () => replacement }, world);
    }),
    [`${prefix}Split`]: takes([text, text, count], ([pattern, value, most], world) => {
      const expression = ready({ pattern, value, complain }, world);
      return split({ expression, value, most }, world);
    }),
  };
}

function matches(pattern: string, value: string, world: FunctionWorld): boolean {
  try {
    return ready({ pattern, value }, world).test(value);
  } catch (error) {
    if (error instanceof PatternError) return false;
    throw error;
  }
}

class PatternError extends FunctionError {}

interface Matching {
  pattern: string;
  value: string;
  complain?: Complaint;
}

/** A compiled expression whose work on a text was counted. */
function ready({ pattern, value, complain = (_, error) => error }: Matching, world: FunctionWorld): RE2JS {
  const expression = compiled.get(pattern) ?? compile(pattern, complain, world);
  world.work((expression.programSize() * value.length) / PER_STEP);
  return expression;
}

function compile(pattern: string, complain: Complaint, world: FunctionWorld): RE2JS {
  world.work(pattern.length);
  const expression = parse(pattern, complain);
  world.work(expression.programSize() / PER_STEP);
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  compiled.set(pattern, expression);
  return expression;
}

function parse(pattern: string, complain: Complaint): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSException) throw new PatternError(complain(pattern, error.message));
    throw error;
  }
}

function quotePattern(pattern: string): string {
  return /[`\p{Cc}]/u.test(pattern) ? quoteText(pattern) : `\`${pattern}\``;
}

interface Found {
  start: number;
  end: number;
  groups: (string | null)[];
}

interface Search {
  expression: RE2JS;
  value: string;
  most: number;
}

/** Steps of work that a match counts as: it is kept with its groups. */
const STEPS_PER_MATCH = 4;

/** Matches from left to right, at most so many if not below zero; none that is empty just after another. */
function found({ expression, value, most }: Search, world: FunctionWorld): Found[] {
  const matcher = expression.matcher(value);
  const all: Found[] = [];
  while (all.length !== most && matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (start === end && all.at(-1)?.end === start) continue;
    const length = matcher.groupCount() + 1;
    world.work(STEPS_PER_MATCH + length);
    all.push({ start, end, groups: Array.from({ length }, (_, place) => matcher.group(place)) });
  }
  return all;
}

interface Replacing {
  value: string;
  by: (match: Found) => string;
}

function replaced(all: Found[], { value, by }: Replacing, world: FunctionWorld): string {
  let text_ = '';
  let at = 0;
  for (const match of all) {
    const piece = value.slice(at, match.start) + by(match);
    world.grow(piece.length);
    text_ += piece;
    at = match.end;
  }
  return text_ + value.slice(at);
}

/** `$1`, `${1}`, `$name` and `${name}` are what the group matched, `$$` is `$`. https://pkg.go.dev/regexp#Regexp.Expand */
function expansion(template: string, expression: RE2JS): (match: Found) => string {
  const names = expression.namedGroups();
  return ({ groups }) =>
    template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (all, bare?: string, braced?: string) => {
      const name = bare ?? braced;
      if (name === undefined) return all.slice(1);
      const place = /^\d+$/.test(name) ? Number(name) : Object.hasOwn(names, name) ? names[name] : undefined;
      return place === undefined ? '' : (groups[place] ?? '');
    });
}

/** https://pkg.go.dev/regexp#Regexp.Split */
function split(search: Search, world: FunctionWorld): string[] {
  const { expression, value, most } = search;
  if (most === 0) return [];
  if (expression.pattern() !== '' && value === '') return [''];
  const parts: string[] = [];
  let begin = 0;
  let end = 0;
  for (const match of found(search, world)) {
    if (most > 0 && parts.length === most - 1) break;
    end = match.start;
    if (match.end !== 0) parts.push(value.slice(begin, end));
    begin = match.end;
  }
  return end === value.length ? parts : [...parts, value.slice(begin)];
}
