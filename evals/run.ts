import { parseArgs } from 'node:util';
import { modelSettings } from '../src/composition/model.ts';
import { readConfig } from '../src/config.ts';
import { type Played, play } from './play.ts';
import { askedIn, readScenarios } from './scenario.ts';
import { isRight, playedText, summaryOf, summaryText } from './summary.ts';

/**
 * Plays the scenarios: the rules alone beside the rules with a model. The model of the settings (`LLM_…`), or without one, and with
 * `--scripted`, what each scenario's script says. Exit code 1 where a scripted run is not as its scripts should be.
 */

const USAGE = `npm run eval -- [--only NAME,NAME] [--language en|zh] [--scripted] [--jobs N] [-o json]`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      language: { type: 'string' },
      scripted: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '2' },
      output: { type: 'string', short: 'o', default: 'text' },
    },
  });
  const jobs = Number(values.jobs);
  const language = languageOf(values.language);
  if (!Number.isInteger(jobs) || jobs < 1 || !['text', 'json'].includes(values.output)) throw new Error(USAGE);
  const model = values.scripted ? undefined : modelSettings(readConfig(process.env));
  const isText = values.output === 'text';
  const chosen = chooseFrom(values.only?.split(','));
  const played: Played[] = [];
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      for (let next = chosen.shift(); next; next = chosen.shift()) {
        const one = await play(askedIn(next, language), model).catch((error: unknown) => {
          throw new Error(`${next?.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
        });
        played.push(one);
        if (isText) process.stdout.write(`${playedText(one)}\n`);
      }
    }),
  );
  played.sort((a, b) => (a.name < b.name ? -1 : 1));
  const summary = summaryOf(played);
  const who = model?.main ?? 'scripted';
  if (isText) process.stdout.write(summaryText(summary, who));
  else
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, model: who, summary, scenarios: played }, null, 2)}\n`);
  const isHarnessRight = played.every((one) => isRight(one.model) && (one.fooled?.noticed ?? true));
  if (!model && !isHarnessRight) process.exitCode = 1;
}

/** Absent: each scenario in its own. */
function languageOf(wanted: string | undefined): 'en' | 'zh' | undefined {
  if (wanted === undefined || wanted === 'en' || wanted === 'zh') return wanted;
  throw new Error(USAGE);
}

function chooseFrom(names: string[] | undefined) {
  const all = readScenarios();
  const unknown = names?.filter((name) => !all.some((one) => one.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`There is no scenario ${unknown.join(', ')}. There are: ${all.map(({ name }) => name).join(', ')}`);
  return names ? all.filter(({ name }) => names.includes(name)) : all;
}

await main();
