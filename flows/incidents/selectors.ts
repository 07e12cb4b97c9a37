import { meets, type Requirement } from '../../src/flow/selectors.ts';
import type { Node } from './kinds.ts';

/** Whether labels have every pair. An empty selector selects nothing here, as a Service's does. */
export function hasLabels(labels: Record<string, string>, selector: Record<string, string>): boolean {
  const pairs = Object.entries(selector);
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value);
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
