import type { JsonObject } from '../tools/types.ts';

/** A chart of Helm as it was read, before anything is rendered. https://helm.sh/docs/topics/charts/ */
export interface Chart {
  metadata: ChartMetadata;
  /** The defaults of values.yaml, read as YAML 1.2 and kept as JSON. */
  values: JsonObject;
  /** values.schema.json. */
  schema?: JsonObject;
  /** What stands below templates/, the name with that folder: `templates/deployment.yaml`. */
  templates: ChartText[];
  /** What stands below crds/. */
  crds: ChartText[];
  /** Everything else that .helmignore leaves, by its path. */
  files: ReadonlyMap<string, Uint8Array>;
  /** The charts below charts/, packed or not. */
  dependencies: Chart[];
}

export interface ChartText {
  name: string;
  text: string;
}

/** Of Chart.yaml what rendering and people need; templates see all of it. */
export interface ChartMetadata {
  apiVersion: string;
  name: string;
  version: string;
  appVersion?: string;
  description?: string;
  /** `application` where it says nothing. */
  type: string;
  deprecated: boolean;
  kubeVersion?: string;
  dependencies: ChartDependency[];
  /** The whole of Chart.yaml, as `.Chart` in templates. */
  all: JsonObject;
}

export interface ChartDependency {
  name: string;
  version?: string;
  repository?: string;
  condition?: string;
  tags?: string[];
  alias?: string;
  'import-values'?: (string | { child: string; parent: string })[];
}

/** What a rendering is for. */
export interface ReleaseOptions {
  name: string;
  namespace: string;
  /** Values of the person over those of the chart. */
  values: JsonObject;
  /** As the cluster says it: `v1.32.1-aliyun.1`. */
  kubeVersion: string;
  /** `apps/v1`, `apps/v1/Deployment`. */
  apiVersions: readonly string[];
  /** Rendered for what is there already. */
  isUpgrade: boolean;
}

export interface Rendered {
  objects: JsonObject[];
  /** The template of each object, in the same order: `web/templates/service.yaml`. */
  from: string[];
  /** Objects that Helm would run as hooks or tests, and that are left out. */
  hooks: { kind: string; name: string; when: string }[];
  /** Kinds below crds/, which Helm would install first, and that are left out. */
  crds: string[];
  /** NOTES.txt, untrusted text. */
  notes: string;
  /** What was answered otherwise than Helm would with a cluster: `lookup`, `random`, `now`, `genCA` and the like. */
  unlike: string[];
}

/** A chart, its values or its templates are wrong. The message names the place as Helm does, and nothing of the values' content. */
export class ChartError extends Error {
  readonly code:
    | 'CHART_INVALID'
    | 'CHART_NOT_FOUND'
    | 'CHART_REFUSED'
    | 'CHART_TOO_LARGE'
    | 'CHART_UNREACHABLE'
    | 'VALUES_INVALID';

  constructor(code: ChartError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * A value inside templates. As in Go there are whole numbers (`bigint`: literals, `int`, `len`) and floating ones (`number`: everything
 * that came from YAML or JSON, as Helm reads it). A function as a property is a method: `.Files.Get "a.txt"`.
 */
export type TemplateValue =
  | null
  | undefined
  | string
  | boolean
  | number
  | bigint
  | TemplateValue[]
  | { [key: string]: TemplateValue }
  | ((...args: TemplateValue[]) => TemplateValue);
