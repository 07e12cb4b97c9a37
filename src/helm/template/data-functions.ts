import type { TemplateValue } from '../types.ts';
import { ChartError } from '../types.ts';
import { readYaml } from '../yaml.ts';
import { TooLarge } from './bounds.ts';
import { wrongType } from './builtins.ts';
import { ArgumentError, FunctionError, type TemplateFunction } from './function.ts';
import { readJson, writeJson } from './json.ts';
import { readToml, writeToml } from './toml.ts';
import { isMap, newMap, typeOf } from './values.ts';
import { writeYaml, writeYamlPretty } from './yaml.ts';

type Write = (value: TemplateValue) => string;
type Read = (text: string) => TemplateValue;

const json: Write = (value) => writeJson(value, { escapesHtml: true, indented: false });
const prettyJson: Write = (value) => writeJson(value, { escapesHtml: true, indented: true });
const rawJson: Write = (value) => writeJson(value, { escapesHtml: false, indented: false });

/** Helm reads YAML by way of JSON, and its errors say so. */
const OF_YAML = 'error unmarshaling JSON: while decoding JSON: ';

/** Helm's and sprig's functions between values and YAML, JSON and TOML. https://helm.sh/docs/chart_template_guide/function_list/ */
export const dataFunctions: Readonly<Record<string, TemplateFunction>> = {
  toYaml: lenient('toYaml', writeYaml),
  mustToYaml: strict('mustToYaml', writeYaml),
  toYamlPretty: lenient('toYamlPretty', writeYamlPretty),
  fromYaml: reading('fromYaml', asMap(yaml, OF_YAML), mapOfError),
  fromYamlArray: reading('fromYamlArray', asList(yaml, OF_YAML), listOfError),
  toJson: lenient('toJson', json),
  mustToJson: strict('mustToJson', json),
  toPrettyJson: lenient('toPrettyJson', prettyJson),
  mustToPrettyJson: strict('mustToPrettyJson', prettyJson),
  toRawJson: strict('toRawJson', rawJson),
  mustToRawJson: strict('mustToRawJson', rawJson),
  fromJson: reading('fromJson', asMap(readJson), mapOfError),
  fromJsonArray: reading('fromJsonArray', asList(readJson), listOfError),
  mustFromJson: reading('mustFromJson', readJson, rethrow),
  // Where it cannot write, Helm's toToml answers with the reason.
  toToml: (args) => attempt(() => writeToml(one(args, 'toToml')), String),
  mustToToml: strict('mustToToml', writeToml),
  fromToml: reading('fromToml', asMap(readToml), mapOfError),
};

function one(args: TemplateValue[], name: string): TemplateValue {
  if (args.length !== 1) throw new ArgumentError(`wrong number of args for ${name}: want 1 got ${args.length}`);
  return args[0];
}

function attempt(work: () => TemplateValue, otherwise: (reason: string, error: FunctionError) => TemplateValue) {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FunctionError) || error instanceof ArgumentError || error instanceof TooLarge) throw error;
    return otherwise(error.message, error);
  }
}

/** What cannot be written is nothing, as in Helm. */
function lenient(name: string, write: Write): TemplateFunction {
  return (args, world) =>
    grown(world, () =>
      attempt(
        () => write(one(args, name)),
        () => '',
      ),
    );
}

function strict(name: string, write: Write): TemplateFunction {
  return (args, world) => grown(world, () => write(one(args, name)));
}

/** What was written counts as work, so that many large values come to an end. */
function grown(world: Parameters<TemplateFunction>[1], work: () => TemplateValue): TemplateValue {
  const written = work();
  if (typeof written === 'string') world.work(written.length / CHARACTERS_PER_STEP);
  return written;
}

const CHARACTERS_PER_STEP = 100;

function reading(
  name: string,
  read: Read,
  otherwise: (reason: string, error: FunctionError) => TemplateValue,
): TemplateFunction {
  return (args, world) => {
    const text = one(args, name);
    if (typeof text !== 'string') throw new ArgumentError(wrongType(text, 'string'));
    world.work(text.length / CHARACTERS_PER_STEP);
    return attempt(() => read(text), otherwise);
  };
}

function yaml(text: string): TemplateValue {
  try {
    return readYaml(text, 'yaml');
  } catch (error) {
    if (!(error instanceof ChartError)) throw error;
    throw new FunctionError(`error converting YAML to JSON: ${error.message}`, { cause: error });
  }
}

function asMap(read: Read, before = ''): Read {
  return (text) => {
    const value = read(text);
    if (value === null || value === undefined) return newMap();
    if (isMap(value)) return value;
    throw new FunctionError(before + unfit(value, 'map[string]interface {}'));
  };
}

function asList(read: Read, before = ''): Read {
  return (text) => {
    const value = read(text);
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return value;
    throw new FunctionError(before + unfit(value, '[]interface {}'));
  };
}

const JSON_NAMES: Readonly<Record<string, string>> = {
  'map[string]interface {}': 'object',
  '[]interface {}': 'array',
  float64: 'number',
};

function unfit(value: TemplateValue, wanted: string): string {
  return `json: cannot unmarshal ${JSON_NAMES[typeOf(value)] ?? typeOf(value)} into Go value of type ${wanted}`;
}

function mapOfError(reason: string): TemplateValue {
  return Object.assign(newMap(), { Error: reason });
}

function listOfError(reason: string): TemplateValue {
  return [reason];
}

function rethrow(_reason: string, error: FunctionError): TemplateValue {
  throw error;
}
