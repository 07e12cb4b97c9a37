import { elements, type Problem, problem } from './problem.ts';

/** Secrets belong into Secrets: what is applied stands in plans, logs and diffs for many to read. */

/** What announces a secret, at the end of a name: `DB_PASSWORD`, `apiKey`; not `PASSWORD_MIN_LENGTH`. */
const announced = /(pass|passwd|password|passphrase|secret|token|api_?key|access_?key|private_?key|credentials?)$/i;
/** Values that tell nothing: references to other variables, numbers, switches. */
const harmless = /^(\$\(\w+\)|\d{0,6}|true|false)$/;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

const looksSecret = (name: string, value: unknown): boolean =>
  typeof value === 'string' && (privateKey.test(value) || (announced.test(name) && !harmless.test(value)));

/** Literal secrets among the variables of a container. */
export function secretVariables(container: Record<string, unknown>, path: string): Problem[] {
  return elements(container.env, `${path}.env`).flatMap(({ fields: { name, value }, at }) =>
    looksSecret(String(name), value)
      ? [
          problem(
            `${at}.value`,
            `holds the secret ${String(name)} itself: refer to a Secret with valueFrom.secretKeyRef`,
          ),
        ]
      : [],
  );
}

/** Literal secrets in the data of a ConfigMap. */
export function secretData(data: Record<string, unknown>): Problem[] {
  return Object.entries(data).flatMap(([key, value]) =>
    looksSecret(key, value) ? [problem(`data.${key}`, 'looks like a secret: keep it in a Secret')] : [],
  );
}
