import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diagnose } from '../../flows/incidents/diagnose.ts';
import { createRedactor } from '../../src/tools/redaction.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import type { CauseCase } from '../flows/incidents/case.ts';
import { evidenceOf, type World } from '../flows/incidents/evidence.ts';
import { words } from '../incidents/room.ts';

/** A live cluster is seen through the redactor: what it takes out must not be what a diagnosis needs. */

const cases = await Promise.all(
  globSync('tests/flows/incidents/cases/*.ts').map(async (file): Promise<[string, CauseCase]> => {
    const [found] = Object.values((await import(join(process.cwd(), file))) as Record<string, CauseCase>);
    if (!found) throw new Error(`${file} exports no case`);
    return [found.cause, found];
  }),
);

async function causesIn(world: World): Promise<string[]> {
  const scope = { namespace: world.namespace, focus: world.focus, alerts: world.alerts ?? [] };
  const { findings } = await diagnose({ source: evidenceOf(world), scope, words, elapsed: () => 0 });
  return findings.map(({ cause, confidence, object, remedies }) =>
    JSON.stringify([cause, confidence, object, remedies.map(({ plan }) => plan)]),
  );
}

const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What kubectl notes holds whole Secrets, so that no tool gives it away; only a snapshot has it. */
function withoutApplied(world: World): World {
  const objects = world.objects.flat().map((object) => {
    const { metadata, ...rest } = structuredClone(object) as { metadata?: { annotations?: Record<string, string> } };
    if (metadata?.annotations) delete metadata.annotations[APPLIED];
    return { ...rest, metadata };
  });
  return { ...world, objects };
}

async function redacted(world: World): Promise<World> {
  const redactor = createRedactor();
  const objects = world.objects
    .flat()
    .map((object) => redactor.object(JSON.parse(JSON.stringify(object)) as JsonObject));
  const logs = Object.entries(world.logs ?? {}).map(async ([key, text]): Promise<[string, string]> => {
    const safe = await redactor.object({ text });
    return [key, String(safe.text)];
  });
  return { ...world, objects: await Promise.all(objects), logs: Object.fromEntries(await Promise.all(logs)) };
}

test.each(cases)(
  '%s is found through the redactor as without it',
  async (_, { firing, healthy, recovered, nearest, more }) => {
    for (const world of [firing, healthy, recovered, nearest, ...Object.values(more ?? {})])
      expect(await causesIn(await redacted(world))).toEqual(await causesIn(withoutApplied(world)));
  },
);
