import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config.ts';
import type { Views } from '../conversations/ports.ts';
import { type Credentials, readCredentials } from '../helm/credentials.ts';
import { createHttp } from '../helm/http.ts';
import { type ChartThread, createChartThread } from '../helm/rendering.ts';
import { type ChartSources, createChartSources } from '../helm/sources.ts';
import { ChartError } from '../helm/types.ts';
import type { Json, JsonObject, ToolGateway, ToolResult } from '../tools/types.ts';

/** Charts as views: `copilot_charts` lists them, `copilot_chart` renders one for a place in a cluster. */

/** On each object that a chart made: the release, the chart and its version. */
const CHART_ANNOTATION = 'release.k8s-copilot/chart';
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
const MANAGER_LABEL = 'app.kubernetes.io/managed-by';
/** Where an earlier version of the release may have left something. */
const KINDS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'Service',
  'Ingress',
  'ConfigMap',
  'ServiceAccount',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'NetworkPolicy',
  'PersistentVolumeClaim',
];
const MOST_CHARACTERS = 1_000_000;

const line = z.string().max(4000);
const asked = z.object({
  clusterId: z.string(),
  reference: z.string().max(300),
  version: z.string().max(60).optional(),
  name: z.string().max(53),
  namespace: z.string().max(63),
  yaml: z.string().max(60_000).optional(),
  set: z.array(line).max(100).default([]),
  setText: z.array(line).max(100).default([]),
});
type Asked = z.output<typeof asked>;
const served = z.object({ version: z.string(), apiVersions: z.array(z.string()) });
const listed = z.looseObject({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string(), annotations: z.record(z.string(), z.string()).nullish() }),
    }),
  ),
});

export interface HelmRoom {
  views: Views;
  close(): Promise<void>;
}

export function openHelm(config: Config, gateway: ToolGateway, clock: () => number): HelmRoom {
  const { DATA_DIR, CHARTS_DIR: folder = join(DATA_DIR, 'charts'), CHART_REPOSITORIES: repositories = [] } = config;
  const hosts = new Set(repositories.map((place) => new URL(place.replace(/^oci:/, 'https:')).host));
  const http = createHttp((host) => hosts.has(host));
  const thread = createChartThread();
  const credentials = openCredentials(config.CHART_REGISTRY_CONFIG);
  const sources = createChartSources({ folder, repositories, http, thread, credentials, clock });
  return {
    views: createChartViews({ gateway, sources, thread }),
    async close() {
      await thread.close();
      await http.close();
    },
  };
}

/** Read for each chart anew: tokens are renewed. */
function openCredentials(file: string | undefined): Credentials {
  if (file === undefined) return () => undefined;
  return (host) => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      throw new ChartError('CHART_UNREACHABLE', 'The file of CHART_REGISTRY_CONFIG cannot be read', { cause: error });
    }
    return readCredentials(text)(host);
  };
}

interface ViewParts {
  gateway: ToolGateway;
  sources: ChartSources;
  thread: ChartThread;
}

function createChartViews(parts: ViewParts): Views {
  return {
    copilot_charts: (_args, _asker, signal) =>
      answered(async () => ({ ok: true, data: plainOf(await parts.sources.list(signal)) })),
    async copilot_chart(args, asker, signal) {
      return answered(async () => {
        const wanted = asked.parse(args);
        const read = (tool: string, more: JsonObject) =>
          parts.gateway.read({
            tool,
            args: { clusterId: wanted.clusterId, ...more },
            actor: asker.user,
            ...(signal && { signal }),
          });
        return chartFor(wanted, read, { ...parts, signal });
      });
    },
  };
}

type Read = (tool: string, args: JsonObject) => Promise<ToolResult>;

