import { z } from 'zod';
import { isMap } from './json.ts';
import { ChartError } from './types.ts';
import { readYaml } from './yaml.ts';

/** index.yaml of a chart repository. https://helm.sh/docs/topics/chart_repository/#the-index-file */

const text = z.union([z.string(), z.number().transform(String)]);
const entry = z.object({
  name: text,
  version: text,
  appVersion: text.nullish(),
  description: text.nullish(),
  deprecated: z.boolean().nullish(),
  digest: z.string().nullish(),
  urls: z.array(z.string()).min(1),
});

export interface IndexEntry {
  name: string;
  version: string;
  appVersion?: string;
  description?: string;
  deprecated: boolean;
  /** SHA-256 of the packed chart, as hex. */
  digest?: string;
  url: string;
}

const MOST_ENTRIES = 50_000;

/** Its entries; those of another form are left out. Throws ChartError where it is no index at all. */
export function readIndex(source: string): IndexEntry[] {
  const made = source.trimStart().startsWith('{') ? jsonOf(source) : readYaml(source, 'index.yaml');
  if (!isMap(made) || !isMap(made.entries)) throw new ChartError('CHART_INVALID', 'index.yaml has no entries');
  const lists = Object.values(made.entries).filter((list) => Array.isArray(list));
  return lists
    .flat()
    .slice(0, MOST_ENTRIES)
    .flatMap((one) => {
      const parsed = entry.safeParse(one);
      if (!parsed.success) return [];
      const { name, version, appVersion, description, deprecated, digest, urls } = parsed.data;
      return [
        {
          name,
          version,
          ...(appVersion != null && { appVersion }),
          ...(description != null && { description: description.slice(0, 300) }),
          deprecated: deprecated === true,
          ...(digest && { digest: digest.replace(/^sha256:/, '').toLowerCase() }),
          url: urls[0] ?? '',
        },
      ];
    });
}

function jsonOf(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    throw new ChartError('CHART_INVALID', 'index.yaml is neither YAML nor JSON', { cause: error });
  }
}
