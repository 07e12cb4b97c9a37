import { z } from 'zod';
import { isFailure } from '../kube/failure.ts';
import { clusterId, wireOf } from '../kube/kube-tool.ts';
import type { KubeWire } from '../kube/wire.ts';
import { readTool } from '../tool.ts';

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#discovery-api */
const core = z.object({ versions: z.array(z.string()) });
const groups = z.object({ groups: z.array(z.object({ versions: z.array(z.object({ groupVersion: z.string() })) })) });
const resources = z.object({ resources: z.array(z.object({ name: z.string(), kind: z.string() })) });
const version = z.object({ gitVersion: z.string() });

const mostVersions = 300;
const atOnce = 6;

export const k8sVersions = readTool({
  name: 'k8s_versions',
  title: 'What an API server serves',
  description:
    'The version of a cluster’s Kubernetes, and the API versions and kinds that it serves, custom ones among them: such as apps/v1 and apps/v1/Deployment. A group that does not answer is in `unanswered`.',
  input: { clusterId },
  output: {
    version: z.string(),
    apiVersions: z.array(z.string()),
    unanswered: z.array(z.string()),
  },
  say: ({ version: served, apiVersions }) => `Kubernetes ${served}, ${apiVersions.length} API versions and kinds.`,
  async run({ clusterId: id }, context) {
    const { signal } = context;
    const wire = await wireOf(id, context);
    const [{ gitVersion }, { versions }, { groups: named }] = await Promise.all([
      read(wire, '/version', { of: version, signal }),
      read(wire, '/api', { of: core, signal }),
      read(wire, '/apis', { of: groups, signal }),
    ]);
    const grouped = named.flatMap((group) => group.versions.map(({ groupVersion }) => groupVersion));
    const all = [...versions, ...grouped].slice(0, mostVersions);
    const { kinds, unanswered } = await kindsOf(wire, all, signal);
    return { version: gitVersion, apiVersions: [...all, ...kinds], unanswered };
  },
});

async function read<Of extends z.ZodType>(
  wire: KubeWire,
  path: string,
  { of, signal }: { of: Of; signal: AbortSignal },
) {
  const { body } = await wire.send({ path, signal });
  return of.parse(body);
}

/** A few at a time. The server behind a group may be away, and that is no reason to know nothing. */
async function kindsOf(wire: KubeWire, all: readonly string[], signal: AbortSignal) {
  const kinds: string[] = [];
  const unanswered: string[] = [];
  const left = [...all];
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const path = next.includes('/') ? `/apis/${next}` : `/api/${next}`;
      try {
        const found = await read(wire, path, { of: resources, signal });
        const own = found.resources.filter(({ name }) => !name.includes('/'));
        kinds.push(...own.map(({ kind }) => `${next}/${kind}`));
      } catch (thrown) {
        if (!isFailure(thrown, 'NotFound', 'NOT_FOUND', 'ServiceUnavailable', 'Forbidden')) throw thrown;
        unanswered.push(next);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { kinds: [...new Set(kinds)].sort(), unanswered: unanswered.sort() };
}