async function chartFor(
  { reference, version, name, namespace, yaml, set, setText }: Asked,
  read: Read,
  { sources, thread, signal }: ViewParts & { signal: AbortSignal | undefined },
): Promise<ToolResult> {
  const { source, place } = await sources.find({ reference, version }, signal);
  const versions = await read('k8s_versions', {});
  if (!versions.ok) return versions;
  const { version: kubeVersion, apiVersions } = served.parse(versions.data);
  const present = await presentOf(name, namespace, read);
  const release = { name, namespace, kubeVersion, apiVersions, isUpgrade: present.objects.length > 0 };
  const given = { ...(yaml !== undefined && { yaml }), set, setText };
  const { objects, from, ...rendered } = await thread.run({ kind: 'render', source, given, release });
  const mark = JSON.stringify({ release: name, chart: rendered.chart.name, version: rendered.chart.version });
  const marked = objects.map((object, at) => ({
    template: from[at] ?? '',
    object: markedWith(withoutSecrets(object), mark),
  }));
  const made = new Set(objects.map((object) => `${String(object.kind)} ${nameOf(object)}`));
  const data = plainOf({
    ...rendered,
    place,
    objects: marked,
    isUpgrade: release.isUpgrade,
    stays: present.objects.filter((object) => !made.has(object)),
    unknown: present.unknown,
  });
  if (JSON.stringify(data).length > MOST_CHARACTERS)
    throw new ChartError('CHART_TOO_LARGE', `What the chart makes has more than ${MOST_CHARACTERS} characters`);
  return { ok: true, data };
}

/** What the release made before, and the kinds that could not be looked at. */
async function presentOf(release: string, namespace: string, read: Read) {
  const looked = await Promise.all(
    KINDS.map(async (kind) => {
      const fields = ['metadata.name', 'metadata.annotations'];
      const result = await read('k8s_list', { kind, namespace, fields, limit: 500 });
      const parsed = result.ok ? listed.safeParse(result.data) : undefined;
      if (!parsed?.success) return { kind, objects: undefined };
      const own = parsed.data.items.filter(({ metadata: { annotations } }) =>
        isOf(release, annotations?.[CHART_ANNOTATION]),
      );
      return { kind, objects: own.map(({ metadata }) => `${kind} ${metadata.name}`) };
    }),
  );
  return {
    objects: looked.flatMap(({ objects = [] }) => objects),
    unknown: looked.flatMap(({ kind, objects }) => (objects ? [] : [kind])),
  };
}

const kept = z.object({ release: z.string() });

function isOf(release: string, annotation: string | undefined): boolean {
  if (annotation === undefined) return false;
  try {
    return kept.safeParse(JSON.parse(annotation)).data?.release === release;
  } catch {
    return false;
  }
}

const nameOf = ({ metadata }: JsonObject) => String(asMap(metadata).name ?? '');

/** Of this release; and not of Helm's, which would count as kept by Helm the next time. Helm, too, overwrites that label. */
function markedWith(object: JsonObject, mark: string): JsonObject {
  const metadata = asMap(object.metadata);
  const annotations = { ...asMap(metadata.annotations), [CHART_ANNOTATION]: mark };
  const labels = asMap(metadata.labels);
  const isOfHelm = labels[MANAGER_LABEL] === 'Helm';
  return {
    ...object,
    metadata: { ...metadata, annotations, ...(isOfHelm && { labels: { ...labels, [MANAGER_LABEL]: 'k8s-copilot' } }) },
  };
}

/** A Secret is refused anyway; what is in it goes nowhere from here. */
function withoutSecrets(object: JsonObject): JsonObject {
  if (object.kind !== 'Secret') return object;
  const { apiVersion = 'v1', kind } = object;
  return { apiVersion, kind, metadata: { name: nameOf(object) } };
}

const asMap = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};

const plainOf = (value: object): JsonObject => z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(value)));

/** What a chart is refused for is told; anything else is an error of ours. */
async function answered(work: () => Promise<ToolResult>): Promise<ToolResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ChartError)) throw error;
    const { code, message } = error;
    return { ok: false, error: { code, message, retryable: code === 'CHART_UNREACHABLE', ambiguous: false } };
  }
}
