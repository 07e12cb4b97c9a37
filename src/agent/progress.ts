import type { ProgressStep } from '../chat/types.ts';
import type { AgentEvent } from './types.ts';

/** An investigation while it runs, as its card shows it. */
export interface Progress {
  id: string;
  question: string;
  steps: ProgressStep[];
  /** What the model is writing; not checked yet. */
  text: string;
}

const LONGEST_TEXT = 8000;

/** The progress after one more event. */
export function progressed(progress: Progress, event: AgentEvent): Progress {
  switch (event.type) {
    case 'step': {
      const { id, source, status, detail } = event;
      const step: ProgressStep = { id, title: source, status, ...(detail !== undefined && { detail }) };
      const at = progress.steps.findIndex((one) => one.id === id);
      return { ...progress, steps: at < 0 ? [...progress.steps, step] : progress.steps.with(at, step) };
    }
    case 'token':
      return { ...progress, text: `${progress.text}${event.text}`.slice(-LONGEST_TEXT) };
    case 'reset':
      return { ...progress, text: '' };
  }
}
