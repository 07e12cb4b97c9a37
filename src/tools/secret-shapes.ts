import { isHarmless, looksRandom, secrecyOf } from './secret-names.ts';
import { hideVariableLines, isVariableName, shownVariable } from './secret-variables.ts';

/** Finds secrets in free text. Every repetition is bounded or cannot fail after it began, so the time is linear in the length. */

type Hide = (secret: string) => string;

/** The text with every secret that is found handed to `hide`. */
export function hideSecrets(text: string, hide: Hide): string {
  return hideBase64(hidePlain(hideVariableLines(hidePem(text, hide), hide), hide), hide);
}

function hidePlain(text: string, hide: Hide): string {
  let out = hidePem(text, hide);
  for (const { needs, pattern, safe } of shapes) {
    if (needs && !needs.test(out)) continue;
    out = out.replace(pattern, (whole: string, ...groups: unknown[]) => {
      const [before, secret] = [groups[0], groups[1]];
      if (typeof before !== 'string' || typeof secret !== 'string') return hide(whole);
      if (secret === '' || secret.startsWith('<secret:') || safe?.(secret)) return whole;
      return before + hide(secret) + whole.slice(before.length + secret.length);
    });
  }
  return hideNamed(out, hide);
}

const pemBegin = /-----BEGIN ([A-Z0-9 ]{1,60})-----/g;

/** PEM blocks but certificates and public keys, whole; one without an end goes to the end of the text. */
function hidePem(text: string, hide: Hide): string {
  let out = '';
  let from = 0;
  for (const begin of text.matchAll(pemBegin)) {
    const label = begin[1] ?? '';
    if (begin.index < from || /CERTIFICATE|PUBLIC KEY/.test(label)) continue;
    const end = `-----END ${label}-----`;
    const at = text.indexOf(end, begin.index);
    const to = at < 0 ? text.length : at + end.length;
    out += text.slice(from, begin.index) + hide(text.slice(begin.index, to));
    from = to;
  }
  return out + text.slice(from);
}

interface Shape {
  /** A cheap look whether the text can hold the shape at all. */
  needs?: RegExp;
  /** No groups: all of it is the secret. Two groups: what stays before the secret, and the secret. */
  pattern: RegExp;
  safe?: (secret: string) => boolean;
}

const prefixed = [
  'LTAI[0-9A-Za-z]{12,30}',
  'STS\\.[0-9A-Za-z]{16,200}',
  'A[KS]IA[0-9A-Z]{16}',
  'xox[abceprs](?:\\.xox[abceprs])?-[\\w-]{10,400}',
  'xapp-\\d-[\\w-]{10,400}',
  'SEC[0-9a-f]{64}',
  'gh[oprsu]_[0-9A-Za-z]{30,255}',
  'github_pat_\\w{22,255}',
  'glpat-[\\w-]{20,255}',
  'npm_[0-9A-Za-z]{36}',
  'pypi-[\\w-]{16,400}',
  'AIza[\\w-]{35}',
  'ya29\\.[\\w-]{20,400}',
  '[rs]k_(?:live|test)_\\w{16,255}',
  'whsec_\\w{16,255}',
  'SK[0-9a-f]{32}',
  'SG\\.[\\w-]{16,64}\\.[\\w-]{16,128}',
  'hvs\\.[\\w-]{20,400}',
  'dckr_pat_[\\w-]{20,255}',
  'glsa_\\w{20,255}',
  'hf_[0-9A-Za-z]{30,255}',
  'sk-(?=[\\w-]{0,60}\\d)[\\w-]{20,400}',
  'eyJ[\\w-]{8,8000}\\.[\\w-]{8,8000}(?:\\.[\\w-]{0,8000}){0,3}',
].join('|');

const words = (secret: string): boolean => /^[a-z-]+$/.test(secret);

