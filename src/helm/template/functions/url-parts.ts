import { FunctionError } from '../function.ts';
import { bytesOf, textOf } from './bytes.ts';

/** The parts of a URL as Go's net/url names them, unescaped but for the query. https://pkg.go.dev/net/url#URL */
interface UrlParts {
  scheme: string;
  opaque: string;
  /** Escaped. */
  userinfo: string;
  host: string;
  path: string;
  query: string;
  fragment: string;
}

/** A URL in parts; throws in Go's words, but without the URL, which may hold a password. */
export function parseUrl(text: string): UrlParts {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (/[\x00-\x1f\x7f]/.test(text)) throw new FunctionError('net/url: invalid control character in URL');
  const [url, fragment] = cut(text, '#');
  const [scheme, afterScheme] = cutScheme(url);
  const [rest, query] = cut(afterScheme, '?');
  const parts = {
    scheme: scheme.toLowerCase(),
    opaque: '',
    userinfo: '',
    host: '',
    path: '',
    query,
    fragment: unescaped(fragment),
  };
  if (rest === '*' && scheme === '' && text === '*') return { ...parts, path: '*' };
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...parts, opaque: rest };
    if (cut(rest, '/')[0].includes(':')) throw new FunctionError('first path segment in URL cannot contain colon');
  }
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) return { ...parts, path: unescaped(rest) };
  const slash = rest.indexOf('/', 2);
  const authority = rest.slice(2, slash < 0 ? undefined : slash);
  return { ...parts, ...parseAuthority(authority), path: slash < 0 ? '' : unescaped(rest.slice(slash)) };
}

function cut(text: string, by: string): [before: string, after: string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function cutScheme(url: string): [scheme: string, rest: string] {
  if (url.startsWith(':')) throw new FunctionError('missing protocol scheme');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(url)?.[1];
  return scheme === undefined ? ['', url] : [scheme, url.slice(scheme.length + 1)];
}

function parseAuthority(authority: string): { userinfo: string; host: string } {
  const at = authority.lastIndexOf('@');
  const host = parseHost(authority.slice(at + 1));
  return { userinfo: at < 0 ? '' : normalUserinfo(authority.slice(0, at)), host };
}

function parseHost(host: string): string {
  const ipv6 = /^\[([^\]]*)\](.*)$/.exec(host);
  if (host.startsWith('[') && !ipv6) throw new FunctionError("missing ']' in host");
  const port = ipv6 ? (ipv6[2] ?? '') : host.slice(Math.max(host.lastIndexOf(':'), 0)).replace(/^[^:].*$/, '');
  if (!/^(:[0-9]*)?$/.test(port)) throw new FunctionError('invalid port after host');
  return unescaped(host);
}

/** A person and a password, read and written again: https://pkg.go.dev/net/url#Userinfo */
export function normalUserinfo(text: string): string {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) throw new FunctionError('net/url: invalid userinfo');
  const colon = text.indexOf(':');
  const name = escaped(unescaped(colon < 0 ? text : text.slice(0, colon)), USER);
  return colon < 0 ? name : `${name}:${escaped(unescaped(text.slice(colon + 1)), USER)}`;
}

function unescaped(text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) throw new FunctionError('invalid URL escape');
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => textOf(Buffer.from(run.replaceAll('%', ''), 'hex')));
}

/** What stays as it is in each part, besides letters, digits and `-_.~`. */
const USER = '$&+,;=';
const PATH = '$&+,/:;=@';
const HOST = '!$&\'()*+,;=:[]<>"';
const FRAGMENT = '$&+,/:;=?@!()*';

function escaped(text: string, kept: string): string {
  let all = '';
  for (const byte of bytesOf(text)) {
    const character = String.fromCharCode(byte);
    const plain = byte < 0x80 && (/[A-Za-z0-9\-_.~]/.test(character) || kept.includes(character));
    all += plain ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return all;
}

/** The URL of parts: https://pkg.go.dev/net/url#URL.String */
export function printUrl(parts: UrlParts): string {
  const { scheme, opaque, query, fragment } = parts;
  const start = scheme && `${scheme}:`;
  const middle = opaque || hierarchy(parts);
  return `${start}${middle}${query && `?${query}`}${fragment && `#${escaped(fragment, FRAGMENT)}`}`;
}

function hierarchy({ scheme, userinfo, host, path }: UrlParts): string {
  const authority = userinfo || host || (scheme && path) ? `//${userinfo && `${userinfo}@`}${escaped(host, HOST)}` : '';
  const written = path === '*' ? '*' : escaped(path, PATH);
  if (written !== '' && !written.startsWith('/') && host !== '') return `${authority}/${written}`;
  const colon = scheme === '' && authority === '' && cut(written, '/')[0].includes(':');
  return authority + (colon ? './' : '') + written;
}
