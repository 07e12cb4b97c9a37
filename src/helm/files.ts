import { globOf } from './glob.ts';
import { textOf } from './template/functions/bytes.ts';
import type { TemplateValue } from './types.ts';

/** `.Files` of templates: what a chart brings besides templates. https://helm.sh/docs/chart_template_guide/accessing_files/ */

type Files = ReadonlyMap<string, Uint8Array>;
type Method = (...args: TemplateValue[]) => TemplateValue;

/** The files as a map from path to text, with the methods that Helm gives it. What is no text comes through `b64enc` as it was. */
export function filesFor(files: Files): TemplateValue {
  const read = (path: TemplateValue) => {
    const bytes = files.get(String(path));
    return bytes ? textOf(bytes) : '';
  };
  const entries = () => [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  const named = () => entries().map(([path, bytes]) => [path.split('/').at(-1) ?? path, bytes] as const);
  const methods: Record<string, Method> = {
    Get: read,
    GetBytes: read,
    Glob: (pattern) => filesFor(matching(files, String(pattern))),
    Lines: (path) => linesOf(read(path)),
    AsConfig: () => yamlOf(named().map(([name, bytes]) => [name, textOf(bytes)])),
    AsSecrets: () => yamlOf(named().map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')])),
  };
  const map: { [key: string]: TemplateValue } = Object.fromEntries(
    entries().map(([path, bytes]) => [path, textOf(bytes)]),
  );
  return withMethods(map, methods);
}

/** Methods are there to be called, and no part of what is ranged over. */
export function withMethods(map: { [key: string]: TemplateValue }, methods: Record<string, Method>): TemplateValue {
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(map, name, { value, enumerable: false });
  return map;
}

function matching(files: Files, pattern: string): Files {
  try {
    const wanted = globOf(pattern, true);
    return new Map([...files].filter(([path]) => wanted.test(path)));
  } catch {
    return new Map();
  }
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  return text.replace(/\n$/, '').split('\n');
}

/** JSON's strings are YAML's, and keys come sorted. */
function yamlOf(entries: (readonly [string, string])[]): string {
  const sorted = [...new Map(entries)].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([name, text]) => `${keyOf(name)}: ${JSON.stringify(text)}`).join('\n');
}

const keyOf = (name: string) =>
  /^[A-Za-z][\w./-]*$/.test(name) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(name)
    ? name
    : JSON.stringify(name);
