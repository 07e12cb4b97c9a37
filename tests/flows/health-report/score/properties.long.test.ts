import { describe, test } from 'vitest';
import * as properties from './properties.ts';

/** `RUNS=10000` for all. */
const RUNS = Number(process.env.RUNS ?? 3_000);
const masking = RUNS / 10;

describe(`of any of ${RUNS} clusters`, () => {
  test.each([
    ['the lines sum to 100 minus the score, in whole tenths', properties.linesSum, RUNS],
    ['a fault never raises the score', properties.faultsNeverRaise, RUNS],
    ['healthy pods, however many, never lift a ceiling', properties.healthyPodsMaskNothing, masking],
    ['losing the right to read something never raises the score', properties.losingRightsNeverRaises, RUNS],
    ['snoozing changes neither the score nor the findings', properties.snoozesChangeOnlyWhatIsShown, RUNS],
    ['the order of what was read changes nothing', properties.orderChangesNothing, RUNS],
  ])(
    '%s',
    (_, holds, runs) => {
      for (let seed = 0; seed < runs; seed += 1) holds(seed);
    },
    900_000,
  );
});
