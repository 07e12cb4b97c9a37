import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Policy, policySchema } from './policy-form.ts';

/** The policy cannot be used: the message names file, line and key, and the next move. */
export class PolicyError extends Error {
  readonly code = 'POLICY_INVALID';
}

/** Reads a policy. Throws PolicyError. */
export function parsePolicy(text: string, file: string): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken)
    throw new PolicyError(
      `${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message}. Mend the file and start again.`,
    );
  const parsed = policySchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = pathOf(issue);
  const line = lines.linePos(offsetOf(document, path)).line;
  throw new PolicyError(
    `${file}:${line}: ${path.join('.') || 'the file'}: ${issue?.message}. docs/policy.md describes its form.`,
  );
}

/** Reads the policy of that file. Throws PolicyError. */
export function readPolicy(file: string): Policy {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PolicyError(`POLICY_FILE ${file} cannot be read. Mend the path, or unset POLICY_FILE.`, { cause });
  }
  return parsePolicy(text, file);
}

/** The path to the key that is at fault; for one that is not known, to that key itself. */
function pathOf(issue: z.core.$ZodIssue | undefined): (string | number)[] {
  const path = (issue?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part.description) : part));
  return issue?.code === 'unrecognized_keys' ? [...path, ...issue.keys.slice(0, 1)] : path;
}

/** Where the path stands in the file, or as much of it as is there. */
function offsetOf(document: Document, path: (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const key = path[length - 1];
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      : undefined;
    const node: unknown = pair ? pair.key : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
