import type { LabelSelector, Node } from './kinds.ts';

/** Whether labels have every pair. An empty selector selects nothing here, as a Service's does. */
export function hasLabels(labels: Record<string, string>, selector: Record<string, string>): boolean {
  const pairs = Object.entries(selector);
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value);
}

interface Requirement {
  key: string;
  operator: string;
  values: string[];
}

function meets(labels: Record<string, string>, { key, operator, values }: Requirement): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values[0]);
    case 'Lt':
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** A label selector as the API means it: absent selects nothing, empty everything. */
export function selects(selector: LabelSelector | undefined, labels: Record<string, string>): boolean {
  if (!selector) return false;
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => labels[key] === value) &&
    selector.matchExpressions.every((requirement) => meets(labels, requirement))
  );
}

interface NodeTerm {
  matchExpressions: Requirement[];
  matchFields: Requirement[];
}

/** Whether a node meets any of the terms. No terms, and a term that asks for nothing, are met by no node. */
export function meetsAnyTerm(terms: readonly NodeTerm[], { metadata: { name, labels } }: Node): boolean {
  return terms.some(
    ({ matchExpressions, matchFields }) =>
      matchExpressions.length + matchFields.length > 0 &&
      matchExpressions.every((requirement) => meets(labels, requirement)) &&
      matchFields.every((requirement) => meets({ 'metadata.name': name }, requirement)),
  );
}
