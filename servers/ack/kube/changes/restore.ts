import { applyPatch, type Operation } from 'rfc6902';
import { z } from 'zod';
import type { JsonObject } from '../../../../src/tools/types.ts';
import { refusal } from '../../errors.ts';
import { applicableKinds, checkNoWorse } from '../applicable/object.ts';
import { annotated, type Intent } from '../change.ts';
import { apiVersion, name, namespace } from '../kube-tool.ts';
import { type KubeObject, objectSchema } from '../objects.ts';

export const restoreInput = {
  apiVersion,
  kind: z.enum(applicableKinds),
  namespace: namespace.optional(),
  name,
  /** A list of operations (RFC 6902) whose tests hold on to what the apply wrote. */
  patch: z.array(z.record(z.string(), z.json())).min(1).max(2000),
};

/** What an apply may have written, and so may be taken back. */
const places =
  /^\/(spec|data|binaryData|immutable|automountServiceAccountToken|imagePullSecrets|metadata\/(labels|annotations))(\/|$)/;
const operation = z.looseObject({ op: z.enum(['test', 'add', 'remove', 'replace']), path: z.string() });

/** Puts back what an apply changed: refused where anything forbidden would come in that is not there now. */
export function restoreIntent({ patch, ...target }: z.output<z.ZodObject<typeof restoreInput>>): Intent {
  return {
    target,
    patchType: 'json',
    undoTool: 'k8s_restore',
    patch(before) {
      for (const step of patch) checkStep(step);
      const now = annotated(before, target.kind);
      checkNoWorse(objectOf(now), objectOf(patched(now, patch, before)));
      return patch;
    },
  };
}

function checkStep(step: JsonObject): void {
  const { data } = operation.safeParse(step);
  if (!data) throw refusal('REFUSED', 'The patch has an operation other than test, add, remove and replace');
  if (!places.test(data.path) || data.path.startsWith('/metadata/annotations/k8s-copilot~1'))
    throw refusal('REFUSED', `A way back may not touch ${data.path}`);
}

function patched(now: JsonObject, patch: JsonObject[], { metadata }: KubeObject): JsonObject {
  const next = structuredClone(now);
  const failed = applyPatch(next, patch as unknown as Operation[]).find((problem) => problem !== null);
  if (failed) throw refusal('CONFLICT', `${metadata.name} is no longer as it was written: ${failed.message}`);
  return next;
}

const objectOf = (shown: JsonObject): KubeObject => objectSchema.parse(shown);
