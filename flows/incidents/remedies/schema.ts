import { z } from 'zod';
import type { RemedyCatalogue } from '../../../src/agent/types.ts';
import { parseQuantity } from '../../../src/flow/quantity.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import type { Remedy, RemedyId } from './remedy.ts';

/** The typed remedies as they may come in: out of the store as rules wrote them, and the few that a model may choose. */

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const label = z.string().regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/, 'is no name of Kubernetes (RFC 1123 label)');
const name = z
  .string()
  .max(253)
  .regex(/^[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?$/, 'is no name of Kubernetes (RFC 1123)');
/** What names RBAC objects and custom resources may have, too: they hold colons. */
const anyName = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[^/%\s]+$/);
const kind = z.string().regex(/^[A-Z][A-Za-z0-9]{1,62}$/);
const quantity = z
  .string()
  .max(32)
  .refine((text) => (parseQuantity(text) ?? 0) > 0, 'is no quantity above zero, such as 512Mi or 500m');
const port = z.union([z.number().int().min(1).max(65_535), label]);
const target = z.strictObject({ kind, namespace: label.exactOptional(), name: anyName });
const probe = z.enum(['livenessProbe', 'readinessProbe', 'startupProbe']);
const seconds = (most: number) => z.number().int().min(0).max(most).exactOptional();
const common = {
  when: z.enum(['now', 'later']).exactOptional(),
  soakMinutes: z.number().positive().exactOptional(),
  mitigates: z.literal(true).exactOptional(),
};
const of = <Id extends RemedyId, Shape extends z.ZodRawShape>(id: Id, shape: Shape) =>
  z.strictObject({ id: z.literal(id), ...common, ...shape });

/** Any remedy that there is. What stands in the store was written by a rule, and is read like anything else that comes in. */
export const remedySchema: z.ZodType<Remedy> = z.discriminatedUnion('id', [
  of('raise-memory-limit', { target, container: label, from: quantity, to: quantity }),
  of('raise-cpu-limit', { target, container: label, from: quantity, to: quantity }),
  of('set-image', { target, container: label, image: z.string().min(1) }),
  of('roll-back', { target, toRevision: z.number().int().positive().exactOptional() }),
  of('restart', { target }),
  of('scale-workload', { target, replicas: z.number().int().min(0) }),
  of('scale-node-pool', { node: name.exactOptional(), by: z.number().int().positive() }),
  of('fix-probe', {
    target,
    container: label,
    probe,
    set: z.strictObject({
      port: port.exactOptional(),
      path: z.string().exactOptional(),
      scheme: z.enum(['HTTP', 'HTTPS']).exactOptional(),
      handler: z.enum(['httpGet', 'tcpSocket']).exactOptional(),
      timeoutSeconds: seconds(86_400),
      periodSeconds: seconds(86_400),
      failureThreshold: z.number().int().min(1).exactOptional(),
      initialDelaySeconds: seconds(86_400),
    }),
  }),
  of('fix-service-selector', { target, selector: z.record(z.string(), z.string()) }),
  of('fix-service-port', { target, port: z.number().int().min(1).max(65_535), targetPort: port }),
  of('set-config-key', { target, key: z.string().min(1), value: z.string() }),
  of('uncordon', { node: name }),
  of('drain-node', { node: name }),
  of('expand-volume', { target, from: quantity, to: quantity }),
  of('remove-finalizer', { target, finalizer: z.string().min(1) }),
]);

const MOST_REPLICAS = 50;
const MOST_NODES = 2;
/** Enough for a slow start; a probe that waits longer is as good as none. */
const timing = {
  timeoutSeconds: z.number().int().min(1).max(60).exactOptional(),
  periodSeconds: z.number().int().min(1).max(300).exactOptional(),
  failureThreshold: z.number().int().min(1).max(60).exactOptional(),
  initialDelaySeconds: z.number().int().min(0).max(600).exactOptional(),
};

const workload = (...kinds: [string, ...string[]]) => z.strictObject({ kind: z.enum(kinds), namespace: label, name });
const rolling = workload('Deployment', 'StatefulSet', 'DaemonSet');
const chosen = <Id extends RemedyId, Shape extends z.ZodRawShape>(id: Id, does: string, shape: Shape) =>
  z.strictObject({ id: z.literal(id), ...shape }).describe(does);

