import { randomUUID } from 'node:crypto';
import type { Diagnosis } from '../flows/incidents/finding.ts';
import { remedyCatalogue } from '../flows/incidents/remedies/schema.ts';
import { createAgent } from '../src/agent/agent.ts';
import type { Budget } from '../src/agent/budget.ts';
import type { EvidenceStore } from '../src/agent/loop/evidence-store.ts';
import type { ModelSettings } from '../src/agent/model.ts';
import { packOf, worldPack } from '../src/agent/pack.ts';
import type { Investigation } from '../src/agent/types.ts';
import { createRedactor } from '../src/tools/redaction.ts';
import type { House } from './house.ts';
import type { Scenario } from './scenario.ts';

/** Puts a scenario's question to the agent of the product, with what the rules found or, for a question that is none for them, what there is; behind the given model. */
export function investigate(
  { gateway, cluster }: House,
  { question, language, purpose }: Scenario,
  { settings, diagnosis }: { settings: ModelSettings; diagnosis: Diagnosis | undefined },
): Promise<Investigation> {
  const agent = createAgent({
    settings,
    budget: boundless,
    gateway,
    redactor: createRedactor(),
    remedies: remedyCatalogue,
    runbooks: () => [],
    keep: inMemory(),
    newMark: randomUUID,
    newId: randomUUID,
    clock: Date.now,
    log: { warn: () => undefined },
  });
  return agent.investigate({
    purpose,
    question,
    language,
    who: { platform: 'web', tenant: 'evals', id: 'evals' },
    conversation: 'evals',
    cluster,
    pack: diagnosis ? packOf(diagnosis, language) : worldPack([cluster]),
  });
}

/** An eval is bounded by the investigation itself, and by how many there are. */
const boundless: Budget = { take: async () => ({ ok: true, settle: async () => undefined }) };

function inMemory(): EvidenceStore {
  const kept = new Map<string, string>();
  return {
    async keep(text) {
      const key = randomUUID();
      kept.set(key, text);
      return key;
    },
    read: async (key) => kept.get(key),
  };
}
