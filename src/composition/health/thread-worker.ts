import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { z } from 'zod';
import { createJoiner } from '../../../servers/ack/kube/survey/pages.ts';
import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import { loadMessages } from '../../chat/messages.ts';
import type { Facts } from '../../health/types.ts';
import { type JobName, jobs, type Words } from './jobs.ts';
import { outlineOf } from './outline.ts';
import type { Answered, FactsApart, Told } from './thread.ts';

/** The thread of reports: it keeps one survey, and runs what is asked on it. */

let joiner = createJoiner();
let unreadable: string | undefined;
let survey: Survey | undefined;
let words: Words | undefined;

parentPort?.on('message', async (told: Told) => {
  switch (told.type) {
    case 'begin':
      joiner = createJoiner();
      unreadable = undefined;
      survey = undefined;
      return;
    case 'page':
      unreadable ??= takeIn(told.page);
      return;
    case 'end':
      return parentPort?.postMessage(whole());
    case 'job':
      return parentPort?.postMessage(await answer(told.job, told.facts, told.input));
  }
});

function takeIn(page: Record<string, unknown>): string | undefined {
  try {
    joiner.add(page);
    return undefined;
  } catch (error) {
    if (error instanceof z.ZodError) return z.prettifyError(error).slice(0, 500);
    throw error;
  }
}

function whole(): Answered {
  if (unreadable !== undefined) return { unreadable };
  try {
    survey = joiner.survey();
    return { done: outlineOf(survey) };
  } catch (error) {
    if (error instanceof z.ZodError) return { unreadable: z.prettifyError(error).slice(0, 500) };
    throw error;
  }
}

async function answer<J extends JobName>(
  job: J,
  { surveyed, ...apart }: FactsApart,
  input: unknown,
): Promise<Answered> {
  words ??= loadMessages(join(import.meta.dirname, '../../../templates/messages'));
  const facts: Facts = { ...apart, survey: surveyed ? survey : undefined };
  try {
    return { done: await jobs[job](facts, input as never, words) };
  } catch (error) {
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
