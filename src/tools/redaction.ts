import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { isHarmless, looksRandom, secrecyOf } from './secret-names.ts';
import { hideSecrets } from './secret-shapes.ts';
import { shownVariable } from './secret-variables.ts';
import type { Json, JsonObject } from './types.ts';

/** Takes secrets and personal data out of what came in, before a model, a chat, a log or the audit sees it. */
export interface Redactor {
  /** For short texts: it does not pause. The same secret always gets the same placeholder, `<secret:1a>`. */
  text(text: string): string;
  /** A copy without secrets, whatever its size: it pauses often enough for others to go on. */
  object(value: JsonObject): Promise<JsonObject>;
}

/** Whether something holds a placeholder: written down, it would take the place of the secret that it stands for. */
export function holdsPlaceholder(value: Json): boolean {
  return /<secret:[\da-z]+>/.test(JSON.stringify(value));
}

const chunkLength = 32_768;
const rememberedSecrets = 50_000;

/** A redactor with placeholders of its own. They are kept in memory only, as digests. */
export function createRedactor(): Redactor {
  const ids = new Map<string, string>();
  let made = 0;

  function hide(secret: string): string {
    const digest = createHash('sha256').update(secret).digest('base64');
    const id = ids.get(digest) ?? (++made).toString(36);
    ids.set(digest, id);
    if (ids.size > rememberedSecrets) ids.delete(ids.keys().next().value ?? '');
    return `<secret:${id}>`;
  }

  const text = (value: string) => hideSecrets(value, hide);
  return {
    text,
    async object(value) {
      const walk = createWalk(text, hide);
      return walk.object(value);
    },
  };
}

const isNumberSecret = (name: string) => /passw|pwd/i.test(name);

function createWalk(text: (value: string) => string, hide: (secret: string) => string) {
  let sincePause = 0;

  async function string(value: string): Promise<string> {
    let out = '';
    for (const chunk of chunks(value)) {
      sincePause += chunk.length + 50;
      if (sincePause > chunkLength) {
        sincePause = 0;
        await setImmediate();
      }
      out += text(chunk);
    }
    return out;
  }

  function named(name: string, value: string): string | undefined {
    const secrecy = secrecyOf(name);
    if (secrecy === 'plain' || value === '' || isHarmless(value, name)) return undefined;
    return secrecy === 'secret' || looksRandom(value) ? hide(value) : undefined;
  }

  async function any(value: Json, name: string): Promise<Json> {
    if (typeof value === 'string') return named(name, value) ?? string(value);
    if (typeof value === 'number') return isNumberSecret(name) ? hide(String(value)) : value;
    if (typeof value !== 'object' || value === null) return value;
    return Array.isArray(value) ? list(value, name) : object(value);
  }

  async function list(values: Json[], name: string): Promise<Json[]> {
    // Measurements come by the ten thousands, and a turn of the loop for each would hold up everybody else.
    if (!isNumberSecret(name) && values.every((value) => typeof value === 'number')) return [...values];
    const out: Json[] = [];
    for (const [at, value] of values.entries()) {
      const flag = values[at - 1];
      const follows = typeof flag === 'string' && /^(?:-p|--[\w-]*(?:password|passwd|token|secret|key))$/i.test(flag);
      if (follows && typeof value === 'string' && !isHarmless(value, '')) out.push(hide(value));
      else out.push((name === 'env' ? variable(value) : undefined) ?? (await any(value, name)));
    }
    return out;
  }

  /** A variable of a container's environment that has a literal value. */
  function variable(entry: Json): Json | undefined {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return undefined;
    const { name, value } = entry;
    if (typeof name !== 'string' || typeof value !== 'string') return undefined;
    return { ...entry, value: text(shownVariable(name, value, hide)) };
  }

  /** A step of a JSON patch: its path says what the value is called. https://www.rfc-editor.org/rfc/rfc6902 */
  async function patched(path: string, value: Json): Promise<Json> {
    const parts = path.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = parts.at(-1) ?? '';
    const isInEnv = parts.some((part, at) => part === 'env' && /^(?:\d+|-)$/.test(parts[at + 1] ?? ''));
    if (isInEnv && last === 'value' && typeof value === 'string') return text(shownVariable('', value, hide));
    if (isInEnv) return variable(value) ?? any(value, last);
    return any(value, last);
  }

  async function object(value: JsonObject): Promise<JsonObject> {
    const out: [string, Json][] = [];
    const secretKind = value.kind === 'Secret';
    const { name: label, value: labelled, op, path } = value;
    const step = typeof op === 'string' && typeof path === 'string' ? path : undefined;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'managedFields' || key === 'kubectl.kubernetes.io/last-applied-configuration') continue;
      const pair = key === 'value' && typeof label === 'string' && typeof labelled === 'string' ? label : key;
      const hides = secretKind && (key === 'data' || key === 'stringData');
      const shown = () => (step !== undefined && key === 'value' ? patched(step, inner) : any(inner, pair));
      const safe = hides ? hideAll(inner) : await shown();
      out.push([key.length > 15 ? await string(key) : key, safe]);
    }
    return Object.fromEntries(out);
  }

  function hideAll(value: Json): Json {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return hide(JSON.stringify(value));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hide(JSON.stringify(inner))]));
  }

  return { object };
}

/** Pieces of about 32,768 characters that end at a line or a gap between words, and not inside a PEM block of that size. */
function* chunks(text: string): Generator<string> {
  let from = 0;
  while (text.length - from > chunkLength) {
    const to = cutAt(text, from);
    yield text.slice(from, to);
    from = to;
  }
  yield text.slice(from);
}

function cutAt(text: string, from: number): number {
  const limit = from + chunkLength;
  const line = text.lastIndexOf('\n', limit);
  const gap = line > from ? line : text.lastIndexOf(' ', limit);
  const cut = gap > from ? gap + 1 : limit;
  const pem = text.lastIndexOf('-----BEGIN ', cut);
  if (pem < from || text.lastIndexOf('-----END ', cut) > pem) return cut;
  const end = text.indexOf('-----END ', cut);
  const close = end < 0 ? -1 : text.indexOf('-----', end + 9);
  return close < 0 || close - cut > chunkLength ? cut : close + 5;
}
