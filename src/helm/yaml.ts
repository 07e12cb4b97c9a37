import { type DocumentOptions, LineCounter, type ParseOptions, parseDocument, type SchemaOptions } from 'yaml';
import type { Json } from '../tools/types.ts';
import { plain } from './json.ts';
import { ChartError } from './types.ts';

/**
 * YAML as Helm reads it: `yes` and `on` are booleans, `0777` is octal, a key that is there twice counts as it is written last,
 * and times stay text. https://pkg.go.dev/sigs.k8s.io/yaml
 */
const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  schema: 'yaml-1.1',
  merge: true,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
  strict: false,
  customTags: (tags) =>
    tags.filter(
      (tag) =>
        typeof tag === 'string' ||
        !(tag.tag === 'tag:yaml.org,2002:timestamp' || ('format' in tag && tag.format === 'TIME')),
    ),
};

/** Anchors can make much out of little. */
const MOST_ALIASES = 1000;

/** Reads one document. Throws ChartError naming the place, and nothing of the content. */
export function readYaml(text: string, place: string, code: ChartError['code'] = 'CHART_INVALID'): Json {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...OPTIONS, lineCounter: lines });
  const [problem] = document.errors;
  if (problem) {
    const line = lines.linePos(problem.pos[0]).line;
    throw new ChartError(code, `${place}:${line}: no YAML (${problem.code})`);
  }
  try {
    return plain(document.toJS({ maxAliasCount: MOST_ALIASES }));
  } catch (error) {
    throw new ChartError(code, `${place}: its anchors cannot be followed`, { cause: error });
  }
}
