import { dependencyRule } from '../looks/dependencies.ts';

/** A program's log says that it writes to a database that takes no writes: a replica, or one that was made read-only. */
export const dependencyReadOnly = dependencyRule('DependencyReadOnly');
