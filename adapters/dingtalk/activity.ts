import { setTimeout as pause } from 'node:timers/promises';
import type { Translate } from '../../src/chat/messages.ts';
import { type Activity, type ConversationRef, type Language, NotYet, type ProgressStep } from '../../src/chat/types.ts';
import type { Api } from './api.ts';
import type { Cards } from './cards.ts';
import type { Lanes } from './lanes.ts';
import type { Places } from './places.ts';
import { renderCard } from './render-card.ts';

export interface ActivityOptions {
  api: Pick<Api, 'call'>;
  robotCode: string;
  cards: Cards;
  hasTemplate: boolean;
  lanes: Lanes;
  places: Places;
  translate: Record<Language, Translate>;
  language: Language;
  newId: () => string;
}

/** Shows that something is being worked on. `stop` ends all that is shown. */
export interface Activities {
  begin(conversation: ConversationRef): Activity;
  stop(): void;
}

/** What is shown of a turn; `end` takes it away or closes it. Both may throw: nothing depends on them. */
interface Display {
  show(steps: ProgressStep[]): Promise<void>;
  end(steps: ProgressStep[]): Promise<void>;
}

/** A turn that is over sooner needs no sign of life. */
const PATIENCE_MS = 1_000;
/** Between two changes of what is shown. */
const EVERY_MS = 1_000;

/** Makes activities: an AI card that is written into where there is a template, else a reaction to what was asked. */
export function createActivities(options: ActivityOptions): Activities {
  const stopping = new AbortController();

  function begin(conversation: ConversationRef): Activity {
    const display = options.hasTemplate ? cardDisplay(options, conversation) : reactionDisplay(options, conversation);
    const steps = new Map<string, ProgressStep>();
    const ending = new AbortController();
    const over = AbortSignal.any([ending.signal, stopping.signal]);
    let dirty = false;
    let running: Promise<void> | undefined;

    async function run(): Promise<void> {
      await rest(PATIENCE_MS, over);
      let isShown = false;
      try {
        while (!over.aborted) {
          if (dirty) {
            dirty = false;
            await turn(() => display.show([...steps.values()]), over);
            isShown = true;
          }
          await rest(EVERY_MS, over);
        }
        if (isShown && !stopping.signal.aborted) await turn(() => display.end([...steps.values()]), stopping.signal);
      } catch {
        // Nothing depends on its being shown: the answer comes all the same.
      }
    }

    return {
      step(step) {
        steps.set(step.id, step);
        dirty = true;
        running ??= run();
      },
      async end() {
        ending.abort();
        await running;
      },
    };
  }

  return { begin, stop: () => stopping.abort() };
}

/** Runs it when it is its turn, unless that is over first. */
async function turn(call: () => Promise<void>, over: AbortSignal): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      await rest(error.waitMs, over);
      if (over.aborted) return;
    }
  }
}

async function rest(ms: number, over: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal: over }).catch(() => {});
}

function cardDisplay({ cards, translate, language, newId }: ActivityOptions, conversation: ConversationRef): Display {
  const id = `activity-${newId()}`;
  const title = translate[language]('dingtalk.working');
  let rev = 0;

  const render = (steps: ProgressStep[]) => {
    rev += 1;
    const card = { id, rev, title, tone: 'info', blocks: [{ type: 'progress', title: '', steps }] } as const;
    return renderCard({ text: title, card: { ...card, blocks: [...card.blocks] }, language }, { translate }).params;
  };
  const stream = (steps: ProgressStep[], final: boolean) =>
    cards.stream(id, { guid: newId(), content: render(steps).content ?? '', final });

  let isThere = false;
  return {
    async show(steps) {
      if (isThere) return stream(steps, false);
      // 2: being written into, https://open.dingtalk.com/document/isvapp/api-streamingupdate
      const params = { ...render(steps), flowStatus: '2' };
      await cards.create({ outTrackId: id, conversation, params, alert: title });
      isThere = true;
    },
    async end(steps) {
      await stream(steps, true);
      await cards.update(id, render(steps));
    },
  };
}

/** Not in DingTalk's documents: the form that its plugins use. On messages of people only. */
function reactionDisplay(options: ActivityOptions, conversation: ConversationRef): Display {
  const { api, robotCode, lanes, places, translate, language } = options;
  const message = places.lastMessage(conversation);
  const name = `🤔 ${translate[language]('dingtalk.working')}`;
  const react = async (how: 'reply' | 'recall') => {
    if (!message) return;
    const textEmotion = { emotionId: '2659900', emotionName: name, text: name, backgroundId: 'im_bg_1' };
    const body = { robotCode, ...message, emotionType: 2, emotionName: name, textEmotion };
    await lanes.run('reaction', `${how} ${message.openMsgId}`, () => api.call('POST', `robot/emotion/${how}`, body));
  };
  let isThere = false;
  return {
    async show() {
      if (!isThere) await react('reply');
      isThere = true;
    },
    end: () => react('recall'),
  };
}
