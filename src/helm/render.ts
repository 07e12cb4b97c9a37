import type { Json, JsonObject } from '../tools/types.ts';
import { resolved } from './dependencies.ts';
import { readDocuments } from './documents.ts';
import { filesFor, withMethods } from './files.ts';
import { at, isMap } from './json.ts';
import { checkValues } from './schema.ts';
import { parseTemplates } from './template/templates.ts';
import { type Chart, ChartError, type ReleaseOptions, type Rendered, type TemplateValue } from './types.ts';
import { valuesFor } from './values.ts';
import { isWithin } from './versions.ts';

/** A chart with values, rendered as Helm does. https://helm.sh/docs/chart_template_guide/builtin_objects/ */

/** The Helm whose behaviour this follows: charts ask for it. */
const HELM_VERSION = 'v3.18.0';
/** Who releases: charts write it into `app.kubernetes.io/managed-by`. */
const SERVICE = 'k8s-copilot';

type Scope = { [key: string]: TemplateValue };
interface Source {
  name: string;
  text: string;
  scope: Scope;
  basePath: string;
}

/** Throws ChartError, or the engine's TemplateError. */
export function renderChart(chart: Chart, release: ReleaseOptions): Rendered {
  if (chart.metadata.type === 'library')
    throw new ChartError('CHART_REFUSED', `${chart.metadata.name} is a library: it makes no objects of its own`);
  requireVersion(chart, release.kubeVersion);
  const unlike = new Set<string>();
  const tell = (what: string) => void unlike.add(what);
  const whole = resolved(chart, release.values);
  const values = valuesFor(whole, release.values);
  checkValues(whole, values, tell);
  const sources: Source[] = [];
  const world = { Release: releaseScope(release), Capabilities: capabilities(release) };
  collect(whole, { values, world, parent: undefined, unlike: tell }, sources);
  const rendered = renderAll(sources, tell);
  return { ...objectsOf(rendered, whole.metadata.name), crds: crdsOf(whole), unlike: [...unlike].sort() };
}

function requireVersion({ metadata: { name, kubeVersion: wanted } }: Chart, version: string): void {
  if (wanted === undefined || wanted.trim() === '' || isWithin(version, wanted)) return;
  throw new ChartError(
    'CHART_REFUSED',
    `The chart ${name} wants Kubernetes ${wanted.slice(0, 100)}, and the cluster is ${version}`,
  );
}

interface Collecting {
  values: JsonObject;
  world: Scope;
  /** The path of the chart above, as templates are named; undefined for the outermost. */
  parent: string | undefined;
  unlike: (what: string) => void;
}

/** Puts the templates of a chart and all below it into `into`; answers what they see, for the chart above. */
function collect(chart: Chart, { values, world, parent, unlike }: Collecting, into: Source[]): Scope {
  const { name, type } = chart.metadata;
  const path = parent === undefined ? name : `${parent}/charts/${name}`;
  const subcharts: Scope = {};
  const scope: Scope = {
    Chart: chartScope(chart, parent === undefined),
    Files: filesFor(chart.files),
    Values: withMethods(values as Scope, { AsMap: () => values as TemplateValue }),
    Subcharts: subcharts,
    ...world,
  };
  for (const child of chart.dependencies) {
    const own = at(values, child.metadata.name);
    subcharts[child.metadata.name] = collect(
      child,
      { values: isMap(own) ? own : {}, world, parent: path, unlike },
      into,
    );
  }
  for (const { name: template, text } of chart.templates) {
    // Of a library only its definitions count.
    if (type === 'library' && !isPartial(template)) continue;
    into.push({ name: `${path}/${template}`, text, scope, basePath: `${path}/templates` });
  }
  return scope;
}

const isPartial = (template: string) => (template.split('/').at(-1) ?? '').startsWith('_');

