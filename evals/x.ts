import { askEngine, judgeDiagnosis } from './engine.ts';
import { openHouse } from './house.ts';
import { readScenarios } from './scenario.ts';
import { stage } from './world.ts';

const only = process.argv.slice(2);
for (const sc of readScenarios()) {
  if (only.length && !only.includes(sc.name)) continue;
  const t = performance.now();
  try {
    const s = await stage(sc.world);
    const h = await openHouse(s.url, sc.withheld);
    const d = await askEngine(h, sc);
    const wrong = judgeDiagnosis(d, sc);
    console.log(
      wrong.length ? 'FAIL' : 'ok',
      sc.name,
      Math.round(performance.now() - t),
      wrong.join('; '),
      wrong.length ? JSON.stringify(d.findings.map((f) => [f.cause, f.confidence, f.object.name])) : '',
    );
    await h.close();
    await s.close();
  } catch (e) {
    console.log('ERROR', sc.name, String(e).slice(0, 500));
  }
}
