import { dependencyRule } from '../looks/dependencies.ts';

/** A program's log says that it gets no connection because all are taken, its own or the server's. */
export const connectionPoolExhausted = dependencyRule('ConnectionPoolExhausted');
