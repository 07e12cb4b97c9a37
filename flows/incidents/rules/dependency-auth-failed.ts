import { dependencyRule } from '../looks/dependencies.ts';

/** A program's log says that what it needs refuses its user, password or token. */
export const dependencyAuthFailed = dependencyRule('DependencyAuthFailed');
