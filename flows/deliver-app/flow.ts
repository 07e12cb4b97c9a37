import { z } from 'zod';
import { defineFlow, type Flow } from '../../src/flow/kit.ts';
import { deliverApp } from './deliver.ts';
import type { Words } from './plan.ts';
import { updateImage } from './update.ts';

/** Releases: a new one, another image, which there were, going back, and trying one out beside what runs. */
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
  ];
}
