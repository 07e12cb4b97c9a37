import { z } from 'zod';

const document = z.object({ spec: z.record(z.string(), z.unknown()).catch({}) });

/**
 * The spec that `kubectl apply` was last given, where it left one: what somebody meant the object to be. Whatever changed the object
 * since by other means (edit, patch, scale) does not show in it.
 * https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/
 */
export function appliedSpec({ metadata }: { metadata: { annotations: Record<string, string> } }) {
  const text = metadata.annotations['kubectl.kubernetes.io/last-applied-configuration'];
  if (!text) return undefined;
  try {
    return document.safeParse(JSON.parse(text)).data?.spec;
  } catch {
    return undefined;
  }
}
