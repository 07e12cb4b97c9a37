import { dependencyRule } from '../looks/dependencies.ts';

/** A program's log names an address that it cannot connect to; what stands behind it, where that is in this cluster, may be the deeper cause. */
export const dependencyUnreachable = dependencyRule('DependencyUnreachable');
