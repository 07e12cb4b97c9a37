import type { Json, JsonObject, ToolDescription, ToolGateway, ToolInfo } from '../../tools/types.ts';
import type { OfferedTool } from './turn.ts';

/** Which reading tools a model is offered, and how it is told of them. */

/** Reading tools of our own that are of no use to a model, and why. Those of extra servers are all offered. */
export const leftOut: Readonly<Record<string, string>> = {
  cloud_check_stock: 'for planning a cluster, which has a dialogue of its own',
  cloud_get_price: 'for planning a cluster, which has a dialogue of its own',
  cloud_list_addons: 'for planning a cluster, which has a dialogue of its own',
  cloud_list_instance_types: 'for planning a cluster, which has a dialogue of its own',
  cloud_list_regions: 'for planning a cluster, which has a dialogue of its own',
  cloud_list_zones: 'for planning a cluster, which has a dialogue of its own',
  cloud_precheck: 'for planning a cluster, which has a dialogue of its own',
  http_check: 'a path of its own choice would carry words out of the house',
  inspect_run: 'leaves a report behind in the cloud',
  k8s_access: 'about the rights of this program',
  k8s_preview: 'rehearses a change, which is part of proposing one',
  k8s_scan: 'a whole cluster at once: the rules read it, and their findings come first',
  k8s_survey: 'a whole cluster at once, in megabytes',
  k8s_watch: 'waits for something to happen',
  prometheus_get: 'addresses that the tools for metrics find by themselves',
};

/** Not offered for an incident of a known cluster: its cause does not lie in other clusters or in the account. */
const QUESTIONS_ONLY = ['cluster_list', 'cloud_list_k8s_versions', 'quota_get', 'network_list', 'k8s_clusters'];

/** A tool with its name in the house. */
export interface Offer {
  /** By the name that the model knows it by. */
  byName: ReadonlyMap<string, Offered>;
  tools: OfferedTool[];
}

export interface Offered {
  tool: string;
  /** It takes the id of a cluster. */
  hasCluster: boolean;
}

interface Wanted {
  purpose: 'incident' | 'ask';
  /** The cluster is given: the model does not choose it. */
  isBound: boolean;
  signal: AbortSignal;
}

const LONGEST_DESCRIPTION = 500;
const LONGEST_SCHEMA = 4000;

/** All that can be called just now. Each server's own words are cut, and those of foreign servers are said to be theirs. */
export async function offerOf(gateway: Pick<ToolGateway, 'tools' | 'describe'>, wanted: Wanted): Promise<Offer> {
  const listed = gateway.tools().filter((tool) => isFit(tool, wanted));
  const described = await Promise.all(
    listed.map(async (tool) => ({ tool, told: await gateway.describe?.(tool.name, wanted.signal) })),
  );
  const byName = new Map<string, Offered>();
  const tools: OfferedTool[] = [];
  for (const { tool, told } of described) {
    const name = wireName(tool.name);
    if (!told || byName.has(name)) continue;
    const hasCluster = !isForeign(tool) && 'clusterId' in propertiesOf(told.inputSchema);
    byName.set(name, { tool: tool.name, hasCluster });
    tools.push({ name, ...toldOf(tool, told, hasCluster && wanted.isBound) });
  }
  return { byName, tools };
}

const isForeign = ({ name }: ToolInfo): boolean => name.includes('__');

function isFit(tool: ToolInfo, { purpose, isBound }: Wanted): boolean {
  if (tool.access !== 'read' || tool.unavailable !== undefined) return false;
  if (isForeign(tool)) return true;
  const isNarrow = purpose === 'incident' && isBound;
  return !Object.hasOwn(leftOut, tool.name) && !(isNarrow && QUESTIONS_ONLY.includes(tool.name));
}

/** Letters, digits, `_` and `-`, at most 64. https://platform.openai.com/docs/api-reference/chat/create */
const wireName = (name: string): string => name.replaceAll(/[^\w-]/g, '_').slice(0, 64);

function toldOf(tool: ToolInfo, told: ToolDescription, isBound: boolean): Omit<OfferedTool, 'name'> {
  const words = told.description.replaceAll(/\s+/g, ' ').slice(0, LONGEST_DESCRIPTION);
  const slim = slimmed(isBound ? withoutCluster(told.inputSchema) : told.inputSchema);
  const parameters = JSON.stringify(slim).length > LONGEST_SCHEMA ? {} : slim;
  return {
    description: isForeign(tool) ? `(Of the server ${tool.server}, in its own words:) ${words}` : words,
    parameters: { properties: {}, ...parameters, type: 'object' },
  };
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return typeof properties === 'object' && properties !== null && !Array.isArray(properties) ? properties : {};
}

function withoutCluster(schema: JsonObject): JsonObject {
  const { clusterId: _, ...properties } = propertiesOf(schema);
  const required = Array.isArray(schema.required) ? schema.required.filter((name) => name !== 'clusterId') : [];
  return { ...schema, properties, required };
}

/** What a model has no use for; the server validates the arguments anyway. */
const IDLE = ['$schema', '$id', 'title', 'minLength', 'maxLength', 'minItems', 'maxItems', 'additionalProperties'];
const LONGEST_PATTERN = 60;

/** A schema with what a model needs of it. */
export function slimmed(schema: JsonObject): JsonObject {
  const entries = Object.entries(schema).flatMap(([key, value]): [string, Json][] => {
    if (key === 'properties') {
      const inner = Object.entries(propertiesOf(schema)).map(([name, one]): [string, Json] => [
        name,
        slimmedValue(one),
      ]);
      return [[key, Object.fromEntries(inner)]];
    }
    if (IDLE.includes(key) || (key === 'pattern' && String(value).length > LONGEST_PATTERN)) return [];
    return [[key, slimmedValue(value)]];
  });
  return Object.fromEntries(entries);
}

function slimmedValue(value: Json): Json {
  if (Array.isArray(value)) return value.map(slimmedValue);
  return typeof value === 'object' && value !== null ? slimmed(value) : value;
}
