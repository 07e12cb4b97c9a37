import type { FieldProblem } from '../errors.ts';
import { textAt, textsAt } from '../fields.ts';
import { required, wrong } from './problems.ts';

/** The rules of names, and their wordings, of k8s.io/apimachinery/pkg/util/validation/validation.go. */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const LABEL_VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';

interface Rule {
  pattern: RegExp;
  longest: number;
  why: string;
}

const rule = (pattern: string, longest: number, why: string): Rule => ({
  pattern: new RegExp(`^${pattern}$`),
  longest,
  why: `${why}, regex used for validation is '${pattern}')`,
});

export const DNS_SUBDOMAIN = rule(
  SUBDOMAIN,
  253,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com'",
);
export const DNS_LABEL = rule(
  LABEL,
  63,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc'",
);
const DNS_1035 = rule(
  LABEL_1035,
  63,
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123'",
);
const VALUE = rule(
  LABEL_VALUE,
  63,
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345'",
);
const QUALIFIED = rule(
  '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]',
  63,
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc'",
);

/** What is wrong with a text under a rule. */
export function checkName(field: string, value: string, { pattern, longest, why }: Rule): FieldProblem[] {
  if (value.length > longest) return [wrong(field, value, `must be no more than ${longest} characters`)];
  return pattern.test(value) ? [] : [wrong(field, value, why)];
}

const NAME_RULES: Record<string, Rule | undefined> = { namespaces: DNS_LABEL, services: DNS_1035 };
/** Names that may hold anything that can stand in a path: `system:node`. */
const PATH_SEGMENTS = new Set(['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings']);

/** What is wrong with the metadata of an object. */
export function checkMetadata(plural: string, object: unknown): FieldProblem[] {
  const name = textAt(object, 'metadata', 'name') ?? '';
  return [...nameProblems(plural, name), ...labelProblems('metadata.labels', textsAt(object, 'metadata', 'labels'))];
}

function nameProblems(plural: string, name: string): FieldProblem[] {
  if (!name) return [required('metadata.name', 'name or generateName is required')];
  if (!PATH_SEGMENTS.has(plural)) return checkName('metadata.name', name, NAME_RULES[plural] ?? DNS_SUBDOMAIN);
  return /[/%]/.test(name) ? [wrong('metadata.name', name, "may not contain '/' or '%'")] : [];
}

/** What is wrong with the keys and values of labels. */
export function labelProblems(field: string, labels: Record<string, string>): FieldProblem[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...keyProblems(field, key),
    ...checkName(field, value, VALUE),
  ]);
}

function keyProblems(field: string, key: string): FieldProblem[] {
  const parts = key.split('/');
  const [prefix, name = ''] = parts.length === 2 ? parts : [undefined, key];
  if (prefix !== undefined && !DNS_SUBDOMAIN.pattern.test(prefix))
    return [wrong(field, key, `prefix part ${DNS_SUBDOMAIN.why}`)];
  return name.length <= 63 && QUALIFIED.pattern.test(name) ? [] : [wrong(field, key, QUALIFIED.why)];
}
