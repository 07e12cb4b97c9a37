import { z } from 'zod';

const times = z.int().min(1).optional();
const action = z.union([z.string(), z.array(z.string()).min(1)]);
const stuck = z.strictObject({ taskType: z.string(), stage: z.string().optional() });

/** What can be made to go wrong, as `PUT /_sandbox/faults` takes it. Absent = off; `times` absent = until switched off; several actions share their `times`. */
export const faultsSchema = z.strictObject({
  /** Instance types sold out: everywhere, in one zone, of one type, or one type in one zone. */
  noStock: z.array(z.strictObject({ zone: z.string().optional(), instanceType: z.string().optional() })).optional(),
  /** Every vSwitch is out of addresses. */
  ipNotEnough: z.boolean().optional(),
  insufficientBalance: z.boolean().optional(),
  roleNotAttached: z.boolean().optional(),
  quotaExceeded: z.boolean().optional(),
  /** Every nth API call is refused with Throttling.User. */
  throttleEvery: z.int().min(1).optional(),
  /** Tasks of this type created from now on never end; in the named stage, else in their last one. */
  taskStuck: stuck.optional(),
  /** Tasks of this type created from now on fail; in the named stage, else in their last one. */
  taskFail: stuck.extend({ code: z.string(), message: z.string() }).optional(),
  /** The call takes effect and is never answered. */
  hangAfterAccept: z.strictObject({ action, times }).optional(),
  /** The call takes effect and is answered with an error. */
  errorAfterAccept: z
    .strictObject({ action: z.string(), status: z.int().min(500).max(599).default(500), times })
    .optional(),
  /** The call takes no effect and is answered with a 503. */
  errorBefore: z.strictObject({ action, times }).optional(),
  /** Seconds of world time for which new clusters and node pools are missing from lists. */
  lateListing: z.number().min(0).optional(),
  /** Real milliseconds before each API call is looked at. */
  latencyMs: z.int().min(0).max(60_000).optional(),
});

export type Faults = z.infer<typeof faultsSchema>;

type Counted = 'hangAfterAccept' | 'errorAfterAccept' | 'errorBefore';

/** The faults left after one use of a counted fault on `action`; undefined when that fault does not concern it. */
export function spend(faults: Faults, kind: Counted, action: string): Faults | undefined {
  const fault = faults[kind];
  if (!fault || ![fault.action].flat().includes(action)) return undefined;
  if (fault.times === undefined) return faults;
  const { [kind]: _, ...rest } = faults;
  return fault.times > 1 ? { ...rest, [kind]: { ...fault, times: fault.times - 1 } } : rest;
}

/** True when a fault says that this type is sold out in this zone. */
export function soldOut(faults: Faults, zone: string, instanceType: string): boolean {
  return (faults.noStock ?? []).some(
    (gap) => (gap.zone ?? zone) === zone && (gap.instanceType ?? instanceType) === instanceType,
  );
}
