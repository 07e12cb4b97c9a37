import { dependencyRule } from '../looks/dependencies.ts';

/** A program's log says that what it calls turns it away for calling too often. */
export const dependencyRateLimited = dependencyRule('DependencyRateLimited');
