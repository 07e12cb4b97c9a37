import { z } from 'zod';
import { hidesSecret } from './secrets.ts';
import type { Shape } from './survey.ts';
import { listOf, millicores, number, quantities, whole } from './values.ts';

/** Containers as right-sizing and the signals look at them. */

const probe = z
  .unknown()
  .optional()
  .transform((value) => value !== null && value !== undefined);
const security = z
  .object({
    privileged: z.boolean().nullish(),
    runAsUser: z.number().nullish(),
    runAsNonRoot: z.boolean().nullish(),
  })
  .nullish();

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container */
export const containerSchema = z.object({
  name: z.string(),
  image: z.string().default(''),
  command: listOf(z.string()),
  args: listOf(z.string()),
  env: listOf(z.object({ name: z.string(), value: z.string().nullish() })),
  resources: z.object({ requests: quantities, limits: quantities }).prefault({}),
  ports: listOf(
    z.object({
      containerPort: number,
      hostPort: number,
      hostIP: z.string().nullish(),
      protocol: z.string().default('TCP'),
    }),
  ),
  volumeMounts: listOf(z.object({ name: z.string(), mountPath: z.string().default('') })),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  restartPolicy: z.string().nullish(),
  securityContext: security,
});
export const securitySchema = security;
export type ContainerSpec = z.output<typeof containerSchema>;
type Security = z.output<typeof security>;
type Container = Shape['containers'][number];

/** What is asked for; a limit alone is a request, too, as the API server fills it in for pods. */
export const requestsOf = ({ resources }: ContainerSpec) => ({ ...resources.limits, ...resources.requests });

/** Reads containers; what it makes of an environment it remembers, as replicas have the same. */
export function createContainerReader() {
  const known = new Map<string, Pick<Container, 'plainSecrets' | 'runtimeFloor'>>();

  function inside({ command, args, env }: ContainerSpec) {
    const key = JSON.stringify([command, args, env]);
    const found = known.get(key);
    if (found) return found;
    const plainSecrets = env.filter(({ name, value }) => hidesSecret(name, value ?? '')).map(({ name }) => name);
    const floor = runtimeFloor([...command, ...args], env);
    const made = { plainSecrets: plainSecrets.sort(), ...(floor !== undefined && { runtimeFloor: floor }) };
    if (known.size < 2_000) known.set(key, made);
    return made;
  }

  return (container: ContainerSpec, pod: Security): Container => {
    const { name, image, resources, securityContext } = container;
    const requests = requestsOf(container);
    return {
      name,
      image,
      requests: sizes(requests.cpu, requests.memory),
      limits: sizes(resources.limits.cpu, resources.limits.memory),
      probes: {
        liveness: container.livenessProbe,
        readiness: container.readinessProbe,
        startup: container.startupProbe,
      },
      privileged: securityContext?.privileged ?? false,
      root: rootOf(securityContext, pod),
      ...inside(container),
    };
  };
}

function sizes(cpu: string | number | undefined, memory: string | number | undefined) {
  const [cores, bytes] = [millicores(cpu), whole(memory)];
  return { ...(cores !== undefined && { cpu: cores }), ...(bytes !== undefined && { memory: bytes }) };
}

/** The container's word before the pod's; where neither says a user, the image decides. */
function rootOf(own: Security, pod: Security): Container['root'] {
  const user = own?.runAsUser ?? pod?.runAsUser;
  if (typeof user === 'number') return user === 0 ? 'yes' : 'no';
  return (own?.runAsNonRoot ?? pod?.runAsNonRoot) ? 'no' : 'unknown';
}

const kibi: Record<string, number> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/**
 * What a runtime is told to take at most, the largest where there are several:
 * https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html https://pkg.go.dev/runtime#hdr-Environment_Variables
 * https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib
 */
function runtimeFloor(parts: string[], env: ContainerSpec['env']): number | undefined {
  const text = [...parts, ...env.map(({ value }) => value ?? '')].join('\n');
  const heaps = [...text.matchAll(/(?<!\S)-Xmx(\d{1,12})([kmgt]?)(?!\w)/gi)].map(
    ([, digits, unit = '']) => Number(digits) * (kibi[unit.toLowerCase()] ?? 1),
  );
  const olds = [...text.matchAll(/--max[-_]old[-_]space[-_]size[=\s](\d{1,9})/g)].map(
    ([, digits]) => Number(digits) * 2 ** 20,
  );
  const go = /^(\d{1,15})(?:([KMGT]?)i?B)?$/.exec(env.find(({ name }) => name === 'GOMEMLIMIT')?.value ?? '');
  const limits = go ? [Number(go[1]) * (kibi[(go[2] ?? '').toLowerCase()] ?? 1)] : [];
  const all = [...heaps, ...olds, ...limits].filter((bytes) => bytes > 0);
  return all.length > 0 ? Math.max(...all) : undefined;
}
