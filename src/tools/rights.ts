import { refused } from './outcome.ts';
import type { ToolResult } from './types.ts';

/** The code of a refusal because something is not for the person who asks. */
export const NOT_YOURS = 'NOT_YOURS_TO_READ';

/** Says that something is not for this person, and what to do about it. */
export const notYours = (what: string): ToolResult =>
  refused(
    NOT_YOURS,
    `${what}: not among what you may read.`,
    'Name a namespace that you may read, or ask for more: docs/policy.md, readers.',
  );