function renderAll(sources: Source[], unlike: (what: string) => void): Map<string, string> {
  const templates = parseTemplates(sources, { unlike });
  const rendered = new Map<string, string>();
  for (const { name, scope, basePath } of sources.toSorted(deepestFirst)) {
    if (isPartial(name)) continue;
    scope.Template = { Name: name, BasePath: basePath };
    rendered.set(name, templates.render(name, scope));
  }
  return new Map([...rendered].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The order of Helm: it shows where a template changes the values that the next one reads. */
function deepestFirst({ name: one }: Source, { name: other }: Source): number {
  const depth = other.split('/').length - one.split('/').length;
  return depth || (one < other ? 1 : -1);
}

/** Notes of charts in the chart are left out, as Helm does. */
function objectsOf(
  rendered: Map<string, string>,
  chart: string,
): Pick<Rendered, 'objects' | 'from' | 'hooks' | 'notes'> {
  const result: Pick<Rendered, 'objects' | 'from' | 'hooks' | 'notes'> = {
    objects: [],
    from: [],
    hooks: [],
    notes: '',
  };
  for (const [name, text] of rendered) {
    if (name.endsWith('NOTES.txt')) {
      if (name === `${chart}/templates/NOTES.txt`) result.notes = text.trim().slice(0, 10_000);
      continue;
    }
    const { objects, hooks } = readDocuments(text, name);
    result.objects.push(...objects);
    result.from.push(...objects.map(() => name));
    result.hooks.push(...hooks);
  }
  return result;
}

function crdsOf(chart: Chart): string[] {
  const own = chart.crds.flatMap(({ name, text }) => {
    const found = text.match(/^\s{2}name:\s*['"]?([a-z0-9.-]+)/m)?.[1];
    return [found ?? name];
  });
  return [...new Set([...own, ...chart.dependencies.flatMap(crdsOf)])];
}

function releaseScope({ name, namespace, isUpgrade }: ReleaseOptions): TemplateValue {
  return {
    Name: name,
    Namespace: namespace,
    IsUpgrade: isUpgrade,
    IsInstall: !isUpgrade,
    // No release is kept, so there is no count of them.
    Revision: isUpgrade ? 2n : 1n,
    Service: SERVICE,
  };
}

/** https://helm.sh/docs/chart_template_guide/builtin_objects/ */
function capabilities({ kubeVersion, apiVersions }: ReleaseOptions): TemplateValue {
  const version = kubeVersion.startsWith('v') ? kubeVersion : `v${kubeVersion}`;
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
  const known = new Set(apiVersions);
  return {
    KubeVersion: withMethods(
      { Version: version, Major: major, Minor: minor },
      { GitVersion: () => version, String: () => version },
    ),
    APIVersions: withMethods({}, { Has: (one) => known.has(String(one)) }),
    HelmVersion: { Version: HELM_VERSION, GitCommit: '', GitTreeState: 'clean', GoVersion: '' },
  };
}

/** Chart.yaml under the names of Helm's fields. https://pkg.go.dev/helm.sh/helm/v3/pkg/chart#Metadata */
function chartScope({ metadata }: Chart, isRoot: boolean): TemplateValue {
  const { all, name, version, appVersion, type, apiVersion, kubeVersion, dependencies } = metadata;
  const said = (key: string): TemplateValue => (at(all, key) ?? '') as TemplateValue;
  const list = (key: string): Json[] => {
    const value = at(all, key);
    return Array.isArray(value) ? value : [];
  };
  const annotations = at(all, 'annotations');
  return {
    Name: name,
    Home: said('home'),
    Sources: list('sources') as TemplateValue,
    Version: version,
    Description: said('description'),
    Keywords: list('keywords') as TemplateValue,
    Maintainers: list('maintainers').map((one) => {
      const person = isMap(one) ? one : {};
      return { Name: text(person, 'name'), Email: text(person, 'email'), URL: text(person, 'url') };
    }),
    Icon: said('icon'),
    APIVersion: apiVersion,
    Condition: said('condition'),
    Tags: said('tags'),
    AppVersion: appVersion ?? '',
    Deprecated: metadata.deprecated,
    Annotations: (isMap(annotations) ? annotations : {}) as TemplateValue,
    KubeVersion: kubeVersion ?? '',
    Dependencies: dependencies.map((one) => ({
      Name: one.name,
      Version: one.version ?? '',
      Repository: one.repository ?? '',
      Condition: one.condition ?? '',
      Tags: one.tags ?? [],
      Enabled: true,
      Alias: one.alias ?? '',
    })),
    Type: at(all, 'type') === undefined ? '' : type,
    IsRoot: isRoot,
  };
}

const text = (map: JsonObject, key: string): string => {
  const value = at(map, key);
  return typeof value === 'string' ? value : '';
};
