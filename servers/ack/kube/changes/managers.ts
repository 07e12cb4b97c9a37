import { z } from 'zod';
import type { ToolFailure } from '../../errors.ts';

/** Who keeps which field, as a refused apply tells. https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts */

/** The name under which this server writes. */
export const OUR_MANAGER = 'k8s-copilot';

const conflictDetails = z.object({
  details: z.object({
    causes: z.array(z.object({ reason: z.string(), message: z.string().default(''), field: z.string().default('') })),
  }),
});

/** The fields in the way, each with its manager; empty where the conflict is about something else. */
export function managersIn({ error }: ToolFailure): { manager: string; field: string }[] {
  const { data } = conflictDetails.safeParse(error.details);
  return (data?.details.causes ?? [])
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ message, field }) => ({ manager: /conflict with "([^"]+)"/.exec(message)?.[1] ?? 'unknown', field }));
}

/** Whether all that is in the way was written by this server itself. */
export function onlyOurs(failure: ToolFailure): boolean {
  const managers = managersIn(failure);
  return managers.length > 0 && managers.every(({ manager }) => manager === OUR_MANAGER);
}
