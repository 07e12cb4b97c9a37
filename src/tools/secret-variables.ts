import { isHarmless, looksRandom, plainVariables, secrecyOf } from './secret-names.ts';

/** Literal values of environment variables: hidden, unless the name or the shape says that they are worth reading. */

type Hide = (secret: string) => string;

const label = '[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?';
const host = `${label}(?:\\.${label}){0,9}\\.?`;
const place = `(?:${host}|\\[[0-9a-f:.]{2,45}\\])`;
const port = ':\\d{1,5}';
const url = new RegExp(
  `^((?:jdbc:)?[a-z][a-z0-9+.-]{1,20}://)([^\\s/]{1,300}@)?(${place}(?:${port})?(?:,${place}(?:${port})?){0,9})((?:/[\\w.~%-]{0,64}){0,12})(?:([?;])(\\S{1,2000}))?$`,
  'i',
);
/** https://github.com/go-sql-driver/mysql#dsn-data-source-name */
const dsn = new RegExp(
  `^([^\\s/@]{1,300}@)?((?:tcp|udp)\\(${place}(?:${port})?\\)/[\\w.-]{0,64})(?:(\\?)(\\S{1,2000}))?$`,
  'i',
);
const withPort = new RegExp(`^${place}${port}(?:,${place}${port}){0,9}$`, 'i');
const dotted = new RegExp(`^${label}(?:\\.${label}){1,9}\\.?$`);
const bare = new RegExp(`^${label}$`);
const addressNames =
  /(?:^|[_.-])(?:ADDR(?:ESS)?(?:ES)?|ENDPOINTS?|SERVICE|URLS?|URIS?|HOSTS?|SERVERS?|BROKERS|UPSTREAM|DSN)$/i;
const number = /^(?:-?\d+(?:\.\d+)?|true|false)$/i;

/** What is shown of a literal value: all of it, an address without its credentials and its query, or a placeholder. */
export function shownVariable(name: string, value: string, hide: Hide): string {
  if (value === '' || plainVariables.test(name) || isHarmless(value, name)) return value;
  const secrecy = secrecyOf(name);
  const isAddress = addressNames.test(name);
  if (secrecy === 'secret' || (secrecy === 'maybe' && !isAddress)) return hide(value);
  if (number.test(value)) return value;
  return addressIn(value, isAddress, hide) ?? hide(value);
}

/** An address with its user information and its query hidden. Undefined for what is not plainly one. */
function addressIn(value: string, isNamed: boolean, hide: Hide): string | undefined {
  if (value.length > 3_000) return undefined;
  const [, scheme, user, hosts = '', path = '', mark = '', query] = url.exec(value) ?? [];
  if (scheme !== undefined) {
    if ([...hosts.split(/[.,:]/), ...path.split('/')].some(isToken)) return undefined;
    return `${scheme}${hidden(user, hide)}${hosts}${path}${query === undefined ? '' : `${mark}${hide(query)}`}`;
  }
  const [, name, where, question = '', options] = dsn.exec(value) ?? [];
  if (where !== undefined)
    return `${hidden(name, hide)}${where}${options === undefined ? '' : `${question}${hide(options)}`}`;
  const isPlain = withPort.test(value) || dotted.test(value) || (isNamed && bare.test(value));
  return isPlain && !value.split(/[.,:]/).some(isToken) ? value : undefined;
}

const hidden = (user: string | undefined, hide: Hide): string => (user ? `${hide(user.slice(0, -1))}@` : '');

/** A part of an address that could as well be a key: long, of letters and digits, without a word in it. */
function isToken(part: string): boolean {
  if (part.length < 12) return false;
  const mixed = /\d/.test(part) && /[a-z]/.test(part) && /[A-Z]/.test(part);
  const solid = part.length >= 16 && /\d/.test(part) && /^[a-z0-9]+$/i.test(part) && /[a-z]/i.test(part);
  return mixed || solid || looksRandom(part) || /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(part);
}

const nameLine = /(?:^|[^\w.-])name: ["']?([\w.-]{1,80})["']?[ \t\r]*$/;
const valueLine = /^([-+ ]?[ \t]+value: )(\S[^\n]*)$/;
/** Upper case, as variables are named and little else is. */
const variableName = /^[A-Z][A-Z0-9_]*$/;

/** Whether a name and a value beside each other are a variable by the look of the name. */
export const isVariableName = (name: string): boolean => variableName.test(name);

/** Variables as YAML writes them below each other, also where a unified diff has marks before its lines. */
export function hideVariableLines(text: string, hide: Hide): string {
  if (!text.includes('value: ') || !text.includes('name: ')) return text;
  let variable: string | undefined;
  let block: { indent: number; hides: boolean } | undefined;
  const lines = text.split('\n').map((line) => {
    const indent = line.replace(/^[-+]/, ' ').search(/\S/);
    if (block && (indent < 0 || indent > block.indent))
      return block.hides && indent >= 0 ? line.slice(0, indent) + hide(line.slice(indent)) : line;
    block = undefined;
    const [, before, value = ''] = valueLine.exec(line) ?? [];
    if (before === undefined || variable === undefined) {
      variable = nameLine.exec(line)?.[1];
      return line;
    }
    if (/^[|>][-+\d]{0,2}\s*$/.test(value)) {
      block = { indent, hides: !isKept(variable) };
      return line;
    }
    return before + shownValue(variable, value, hide);
  });
  return lines.join('\n');
}

/** Whether what a name has for a value is left as it is. */
function isKept(name: string): boolean {
  return plainVariables.test(name) || !(isVariableName(name) || secrecyOf(name) === 'secret');
}

function shownValue(name: string, written: string, hide: Hide): string {
  const text = written.trimEnd();
  const quote = text.length > 1 && /^["']/.test(text) && text.endsWith(text.charAt(0)) ? text.charAt(0) : '';
  const value = text.slice(quote.length, text.length - quote.length);
  if (isKept(name) || value.startsWith('<secret:')) return written;
  return `${quote}${shownVariable(name, value, hide)}${quote}${written.slice(text.length)}`;
}
