import type { Message } from '../chat/messages.ts';
import { escapeLine } from '../chat/plain.ts';
import type { Language } from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import type { JsonObject } from '../tools/types.ts';
import type { AdvanceOptions } from './advance.ts';
import { askConsent, awaitingConsent } from './consent.ts';
import { isOverheard } from './deliveries.ts';
import { askedBefore } from './history.ts';
import { newRun } from './new-run.ts';
import type { Places } from './places.ts';
import type { Intent, Router, Understand, Understanding } from './ports.ts';
import type { Conversation, InboxRow, Run } from './records.ts';
import { type Answering, offerIntents, sayText } from './replies.ts';
import { Stopped, type Turns } from './turns.ts';

/** Sentences that keywords do not settle: a model may read them, and what it understood is shown before anything begins. */
export interface FreeWords {
  /** True when it was taken up; false where nobody understands it any better. */
  takeUp(row: InboxRow, text: string, conversation: Conversation, close: Intent[]): Promise<boolean>;
  /** Offers what else a sentence could have meant that was misunderstood. */
  offerElse(row: InboxRow, misunderstood: Run): Promise<void>;
}

export interface FreeWordsOptions
  extends Pick<AdvanceOptions, 'flows' | 'outbox' | 'translate' | 'clock' | 'questionLifetimeMs'> {
  runs: Collection<Run>;
  router: Router;
  /** Reads what keywords do not settle; absent where no model is set up. */
  understand?: Understand | undefined;
  answering: Answering;
  turns: Turns;
  places: Pick<Places, 'seen'>;
  alarm: (runId: string, at: number) => Promise<void>;
  /** Begins what was understood. */
  follow: (row: InboxRow, intent: Intent, known: JsonObject, text: string, conversation: Conversation) => Promise<void>;
  /** Notes that a run waits for an answer. */
  waits: (run: Run) => Promise<void>;
}

type Understood = Extract<Understanding, { kind: 'intent' }>;

const ASK = 'ask';
const MOST_OFFERED = 3;

export function createFreeWords(options: FreeWordsOptions): FreeWords {
  const { runs, router, clock, translate, answering, understand } = options;

  /** Only what is said to the bot is read, and never a choice between words to the engine. */
  async function read(row: InboxRow, text: string, { language }: Conversation, close: Intent[]) {
    const isForEngine = close.length > 0 && close.every(({ command }) => command !== undefined);
    if (!understand || isOverheard(row) || isForEngine) return undefined;
    const asker = { user: row.sender, conversation: row.conversation, language };
    const before = (await askedBefore(runs, asker, clock())).at(-1)?.question;
    const step = { id: 'understand', title: translate[language]('understood.thinking') };
    const who = { conversation: row.conversation, user: row.sender };
    const seenAt = await options.places.seen(row.conversation);
    const understood = await options.turns.during(who, seenAt, async ({ signal, onStep }) => {
      onStep({ ...step, status: 'running' });
      const found = await understand({ text, asker, close, before }, signal);
      onStep({ ...step, status: 'done' });
      return found;
    });
    return understood ?? (before === undefined || close.length > 0 ? undefined : goingOn());
  }

  /** Shortly after a question in free words, what nobody could read goes on about it. */
  function goingOn(): Understood | undefined {
    const intent = router.intent(ASK);
    return intent && { kind: 'intent', intent, known: {}, items: [], sure: true };
  }

  /** What only reads begins at once, with a word on how it was understood; everything else when the person says so. */
  async function begin(row: InboxRow, understood: Understood, text: string, conversation: Conversation): Promise<void> {
    const { intent, known, items, sure } = understood;
    const { language } = conversation;
    const what = intent.title[language];
    if (intent.command !== undefined) {
      const params = { what, word: intent.slash?.[language] ?? 'help' };
      return sayText(answering, row, language, { key: 'understood.command', params });
    }
    if (!intent.reads || !sure) return askFirst(row, understood, text, conversation);
    if (intent.id !== ASK) await sayText(answering, row, language, readsMessage(what, items, language));
    return options.follow(row, intent, known, understood.text ?? text, conversation);
  }

  async function askFirst(row: InboxRow, understood: Understood, text: string, { language }: Conversation) {
    const { intent, known } = understood;
    const flow = intent.flow === undefined ? undefined : options.flows.get(intent.flow);
    if (!flow) return sayText(answering, row, language, { key: 'conversation.not-offered' });
    const dueAt = clock() + options.questionLifetimeMs;
    const begun = { known, text: understood.text ?? text, original: text, language };
    const fresh = awaitingConsent({ ...newRun(row, flow, begun, dueAt), lastDelivery: row.id });
    await runs.insert(fresh);
    const run = (await runs.get(fresh.id)) ?? fresh;
    await askConsent(options, run, understood);
    await options.alarm(run.id, run.dueAt);
    await options.waits(run);
  }

  return {
    async takeUp(row, text, conversation, close) {
      try {
        const understood = await read(row, text, conversation, close);
        // Where keywords are undecided between words to the engine and others, the person chooses.
        if (understood?.kind !== 'intent' || (understood.intent.command !== undefined && close.length > 0))
          return false;
        await begin(row, understood, text, conversation);
      } catch (error) {
        if (!(error instanceof Stopped)) throw error;
        await sayText(answering, row, conversation.language, { key: 'conversation.stopped' });
      }
      return true;
    },
    async offerElse(row, { original, text: read, flow, language }) {
      const text = original ?? read;
      const near = router.nearest(text, MOST_OFFERED + 1, language).map(({ intent }) => intent);
      const candidates = near.filter((intent) => intent.flow !== flow).slice(0, MOST_OFFERED);
      if (candidates.length === 0) return sayText(answering, row, language, { key: 'understood.other' });
      await offerIntents(answering, row, { language }, { candidates, text, key: 'understood.other' });
    },
  };
}

function readsMessage(what: string, items: Understood['items'], language: Language): Message {
  if (items.length === 0) return { key: 'understood.reads', params: { what } };
  const details = items.map(({ label, value }) => `${label}: ${value}`).join(language === 'zh' ? '；' : '; ');
  return { key: 'understood.reads-with', params: { what, details: escapeLine(details) } };
}
