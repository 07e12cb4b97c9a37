import { dependencyRule } from '../looks/dependencies.ts';

/** A program's log says that it cannot write because its disk is full. */
export const diskFullInApp = dependencyRule('DiskFullInApp');
