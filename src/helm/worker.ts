import { parentPort, workerData } from 'node:worker_threads';
import { readChart } from './chart.ts';
import { toldOf, valuesGiven } from './given.ts';
import { readIndex } from './index-file.ts';
import type { Answer, Answers, ChartFacts, Job, RenderJob } from './job.ts';
import { type Chart, ChartError } from './types.ts';

/**
 * The thread in which what strangers wrote is unpacked, read and rendered: one job, one thread. It has no environment, opens no file
 * and no connection, and is ended from outside when it takes too long or too much.
 */

const TEXT = 300;

function factsOf({ metadata: { name, version, appVersion, description, deprecated } }: Chart): ChartFacts {
  return {
    name,
    version,
    ...(appVersion !== undefined && { appVersion: appVersion.slice(0, TEXT) }),
    ...(description !== undefined && { description: description.slice(0, TEXT) }),
    deprecated,
  };
}

/** The engine is large, and only one kind of job needs it. */
const engine = workerData === 'render' ? await import('./render.ts') : undefined;

async function render({ source, given, release }: RenderJob): Promise<Answers['render']> {
  if (!engine) throw new Error('This thread was begun for something else');
  const chart = await readChart(source);
  const values = valuesGiven(given);
  const told = toldOf(values);
  return { ...engine.renderChart(chart, { ...release, values }), chart: factsOf(chart), given: told };
}

async function describe({ id, source }: { id: string; source: RenderJob['source'] }) {
  try {
    return { id, chart: factsOf(await readChart(source)) };
  } catch (error) {
    return { id, problem: failureOf(error).message };
  }
}

function made(job: Job): Promise<Answers[Job['kind']]> | Answers[Job['kind']] {
  switch (job.kind) {
    case 'render':
      return render(job);
    case 'describe':
      return Promise.all(job.sources.map(describe));
    case 'index':
      return readIndex(job.text);
  }
}

/** Errors of the engine name the template and the line; anything else is told without its details. */
function failureOf(error: unknown): { code: ChartError['code']; message: string } {
  if (error instanceof ChartError) return { code: error.code, message: error.message.slice(0, 1000) };
  if (error instanceof RangeError)
    return { code: 'CHART_TOO_LARGE', message: 'The chart goes too deep to be rendered' };
  if (error instanceof Error) return { code: 'CHART_INVALID', message: error.message.slice(0, 1000) };
  return { code: 'CHART_INVALID', message: 'The chart cannot be rendered' };
}

parentPort?.once('message', async (job: Job) => {
  let answer: Answer<Job['kind']>;
  try {
    answer = { made: await made(job) };
  } catch (error) {
    answer = { failed: failureOf(error) };
  }
  parentPort?.postMessage(answer);
  parentPort?.close();
});

// Until now only modules were read: the job's time begins here.
parentPort?.postMessage('ready');
