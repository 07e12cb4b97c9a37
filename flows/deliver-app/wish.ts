import { z } from 'zod';

/** What is to run, as far as somebody has said it; and the whole of it, as a blueprint takes it. */

const NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const KEY = /^[A-Za-z_][\w.-]{0,252}$/;
const OBJECT = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const DOMAIN = /^(?:\*\.)?(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const CPU = /^\d+(?:\.\d{1,3})?$|^\d+m$/;
const BYTES = /^\d+(?:\.\d+)?(?:[KMGT]i?)?$/;
const PATH = /^\/[\w./~%?&=+-]{0,250}$/;
/** Five fields, or a word such as `@daily`. https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax */
const SCHEDULE =
  /^(?:@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)|(?:[\d*/,A-Za-z?-]+ ){4}[\d*/,A-Za-z?-]+)$/;

/** A name that becomes a label and part of other names: at most 50 characters, so that what is made of it still fits. */
const appName = z.string().max(50).regex(NAME);
export const namespaceName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
const objectName = z.string().max(253).regex(OBJECT);

const fromSecret = z.object({ env: z.string().regex(KEY), secret: objectName, key: z.string().regex(KEY) });

/** Each field may be absent: then it was not spoken of. */
export const wishSchema = z.object({
  /** The name of a file of templates/blueprints or of the team's own. */
  blueprint: z
    .string()
    .max(63)
    .regex(/^[a-z][a-z0-9-]*$/)
    .optional(),
  image: z.string().min(1).max(512).optional(),
  name: appName.optional(),
  namespace: namespaceName.optional(),
  replicas: z.int().min(0).max(1000).optional(),
  port: z.int().min(1).max(65_535).optional(),
  cpu: z.string().regex(CPU).optional(),
  memory: z.string().regex(BYTES).optional(),
  config: z.record(z.string().regex(KEY), z.string().max(4000)).optional(),
  /** Names of Secrets whose keys become variables. */
  secrets: z.array(objectName).max(20).optional(),
  secretKeys: z.array(fromSecret).max(50).optional(),
  pullSecret: objectName.optional(),
  domain: z.string().max(253).regex(DOMAIN).optional(),
  tlsSecret: objectName.optional(),
  ingressClass: objectName.optional(),
  probePath: z.string().regex(PATH).optional(),
  minReplicas: z.int().min(1).max(1000).optional(),
  maxReplicas: z.int().min(1).max(1000).optional(),
  cpuTarget: z.int().min(1).max(100).optional(),
  schedule: z.string().max(100).regex(SCHEDULE).optional(),
  storage: z.string().regex(BYTES).optional(),
  storageClass: objectName.optional(),
  mountPath: z.string().regex(PATH).optional(),
  asRoot: z.boolean().optional(),
});
export type Wish = z.infer<typeof wishSchema>;

/** What stands where nobody said anything. Small on purpose: rightsizing says later what is really used. */
const DEFAULTS = { cpu: '100m', memory: '256Mi', replicas: 2, storage: '20Gi', mountPath: '/data', cpuTarget: 70 };

/** A wish that a blueprint can be filled from. */
export type Release = Wish & { blueprint: string; image: string; name: string; namespace: string };

/** The wish with what ran before under it and defaults below that. */
export function completed(wish: Wish, before: Wish = {}): Wish {
  const known = (of: Wish) => Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as Wish;
  const merged: Wish = { ...known(before), ...known(wish) };
  if (before.config && wish.config) merged.config = { ...before.config, ...wish.config };
  const { blueprint = 'web-service', maxReplicas } = merged;
  const least = merged.minReplicas ?? merged.replicas ?? DEFAULTS.replicas;
  return {
    blueprint,
    cpu: DEFAULTS.cpu,
    memory: DEFAULTS.memory,
    ...(blueprint === 'stateful-service' && { storage: DEFAULTS.storage, mountPath: DEFAULTS.mountPath, replicas: 1 }),
    ...(blueprint !== 'stateful-service' && blueprint !== 'cron-job' && { replicas: DEFAULTS.replicas }),
    ...merged,
    ...(maxReplicas !== undefined && {
      replicas: Math.max(least, merged.replicas ?? 0),
      minReplicas: least,
      cpuTarget: merged.cpuTarget ?? DEFAULTS.cpuTarget,
    }),
  };
}

/** The fields that do not fit their form, in words of the schema; empty where all do. */
function problemsOf(wish: unknown): string[] {
  const parsed = wishSchema.safeParse(wish);
  return parsed.success ? [] : [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))];
}

/** The wish without the fields that do not fit. */
export function fittingPart(wish: Record<string, unknown>): Wish {
  const wrong = new Set(problemsOf(wish));
  return wishSchema.parse(Object.fromEntries(Object.entries(wish).filter(([field]) => !wrong.has(field))));
}
