import { isRecord } from '../objects.ts';

/** What the closed rules say against an object: where, and why. */
export interface Problem {
  path: string;
  why: string;
}

type Fields = Record<string, unknown>;

export const problem = (path: string, why: string): Problem => ({ path, why });

/** A problem where the condition holds. */
export const when = (bad: boolean, path: string, why: string): Problem[] => (bad ? [problem(path, why)] : []);

/** One problem for each field that is not on the list. */
export const unlisted = (fields: Fields, allowed: ReadonlySet<string>, path: string): Problem[] =>
  Object.keys(fields)
    .filter((field) => !allowed.has(field))
    .map((field) => problem(`${path}.${field}`, 'is not among the fields that may be applied'));

/** The elements of a list that are objects, each with its path. */
export const elements = (list: unknown, path: string): { fields: Fields; at: string }[] =>
  (Array.isArray(list) ? list : []).flatMap((each, index) =>
    isRecord(each) ? [{ fields: each, at: `${path}[${index}]` }] : [],
  );

export const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));
