import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Liquid } from 'liquidjs';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { Config } from '../config.ts';
import type { Views } from '../conversations/ports.ts';
import type { JsonObject } from '../tools/types.ts';
import { ROOT } from './ground.ts';

/**
 * Blueprints: manifests with places for values, in templates/blueprints and in the team's own folder. Whatever stands in double
 * braces is written as JSON, so that a value never becomes structure. https://liquidjs.com/tutorials/options.html
 */

const MOST_OBJECTS = 30;
const json = z.record(z.string(), z.json());
const asked = z.object({ blueprint: z.string().max(63), values: json });
const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

/** A blueprint that cannot be used: its template, or what came out of it, is wrong. */
export class BlueprintError extends Error {
  readonly code = 'BLUEPRINT_INVALID';
}

/** The texts of all blueprints by name: the house's, and the team's own, of which one of the same name takes the place of the house's. */
export function readBlueprints({
  DATA_DIR,
  BLUEPRINTS_DIR = join(DATA_DIR, 'blueprints'),
}: Pick<Config, 'DATA_DIR' | 'BLUEPRINTS_DIR'>): Map<string, string> {
  return new Map([...readFolder(join(ROOT, 'templates/blueprints')), ...readFolder(BLUEPRINTS_DIR)]);
}

function readFolder(folder: string): [string, string][] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => /^[a-z][a-z0-9-]*\.yaml$/.test(file));
  return files.sort().map((file) => [file.slice(0, -'.yaml'.length), readFileSync(join(folder, file), 'utf8')]);
}

/** The views of releases: `copilot_blueprint`, a blueprint filled with values, and `copilot_time_zone`, in which a day is meant here. */
export function createBlueprintViews(blueprints: ReadonlyMap<string, string>, timeZone: string): Views {
  return {
    async copilot_time_zone() {
      return { ok: true, data: { timeZone } };
    },
    async copilot_blueprint(args) {
      const { blueprint, values } = asked.parse(args);
      const text = blueprints.get(blueprint);
      const names = [...blueprints.keys()];
      if (text === undefined)
        return refused('NOT_FOUND', `There is no blueprint ${blueprint}. There are: ${names.join(', ')}`);
      try {
        return { ok: true, data: { objects: renderBlueprint(text, values, blueprint), names } };
      } catch (error) {
        if (error instanceof BlueprintError) return refused(error.code, error.message);
        throw error;
      }
    },
  };
}

const refused = (code: string, message: string) => ({
  ok: false as const,
  error: { code, message, retryable: false, ambiguous: false },
});

/** The objects of a blueprint. Throws BlueprintError where a value is missing that it names, or what comes out is no manifest. */
export function renderBlueprint(text: string, values: JsonObject, name = 'blueprint'): JsonObject[] {
  const filled = withConfigName(values);
  let yaml: string;
  try {
    yaml = engine().parseAndRenderSync(text, filled);
  } catch (error) {
    throw new BlueprintError(`The blueprint ${name} cannot be filled: ${String(error)}`, { cause: error });
  }
  const documents = parseAllDocuments(yaml, { merge: false, uniqueKeys: true });
  if (!Array.isArray(documents)) return [];
  if (documents.length > MOST_OBJECTS)
    throw new BlueprintError(`The blueprint ${name} makes more than ${MOST_OBJECTS}`);
  return documents.flatMap((document) => {
    const [problem] = document.errors;
    if (problem)
      throw new BlueprintError(`The blueprint ${name} makes no YAML: ${problem.message}`, { cause: problem });
    const made: unknown = document.toJS({ maxAliasCount: 0 });
    if (made === null) return [];
    const parsed = object.safeParse(made);
    if (!parsed.success)
      throw new BlueprintError(`The blueprint ${name} makes something that is no object of Kubernetes`);
    return [json.parse(JSON.parse(JSON.stringify(made)))];
  });
}

/** A ConfigMap is named after what is in it: another release reads another one, and going back finds the old one. */
function withConfigName(values: JsonObject): JsonObject {
  const { config, name } = values;
  if (config === null || typeof config !== 'object' || Array.isArray(config)) return values;
  const sorted = Object.entries(config).sort(([one], [other]) => (one < other ? -1 : 1));
  const digest = createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 8);
  const configName = `${String(name)}-config-${digest}`;
  const envFrom = Array.isArray(values.envFrom) ? values.envFrom : [];
  return { ...values, configName, envFrom: [{ configMapRef: { name: configName } }, ...envFrom] };
}

let made: Liquid | undefined;

/** Made at the first release: the engine is not needed before. */
function engine(): Liquid {
  if (made) return made;
  const require = createRequire(import.meta.url);
  const { Liquid } = require('liquidjs') as typeof import('liquidjs');
  made = new Liquid({
    ownPropertyOnly: true,
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    templates: {},
    outputEscape: asJson,
    parseLimit: 1e6,
    renderLimit: 2000,
    memoryLimit: 1e7,
  });
  // A value that is not written as JSON could be anything.
  made.registerFilter('raw', () => {
    throw new BlueprintError('The filter raw is not allowed: a value is always written as JSON');
  });
  return made;
}

/** Characters that YAML takes for breaks, or does not print, are written by their numbers. */
const UNPRINTABLE = /[\u007f-\u00a0\u2028\u2029\ufeff\ufff0-\uffff]/g;

function asJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
