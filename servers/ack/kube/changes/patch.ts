import { z } from 'zod';
import { checkAllowed } from '../allowed.ts';
import type { Intent } from '../change.ts';
import { apiVersion, kind, name, namespace } from '../kube-tool.ts';

export const patchInput = {
  apiVersion,
  kind,
  namespace: namespace.optional(),
  name,
  patchType: z.enum(['strategic', 'merge', 'json']),
  /** An object, or for `json` a list of operations (RFC 6902). */
  patch: z.union([z.record(z.string(), z.json()), z.array(z.record(z.string(), z.json())).max(500)]),
};

/** A patch of what the closed list of fields allows. */
export function patchIntent({ patchType, patch, ...target }: z.output<z.ZodObject<typeof patchInput>>): Intent {
  return {
    target,
    patchType,
    patch(before) {
      checkAllowed(target.kind, patchType, patch, before);
      return patch;
    },
  };
}
