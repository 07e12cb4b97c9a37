import { describe, expect, it } from 'vitest';
import { healthy, unrelated } from './series.ts';
import { CURVE_SCRIPTS, findings, hasPython } from './shipped.ts';

describe.skipIf(!hasPython)('false alarms of the analyses (need python3)', () => {
  it.each(CURVE_SCRIPTS)('%s raises none over 1,000 healthy curves', async (script) => {
    for (let first = 0; first < 1000; first += 200) {
      const series = Array.from({ length: 200 }, (_, index) => healthy(first + index + 1, script !== 'seasonality'));
      expect(await findings(script, series)).toEqual([]);
    }
  });

  it('correlate raises none over 200 clusters where changes and incidents know nothing of each other', async () => {
    for (let cluster = 1; cluster <= 200; cluster += 1)
      expect(await findings('correlate', [], unrelated(cluster))).toEqual([]);
  });
});
