import { z } from 'zod';
import type { Assembled } from './assemble.ts';
import { type Survey, surveySchema } from './survey.ts';

/**
 * A survey in pages, each small enough that whoever reads it is held up for a few milliseconds only, and in words that no filter for
 * secrets takes offence at: what hides a value behind a field called `key` would hide the keys of taints and selectors.
 */

const pageBytes = 100_000;

const renamed: Record<string, string> = {
  key: 'keyName',
  topologyKey: 'topologyKeyName',
  plainSecrets: 'plainSecretNames',
};
const restored = Object.fromEntries(Object.entries(renamed).map(([name, other]) => [other, name]));
/** Lists whose items have such fields. */
const withKeys = new Set(['nodes', 'shapes', 'budgets', 'volumes', 'configSecrets']);
/** Records whose keys are strangers' words. */
const strangers = new Set(['labels', 'annotations', 'nodeSelector', 'matchLabels', 'volumeLimits', 'extended']);

function rename(value: unknown, names: Record<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      names[name] ?? name,
      strangers.has(name) ? inner : rename(inner, names),
    ]),
  );
}

/** The pages as JSON, at least one. */
export function pagesOf({ shapes, ...rest }: Assembled): string[] {
  const pages: string[] = [];
  let parts = new Map<string, string>();
  let size = 0;
  const flush = () => {
    const texts = [...parts].map(([section, text]) => `${JSON.stringify(section)}:${text}`);
    if (texts.length > 0) pages.push(`{${texts.join(',')}}`);
    parts = new Map();
    size = 0;
  };
  const add = (section: string, text: string) => {
    if (parts.has(section) || (size > 0 && size + text.length > pageBytes)) flush();
    parts.set(section, text);
    size += text.length;
  };
  for (const slice of slices(shapes, (item) => textOf('shapes', item))) add('shapes', slice);
  for (const [section, value] of Object.entries(rest)) {
    if (Array.isArray(value)) for (const slice of slices(value, (item) => textOf(section, item))) add(section, slice);
    else if (section !== 'pods') add(section, JSON.stringify(value));
  }
  for (let from = 0; from === 0 || from < rest.pods.state.length; from += podsOfPage)
    add('pods', JSON.stringify(podsFrom(rest.pods, from)));
  flush();
  return pages;
}

/** Four numbers of up to six digits each. */
const podsOfPage = Math.floor(pageBytes / 28);

function podsFrom({ node, workload, shape, state }: Survey['pods'], from: number): Survey['pods'] {
  const slice = (column: number[]) => column.slice(from, from + podsOfPage);
  return { node: slice(node), workload: slice(workload), shape: slice(shape), state: slice(state) };
}

const textOf = (section: string, item: unknown): string => {
  if (!withKeys.has(section)) return JSON.stringify(item);
  return JSON.stringify(rename(section === 'shapes' ? JSON.parse(String(item)) : item, renamed));
};

/** JSON lists of at most a page each; a single item may be longer. */
function* slices(items: readonly unknown[], text: (item: unknown) => string): Generator<string> {
  let slice: string[] = [];
  let size = 0;
  for (const item of items) {
    const json = text(item);
    if (slice.length > 0 && size + json.length > pageBytes) {
      yield `[${slice.join(',')}]`;
      slice = [];
      size = 0;
    }
    slice.push(json);
    size += json.length + 1;
  }
  yield `[${slice.join(',')}]`;
}

const columns = surveySchema.shape.pods.partial();
const pageSchema = surveySchema.partial().extend({ pods: columns.optional() });

/** Takes pages in their order and gives the survey, once all are there. Throws a ZodError for what is no page. */
export function createJoiner() {
  const joined: Record<string, unknown> = {};
  const pods: Survey['pods'] = { node: [], workload: [], shape: [], state: [] };
  return {
    add(page: Record<string, unknown>): void {
      const named = Object.entries(page).map(([section, value]) => [
        section,
        withKeys.has(section) ? rename(value, restored) : value,
      ]);
      const { pods: some, ...sections } = pageSchema.parse(Object.fromEntries(named));
      for (const column of ['node', 'workload', 'shape', 'state'] as const) append(pods[column], some?.[column] ?? []);
      for (const [section, value] of Object.entries(sections)) {
        const known = joined[section];
        if (Array.isArray(known) && Array.isArray(value)) append(known, value);
        else joined[section] = value;
      }
    },
    /** Every page was parsed already: what is left to see is that no part is missing. */
    survey: (): Survey => whole.parse({ ...joined, pods }) as Survey,
  };
}

/** No spread: the arguments of a call have a limit. */
function append(list: unknown[], more: readonly unknown[]): void {
  for (const item of more) list.push(item);
}

const whole = z.object(Object.fromEntries(Object.keys(surveySchema.shape).map((section) => [section, z.unknown()])));

/** The same without a way in between. */
export function surveyFrom(assembled: Assembled): Survey {
  const shapes = assembled.shapes.map((text) => JSON.parse(text) as unknown);
  return surveySchema.parse({ ...assembled, shapes });
}
