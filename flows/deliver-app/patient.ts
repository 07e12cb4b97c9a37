import { FlowError, type FlowRun, read } from '../../src/flow/kit.ts';
import type { JsonObject } from '../../src/tools/types.ts';

/** Codes that speak of the way to the server, not of what is asked. */
const ON_THE_WAY =
  /^(?:Unreachable|SERVER_UNREACHABLE|CONNECTION_LOST|Timeout|TIMEOUT|ServiceUnavailable|TooManyRequests|ServerTimeout)$/;
const TRIES = 3;

export const isOnTheWay = (error: FlowError): boolean => ON_THE_WAY.test(error.code);

/** Makes a call that changes nothing again where its answer was lost on the way. */
export function* patiently<Result>(work: () => FlowRun<Result>): FlowRun<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return yield* work();
    } catch (error) {
      if (!(error instanceof FlowError) || !isOnTheWay(error) || attempt === TRIES) throw error;
    }
  }
}

/** A reading tool or view, asked again where it could not be reached. */
export function* look(tool: string, args: JsonObject = {}): FlowRun<JsonObject> {
  return yield* patiently(() => read(tool, args));
}
