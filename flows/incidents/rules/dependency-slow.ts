import { dependencyRule } from '../looks/dependencies.ts';

/** A program's log says that answers do not come in time, over connections that stand. */
export const dependencySlow = dependencyRule('DependencySlow');
