import { invalid } from '../errors.ts';
import type { KubeObject, Resource } from '../objects.ts';
import { CHANGE_CHECKS, CHECKS } from './kinds.ts';
import { checkMetadata } from './names.ts';

/** Refuses with Invalid an object that breaks the rules of its kind, or changes what must stay as it was `before`. */
export function validate(resource: Resource, object: KubeObject, before?: KubeObject): void {
  const { plural } = resource;
  const problems = [
    ...checkMetadata(plural, object),
    ...(CHECKS[plural]?.(object) ?? []),
    ...(before ? (CHANGE_CHECKS[plural]?.(object, before) ?? []) : []),
  ];
  if (problems.length > 0) throw invalid(resource, object.metadata.name, problems);
}