/**
 * What a model may choose. What it read may have been written to mislead it, so it chooses among changes whose worst is known and
 * never fills in a value that code, traffic or data would follow. Not for it, but for rules, which take the value from the cluster:
 * `set-image` (any image would be run), `set-config-key` (an address of somebody's choice), `fix-service-selector` (traffic to other
 * pods), port, path and way of a probe (the kubelet asks them) and `remove-finalizer` (what it guards is lost for good). What is
 * now, such as a limit, is never taken from the model's words: `chosenRemedy` reads it from the object.
 */
const choices = [
  chosen('raise-memory-limit', 'Raise the memory limit of one container, to twice what it is at most.', {
    target: rolling,
    container: label,
    to: quantity,
  }),
  chosen('raise-cpu-limit', 'Raise the CPU limit of one container, to twice what it is at most.', {
    target: rolling,
    container: label,
    to: quantity,
  }),
  chosen('roll-back', 'Go back to the revision before, or to one that the history shows.', {
    target: rolling,
    toRevision: z.number().int().positive().exactOptional(),
  }),
  chosen('restart', 'Replace the pods one after the other; of a Pod, delete it so that its owner makes it anew.', {
    target: workload('Deployment', 'StatefulSet', 'DaemonSet', 'Pod'),
  }),
  chosen('scale-workload', `Set how many copies there are, 1 to ${MOST_REPLICAS}.`, {
    target: workload('Deployment', 'StatefulSet'),
    replicas: z.number().int().min(1).max(MOST_REPLICAS),
  }),
  chosen('scale-node-pool', `Add 1 to ${MOST_NODES} nodes to the cluster's first node pool. Costs money.`, {
    by: z.number().int().min(1).max(MOST_NODES),
  }),
  chosen('fix-probe', 'Give a probe more time. Its port and path are not for you to set.', {
    target: rolling,
    container: label,
    probe,
    set: z.strictObject(timing).refine((set) => Object.keys(set).length > 0, 'sets nothing'),
  }),
  chosen('fix-service-port', 'Let a port of a Service lead to another port of its pods.', {
    target: workload('Service'),
    port: z.number().int().min(1).max(65_535),
    targetPort: port,
  }),
  chosen('uncordon', 'Let a cordoned node take pods again.', { node: name }),
  chosen('drain-node', 'Cordon a sick node and move its pods away, as their disruption budgets allow.', { node: name }),
  chosen(
    'expand-volume',
    'Make a volume claim larger, to twice what it is at most. It can never be made smaller again.',
    {
      target: workload('PersistentVolumeClaim'),
      to: quantity,
    },
  ),
] as const;

const choice = z.discriminatedUnion('id', choices);
/** A remedy as a model chooses it: what is now is still to be read. */
export type ChosenRemedy = z.infer<typeof choice>;

export type ChoiceCheck = { ok: true; remedy: ChosenRemedy } | { ok: false; why: string };

/** A model's choice, or in one sentence why it is none. */
export function checkChoice(given: unknown): ChoiceCheck {
  const id = z.object({ id: z.string() }).safeParse(given);
  if (!id.success) return { ok: false, why: 'a remedy needs an id' };
  if (!choices.some((one) => one.shape.id.value === id.data.id))
    return {
      ok: false,
      why: `there is no remedy of that id to choose; there are ${choices.map((one) => one.shape.id.value).join(', ')}`,
    };
  // What is now, and why, may be said; the one is read anew, the other stands beside.
  const { from: _, why: __, ...bare } = z.looseObject({}).parse(given);
  const parsed = choice.safeParse(bare);
  if (parsed.success) return { ok: true, remedy: parsed.data };
  const issues = parsed.error.issues.slice(0, 4);
  return { ok: false, why: issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ') };
}

/** The remedies that a model may choose, for the agent. */
export const remedyCatalogue: RemedyCatalogue = {
  describe: () =>
    choices
      .map((one) => `${one.shape.id.value}: ${one.description}\n  ${JSON.stringify(parametersOf(one))}`)
      .join('\n'),
  check(given) {
    const checked = checkChoice(given);
    return checked.ok ? { ok: true, remedy: asJson(checked.remedy) } : checked;
  },
};

const asJson = (remedy: ChosenRemedy): JsonObject => JSON.parse(JSON.stringify(remedy)) as JsonObject;

/** Without what `check` says better when it is wrong. */
function parametersOf(one: (typeof choices)[number]) {
  return z.toJSONSchema(one, {
    override: ({ jsonSchema }) => {
      for (const word of ['pattern', 'maxLength', 'additionalProperties', 'description'] as const)
        delete jsonSchema[word];
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  }).properties;
}
