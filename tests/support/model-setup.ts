import { badModes, startBadModel } from './bad-model.ts';

/** Vitest's global setup: with `MODEL=slow`, `failing` or `rubbish` the bots of the tests have such a model; without, none. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  const wanted = process.env.MODEL ?? 'off';
  if (wanted === 'off') return undefined;
  const mode = badModes.find((one) => one === wanted);
  if (!mode) throw new Error(`MODEL is off, ${badModes.join(', ')}: not ${wanted}`);
  const model = await startBadModel(mode);
  // The workers of the tests begin with this environment, and hand it to the bots they start.
  Object.assign(process.env, model.settings);
  return async () => {
    process.stdout.write(`The ${mode} model was asked ${model.asked()} times.\n`);
    await model.close();
  };
}
