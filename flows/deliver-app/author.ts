import { userKey } from '../../src/chat/types.ts';
import type { FlowContext } from '../../src/flow/kit.ts';
import { textIn, type Words } from './plan.ts';
import { type Author, reasonFrom } from './values.ts';

/** Who releases, and in which words. */
export const authorOf = ({ user, text, t }: FlowContext): Author => ({ by: userKey(user), why: reasonFrom(text, t) });

export const whyOf = ({ by, why }: Author, words: Words) =>
  textIn(words)('deliver.plan.why', { by: personIn(by), why });

/** The part of `platform:tenant:id` that people call each other by. */
const personIn = (key: string) => key.split(':').slice(2).join(':') || key;
