import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../agent/model.ts';
import type { Understand } from '../conversations/ports.ts';
import { parseClarifyTemplate } from '../flow/clarify/template.ts';
import type { Flow } from '../flow/kit.ts';
import { parseIntents } from '../routing/intents.ts';
import { routerOver } from '../routing/router.ts';
import { createUnderstand } from '../routing/understand.ts';
import { type Ground, ROOT } from './ground.ts';

/** From sentences to intents: the router over keywords, the clarification templates, and with a model the reader of free sentences. */
export function openRouting(
  { log, translate, clock }: Ground,
  flows: ReadonlyMap<string, Flow>,
  model: Model | undefined,
) {
  const catalogue = parseIntents(readFileSync(join(ROOT, 'templates/intents.yaml'), 'utf8'));
  const router = routerOver(catalogue);
  const { intents } = catalogue;
  const templates = readTemplates(join(ROOT, 'templates/clarify'));
  const onRefused = (why: string) => log.info({ why }, "A model's reading of a sentence is not used");
  const understand: Understand | undefined =
    model && createUnderstand({ model, intents, route: router.route, flows, templates, translate, clock, onRefused });
  return { router, templates, understand };
}

function readTemplates(folder: string) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const templates = files.map((file) => parseClarifyTemplate(readFileSync(join(folder, file), 'utf8'), file));
  return new Map(templates.map((template) => [template.id, template]));
}
