import { ParseError } from './errors.ts';

const CLASSES: Record<string, string> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\t\\n\\v\\f\\r ',
  punct: '!-\\/:-@\\[-`{-~',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** The RE2 pattern of a matcher as a JavaScript one that must match the whole text. https://github.com/google/re2/wiki/Syntax */
export function anchored(pattern: string): RegExp {
  const source = pattern
    .replace(/\(\?P</g, '(?<')
    .replace(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole)
    .replace(/\\z$/, '');
  const flags = /^\(\?([imsU]+)\)/.exec(source);
  const body = flags ? source.slice(flags[0].length) : source;
  try {
    return new RegExp(`^(?:${body})$`, flags?.[1]?.includes('i') ? 'si' : 's');
  } catch (cause) {
    throw new ParseError(`error parsing regexp: ${pattern}`, { cause });
  }
}

/** Puts the groups of a match into a template, as Go's `Regexp.Expand` does: `$1`, `${name}`, `$$`. */
export function expand(template: string, match: RegExpExecArray): string {
  return template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, plain?: string, braced?: string) => {
    if (whole === '$$') return '$';
    const name = plain ?? braced ?? '';
    return (/^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name]) ?? '';
  });
}
