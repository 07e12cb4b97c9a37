import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

/** clusters.yaml: which clusters there are, how to reach them and what they are for. `clusters.example.yaml` shows all of it. */

const secret = z.string().min(1);
const prometheusEntry = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: 'is not an address that begins with http:// or https://' }),
    bearerToken: secret.optional(),
    basic: z.strictObject({ username: z.string().min(1), password: secret }).optional(),
    caFile: z.string().min(1).optional(),
    insecureSkipVerify: z.boolean().optional(),
  })
  .refine(({ bearerToken, basic }) => !bearerToken || !basic, 'has both bearerToken and basic: keep one');

const clusterEntry = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z0-9]([\w.@:/-]{0,251}[A-Za-z0-9])?$/, 'is not a name'),
    kubeconfig: z.string().min(1).optional(),
    context: z.string().min(1).optional(),
    inCluster: z.boolean().optional(),
    environment: z.enum(['prod', 'staging', 'dev']),
    prometheus: prometheusEntry.optional(),
    privateIngress: z.boolean().optional(),
    sls: z.strictObject({ project: z.string().min(1).optional() }).optional(),
  })
  .refine(
    ({ inCluster, kubeconfig, context }) => !inCluster || (kubeconfig ?? context) === undefined,
    'is inCluster, so it takes no kubeconfig and no context',
  );

const fileSchema = z.strictObject({
  clusters: z.array(clusterEntry).superRefine((clusters, context) => {
    clusters.forEach(({ name }, index) => {
      if (clusters.findIndex((other) => other.name === name) !== index)
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `${name} is there twice` });
    });
  }),
});

export type ClusterEntry = z.infer<typeof clusterEntry>;
export type PrometheusEntry = z.infer<typeof prometheusEntry>;

/** Whether an entry says how to reach the cluster; one that does not adds to what is known of a cluster of the cloud. */
export const waysOf = ({ kubeconfig, context, inCluster }: ClusterEntry) =>
  inCluster === true || kubeconfig !== undefined || context !== undefined;

/** The file of clusters cannot be used: the message names the place and the next move, and never repeats a value. */
export class ClustersFileError extends Error {
  readonly code = 'CLUSTERS_INVALID';
}

export interface FileContext {
  /** As messages name it; relative paths in the file begin in its folder. */
  file: string;
  /** What `${CLUSTER_…}` may stand for. */
  variables: Readonly<Record<string, string | undefined>>;
}

/** Reads clusters.yaml. Throws ClustersFileError. */
export function parseClusters(text: string, { file, variables }: FileContext): ClusterEntry[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) {
    const [what = 'it is not YAML'] = broken.message.split(/ at line |\n/);
    throw new ClustersFileError(
      `${file}:${lines.linePos(broken.pos[0]).line}: ${what}. Mend the file and start again.`,
    );
  }
  const lineOf = (path: readonly PropertyKey[]) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (node && typeof node === 'object' && 'range' in node && Array.isArray(node.range))
        return `:${lines.linePos(node.range[0]).line}`;
    }
    return '';
  };
  const fail = (path: readonly PropertyKey[], message: string) =>
    new ClustersFileError(
      `${file}${lineOf(path)}: ${path.map(String).join('.') || 'the file'}: ${message}. docs/clusters.md describes its form.`,
    );
  const parsed = fileSchema.safeParse(document.toJS() ?? { clusters: [] });
  const [issue] = parsed.error?.issues ?? [];
  if (!parsed.data) throw fail(issue?.path ?? [], issue?.message ?? 'cannot be read');
  return parsed.data.clusters.map((entry, index) => {
    const expand = (value: string, ...key: string[]) => {
      const found = filled(value, variables);
      if (found.missing) throw fail(['clusters', index, ...key], found.missing);
      return found.text;
    };
    return {
      ...entry,
      ...placed(entry, file),
      ...(entry.prometheus && { prometheus: withSecrets(entry.prometheus, file, expand) }),
    };
  });
}

function withSecrets(
  { bearerToken, basic, caFile, ...rest }: PrometheusEntry,
  file: string,
  expand: (value: string, ...key: string[]) => string,
): PrometheusEntry {
  return {
    ...rest,
    ...(caFile !== undefined && { caFile: pathIn(file, caFile) }),
    ...(bearerToken !== undefined && { bearerToken: expand(bearerToken, 'prometheus', 'bearerToken') }),
    ...(basic && {
      basic: {
        username: expand(basic.username, 'prometheus', 'basic', 'username'),
        password: expand(basic.password, 'prometheus', 'basic', 'password'),
      },
    }),
  };
}

const placed = ({ kubeconfig }: ClusterEntry, file: string) =>
  kubeconfig === undefined ? {} : { kubeconfig: pathIn(file, kubeconfig) };

const pathIn = (file: string, path: string) =>
  path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(dirname(file), path);

const variable = /\$\{([^}]*)\}/g;

/** The text with its `${CLUSTER_…}` replaced, or what is missing. */
function filled(text: string, variables: FileContext['variables']): { text: string; missing?: string } {
  for (const [, name = ''] of text.matchAll(variable)) {
    if (!/^CLUSTER_[A-Z0-9_]+$/.test(name))
      return { text, missing: `\${${name}} cannot be used: only variables that begin with CLUSTER_ can be named` };
    if (!variables[name]) return { text, missing: `the variable ${name} is not set` };
  }
  return { text: text.replace(variable, (_, name: string) => variables[name] ?? '') };
}
