import { z } from 'zod';
import { defineFlow, type Flow } from '../../src/flow/kit.ts';
import { canary } from './canary.ts';
import { chartList } from './chart.ts';
import { deliverApp } from './deliver.ts';
import { releaseHistory } from './history.ts';
import type { Words } from './plan.ts';
import { rollBack } from './roll-back.ts';
import { updateImage } from './update.ts';

/** Releases: a new one, another image, which there were, going back, trying one out beside what runs, and which charts there are. */
export function deliverFlows({ words }: { words: Words }): Flow[] {
  return [
    defineFlow({
      id: 'deliver-app',
      version: 1,
      input: z.object({}),
      *run(_input, context) {
        yield* deliverApp(words, context);
      },
    }),
    defineFlow({
      id: 'update-image',
      version: 1,
      input: z.object({}),
      *run(_input, context) {
        yield* updateImage(words, context);
      },
    }),
    defineFlow({
      id: 'release-history',
      version: 1,
      input: z.object({}),
      *run(_input, context) {
        yield* releaseHistory(context);
      },
    }),
    defineFlow({
      id: 'roll-back',
      version: 1,
      input: z.object({}),
      *run(_input, context) {
        yield* rollBack(words, context);
      },
    }),
    defineFlow({
      id: 'canary',
      version: 1,
      input: z.object({}),
      *run(_input, context) {
        yield* canary(words, context);
      },
    }),
    defineFlow({
      id: 'chart-list',
      version: 1,
      input: z.object({}),
      *run(_input, context) {
        yield* chartList(context);
      },
    }),
  ];
}
