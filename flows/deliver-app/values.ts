import type { Translate } from '../../src/chat/messages.ts';
import { parseQuantity } from '../../src/flow/quantity.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { parseImage, versionLabel } from './image.ts';
import type { Release, Wish } from './wish.ts';

/** On a workload: the wish it was made from, so that the next release keeps what nobody speaks of. */
export const RELEASE_ANNOTATION = 'release.k8s-copilot/values';
/** On its pods' template, and so on every revision: who released it, and in which words. */
export const BY_ANNOTATION = 'release.k8s-copilot/by';
export const WHY_ANNOTATION = 'release.k8s-copilot/why';

/** Who releases, and why, as revisions keep it. */
export interface Author {
  by: string;
  why: string;
}

/** What a blueprint is filled with. docs/adding-a-blueprint.md lists them; all are always there, as null where there is nothing. */
export function valuesOf(release: Release, author: Author): JsonObject {
  const { name, namespace, image, replicas = 1, memory = '256Mi', cpu = '100m' } = release;
  const selector = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name };
  const parsed = parseImage(image);
  const labels = {
    ...selector,
    'app.kubernetes.io/managed-by': 'k8s-copilot',
  };
  const podLabels = { ...labels, ...(parsed && { 'app.kubernetes.io/version': versionLabel(parsed) }) };
  const { env, envFrom } = variables(release);
  return {
    name,
    namespace,
    image,
    selector,
    labels,
    podLabels,
    annotations: { [RELEASE_ANNOTATION]: JSON.stringify(kept(release)) },
    podAnnotations: noted(author),
    replicas,
    isSeveral: (release.maxReplicas === undefined ? replicas : (release.minReplicas ?? 1)) > 1,
    port: release.port ?? null,
    probePath: release.probePath ?? null,
    env,
    envFrom,
    requests: { cpu, memory },
    limits: { cpu: cpuLimit(cpu), memory },
    config: release.config ?? null,
    pullSecret: release.pullSecret ?? null,
    nonRoot: release.asRoot !== true,
    domain: release.domain ?? null,
    tlsSecret: release.tlsSecret ?? null,
    ingressClass: release.ingressClass ?? null,
    minReplicas: release.minReplicas ?? null,
    maxReplicas: release.maxReplicas ?? null,
    cpuTarget: release.cpuTarget ?? null,
    schedule: release.schedule ?? null,
    timeZone: 'Etc/UTC',
    storage: release.storage ?? null,
    storageClass: release.storageClass ?? null,
    mountPath: release.mountPath ?? null,
  };
}

/** The annotations of a revision. */
export function noted({ by, why }: Author): JsonObject {
  return { [BY_ANNOTATION]: by, [WHY_ANNOTATION]: why };
}

/** The sentence in one line without the values it gives to variables: those belong into a ConfigMap only. */
export function reasonFrom(text: string, t: Translate): string {
  const line = text
    .replace(/```[\s\S]*?(?:```|$)/g, '')
    .replace(/([A-Z_][A-Z0-9_]*)=(?:"[^"]*"|'[^']*'|[^\s,，]*)/g, '$1=…')
    .replace(/\s+/g, ' ')
    .trim();
  return line === '' ? t('deliver.why-manifest') : line.slice(0, 200);
}

/** Memory is not compressible, so its limit is what is asked for; a program that starts may take more of the processor. */
function cpuLimit(cpu: string): string {
  const cores = Math.max(0.5, 2 * (parseQuantity(cpu) ?? 0));
  return `${Math.round(cores * 1000)}m`;
}

function variables({ secrets = [], secretKeys = [] }: Wish): { env: JsonObject[]; envFrom: JsonObject[] } {
  return {
    env: secretKeys.map(({ env, secret, key }) => ({
      name: env,
      valueFrom: { secretKeyRef: { name: secret, key } },
    })),
    envFrom: secrets.map((name) => ({ secretRef: { name } })),
  };
}

/** The wish as it is kept: its own fields, in a fixed order. Values of variables are in the ConfigMap and here, never secrets. */
function kept(release: Wish): Wish {
  return Object.fromEntries(
    Object.entries(release)
      .filter(([, value]) => value !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}