const shapes: Shape[] = [
  { pattern: new RegExp(`(?<![0-9A-Za-z])(?:${prefixed})`, 'g') },
  { needs: /hooks\.slack|robot\/send/, pattern: /(hooks\.slack\.com\/[a-z]{1,20}\/)([\w/-]{10,200})/g },
  // A user name may hold no colon; a password may hold anything but white space, quotes and slashes.
  { needs: /:\/\//, pattern: /(:\/\/[^\s:/@"'<>]{0,100}:)([^\s"'<>/]{1,300})(?=@[\w.[-])/g },
  { needs: /:\/\//, pattern: /(:\/\/)([\w.~-]{16,300})(?=@[\w.[-])/g },
  { needs: /@(?:tcp|unix)\(/, pattern: /((?<!<)\b\w{1,60}:)([^\s@"']{1,200})(?=@(?:tcp|unix)\()/g },
  { needs: /:thin:/, pattern: /(:thin:[^\s/@]{1,60}\/)([^\s@]{1,200})(?=@)/g },
  {
    needs: /authorization/i,
    pattern:
      /(authorization["'\\]{0,4}[ \t]{0,8}[:=][ \t]{0,8}["'\\]{0,4}(?:[A-Za-z0-9-]{1,30} )?)([^\s"'\\]{4,8000})/gi,
    safe: words,
  },
  { needs: /be?a(?:rer|sic)/i, pattern: /(\b(?:bearer|basic)[ \t]{1,4})([\w.~+/=-]{8,8000})/gi, safe: words },
  {
    needs: /cookie/i,
    pattern: /(\b(?:set-)?cookie["'\\]{0,4}[ \t]{0,4}[:=][ \t]{0,4}["'\\]{0,4})([^\n\r"'\\]{4,8000})/gi,
  },
  { needs: /secret/i, pattern: /(access[_ -]?key[_ -]?secret\W{1,6})([0-9A-Za-z]{30})(?![0-9A-Za-z])/gi },
  {
    needs: /--?[a-z]/i,
    pattern: /(--[\w-]{0,40}(?:password|passwd|token|secret|key)[ \t]{1,4}["']?)([^\s"'-][^\s"']{0,400})/gi,
    safe: (secret) => isHarmless(secret, ''),
  },
  {
    needs: /\s-[pu]/,
    pattern:
      /(\b(?:mysql|mysqldump|mysqladmin|sshpass|docker login|curl)\b[^\n]{0,120}?[ \t](?:-p[ \t]?|-u[ \t]{0,4}[^\s:"']{1,60}:)["']?)([^\s"']{2,200})/g,
  },
  {
    needs: /\./,
    pattern: /(?<![\w./-])[a-z0-9]{6}\.(?=[a-z0-9]{0,15}\d)(?=[a-z0-9]{0,15}[a-z])[a-z0-9]{16}(?![\w./-])/g,
  },
  {
    needs: /@/,
    pattern:
      /((?<![\w.%+/-]))([\w.%+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,4}(?!service|socket|target|timer|slice|mount|local\b)[a-z]{2,10})(?![\w(-])/gi,
    safe: (mail) => mail.startsWith('git@'),
  },
  {
    needs: /86|手机|电话|phone|mobile|tel/i,
    pattern:
      /((?:\+86[ -]?|(?:手机|电话|phone|mobile|tel)[\w"'号码]{0,10}[ \t]{0,4}[:=：][ \t]{0,4}["']?))(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)/gi,
  },
  {
    needs: /\d{17}/,
    pattern: /((?<![\w.-]))([1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])(?![\w.-])/g,
    safe: (id) => !isResidentId(id),
  },
  {
    needs: /\d{4}/,
    pattern: /((?<![\w.-]))((?:62\d{2}|4\d{3}|5[1-5]\d{2})(?:[ -]?\d{4}){3}\d{0,3})(?![\w.-])/g,
    safe: (card) => !passesLuhn(card),
  },
];

function isResidentId(id: string): boolean {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(id[at]), 0);
  return '10X98765432'[sum % 11] === id[17]?.toUpperCase();
}

function passesLuhn(card: string): boolean {
  const digits = card.replace(/\D/g, '').split('').reverse().map(Number);
  const sum = digits.reduce(
    (total, digit, at) => total + (at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2),
    0,
  );
  return sum % 10 === 0;
}

const name =
  '(?:pass(?:word|wd|phrase)?|creds|pwd|secret|token|key|credential|auth|signature|sig|session|salt|conn(?:ection)?[_-]?string|dockerconfigjson|dockercfg|sk|ak|密码|口令|密钥)';
const quote = '["\'\\\\]{0,4}';
const value =
  '(?:"((?:[^"\\\\\\n]|\\\\.){1,4096})|\'([^\'\\n]{1,4096})|\\\\"((?:[^"\\\\\\n]){1,4096})|([^\\s"\'\\\\,;&)}\\]|<]{1,4096}))';
const named = new RegExp(
  `((?!(?<=<)secret:)${name}[\\w.-]{0,40}${quote}[ \\t]{0,40}(?:=>|:=|[:=：>])[ \\t]{0,40}(?:[|>][-+]?[ \\t]{0,4}\\n[ \\t]{0,40})?)${value}`,
  'gi',
);
const pair = new RegExp(
  `(\\bname${quote}[ \\t]{0,4}[:=][ \\t]{0,4}${quote}([\\w.-]{1,80})${quote},?\\s{0,40}${quote}value${quote}[ \\t]{0,4}[:=][ \\t]{0,4})${value}`,
  'gi',
);
const nameEnd = /[\w.-]{0,60}$/;
const nameStart = /^[\w.\-\u4e00-\u9fff]{1,100}/;

/** Values that stand beside a name that announces a secret. */
function hideNamed(text: string, hide: Hide): string {
  const beside = text.replace(named, (whole: string, before: string, ...rest: unknown[]) => {
    const at = Number(rest[4]);
    const start = nameEnd.exec(text.slice(Math.max(0, at - 60), at))?.[0] ?? '';
    const full = start + (nameStart.exec(before)?.[0] ?? '');
    if (text[at - start.length - 1] === '/' && /[\w.-]:$/.test(before) && isTag(rest[3])) return whole;
    if (isSentence(full, before, rest[3], text.slice(at + whole.length, at + whole.length + 2))) return whole;
    return hideValue(whole, before, full, rest.slice(0, 4), hide);
  });
  return beside.replace(pair, (whole: string, before: string, full: string, ...rest: unknown[]) =>
    isVariableName(full)
      ? hideVariable(whole, before, full, rest.slice(0, 4), hide)
      : hideValue(whole, before, full, rest.slice(0, 4), hide),
  );
}

/** Errors that are told one after the other: `failed to fetch token: serviceaccounts "app" not found`. */
const isSentence = (full: string, before: string, value: unknown, after: string): boolean =>
  typeof value === 'string' &&
  before.endsWith(': ') &&
  /^[a-z]{2,20}$/.test(value) &&
  /^ ["'a-z]/.test(after) &&
  !/pass|pwd|creds|密码|口令/i.test(full);

/** The tag of an image whose name speaks of secrets: `…/external-secrets:v0.9.13`. */
const isTag = (value: unknown): boolean =>
  typeof value === 'string' && value.length < 40 && /^\w[\w.-]*$/.test(value) && !looksRandom(value);

function hideVariable(whole: string, before: string, full: string, groups: unknown[], hide: Hide): string {
  const value = groups.find((group) => typeof group === 'string');
  // Below each other they have been looked at already.
  if (value === undefined || value.includes('<secret:') || /\n[-+ ]?[ \t]*value:/.test(whole)) return whole;
  return before + whole.slice(before.length, whole.length - value.length) + shownVariable(full, value, hide);
}

function hideValue(whole: string, before: string, full: string, groups: unknown[], hide: Hide): string {
  const secret = groups.find((group) => typeof group === 'string');
  if (secret === undefined) return whole;
  const secrecy = secrecyOf(full);
  if (secrecy === 'plain' || isHarmless(secret, full) || secret.includes('<secret:')) return whole;
  if (secrecy === 'maybe' && !looksRandom(secret)) return whole;
  const opening = whole.slice(before.length, whole.length - secret.length);
  return before + opening + hide(secret);
}

const base64 = /[\w+/-]{16,}={0,2}/g;

/** Base64 of a text that holds a secret itself. */
function hideBase64(text: string, hide: Hide): string {
  return text.replace(base64, (run) => {
    if (!/[A-Z]/.test(run) || !/[a-z]/.test(run) || !isPrintable(run.slice(0, 64))) return run;
    const decoded = Buffer.from(run, 'base64').toString();
    let found = false;
    hidePlain(decoded, () => {
      found = true;
      return '';
    });
    return found ? hide(run) : run;
  });
}

function isPrintable(beginning: string): boolean {
  const bytes = Buffer.from(beginning.slice(0, beginning.length & ~3), 'base64');
  return bytes.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte !== 127));
}
