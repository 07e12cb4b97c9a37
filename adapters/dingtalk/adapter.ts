import { randomUUID } from 'node:crypto';
import type { Translate } from '../../src/chat/messages.ts';
import {
  type ChatPort,
  type Delivery,
  type Intake,
  type Language,
  NotYet,
  Undeliverable,
} from '../../src/chat/types.ts';
import { createActivities } from './activity.ts';
import { createApi } from './api.ts';
import { createCards } from './cards.ts';
import { createClicks } from './clicks.ts';
import type { Connection } from './connection.ts';
import { createContacts } from './contacts.ts';
import { createDirectory } from './directory.ts';
import { isFailure } from './errors.ts';
import { createHealth } from './health.ts';
import { createInbound } from './inbound.ts';
import { createLanes } from './lanes.ts';
import { createMedia, type Picture } from './media.ts';
import { createOutbound } from './outbound.ts';
import { createPlaces } from './places.ts';
import { renderNote } from './render-card.ts';
import { createShown } from './shown.ts';
import type { Times } from './stream.ts';
import { createTexts } from './texts.ts';
import { createTopics } from './topics.ts';

export interface DingTalkOptions {
  clientId: string;
  clientSecret: string;
  /** The client id, unless DingTalk shows another. */
  robotCode?: string | undefined;
  /** Absent: no cards, but markdown with links that say the words of buttons. */
  cardTemplateId?: string | undefined;
  apiBase?: string | undefined;
  oapiBase?: string | undefined;
  translate: Record<Language, Translate>;
  /** For what is said before anybody has spoken, and for `health`. */
  language: Language;
  clock: () => number;
  newId?: () => string;
  /** Absent: charts are told in words. */
  picture?: Picture | undefined;
  /** The console's address, for what cannot be filled in in DingTalk. */
  consoleUrl?: string | undefined;
  /** Told of what went wrong and is tried again or given up; never holds a secret. */
  onError: (error: unknown, where: string) => void;
  log: { info(data: object, message: string): void };
  /** How many sockets are kept open. */
  sockets?: number;
  times?: Partial<Times>;
}

const API_BASE = 'https://api.dingtalk.com';
const OAPI_BASE = 'https://oapi.dingtalk.com';
/** Least time between two edits of one card: standard editions have a monthly quota of calls. */
const MIN_UPDATE_MS = 1_500;

/** Makes DingTalk a place to talk. It never throws for DingTalk's being unreachable or refusing: `health` says so. */
export function createDingTalk(options: DingTalkOptions): ChatPort {
  const { clientId, clientSecret, cardTemplateId, translate, language, clock, onError, log } = options;
  const { robotCode = clientId, newId = randomUUID } = options;
  const api = createApi({
    clientId,
    clientSecret,
    apiBase: withoutSlash(options.apiBase ?? API_BASE),
    oapiBase: withoutSlash(options.oapiBase ?? OAPI_BASE),
    clock,
  });
  const health = createHealth(clock, translate[language]);
  const lanes = createLanes(clock);
  const places = createPlaces(clock);
  const shown = createShown();
  const stopping = new AbortController();
  const directory = createDirectory(createContacts({ api, lanes, clock, over: stopping.signal }));
  const cards = createCards({ api, templateId: cardTemplateId, robotCode, lanes, nothingPrivate: renderNote() });
  const texts = createTexts({ api, robotCode, lanes, places, onError });
  const media = createMedia({ api, lanes, picture: options.picture, onError });
  const hasTemplate = cardTemplateId !== undefined;
  const common = {
    ...options,
    newId,
    robotCode,
    hasTemplate,
    api,
    cards,
    texts,
    media,
    lanes,
    places,
    directory,
    shown,
  };
  const send = createOutbound({
    ...common,
    onCards(refused) {
      health.cards(refused);
      if (refused) onError(refused, 'cards');
    },
  });
  const activities = createActivities(common);
  let connection: Connection | undefined;

  /** A right that is missing makes the bot unhealthy until something goes out again. */
  async function deliver(delivery: Delivery) {
    try {
      const sent = await send(delivery);
      health.sending(undefined);
      return sent;
    } catch (error) {
      if (isFailure(error, 'permission')) health.sending(error);
      throw error;
    }
  }

  async function start(intake: Intake): Promise<void> {
    const { createConnection } = await import('./connection.ts');
    const say = createOnlyWords({ deliver, newId, translate, language, onError });
    const message = createInbound({ intake, directory, places, language, onlyWords: say });
    const click = createClicks({ ...common, intake });
    connection = createConnection({
      ...options,
      credentials: { clientId, clientSecret },
      place: api.open,
      handle: createTopics({ message, click, onError }),
      onState(state) {
        const before = health.now().ok;
        health.connection(state);
        if (before !== health.now().ok) log.info({ sockets: state.open }, 'The connection to DingTalk has changed');
      },
    });
    await connection.start();
  }

  return {
    platform: 'dingtalk',
    minUpdateMs: MIN_UPDATE_MS,
    start,
    deliver,
    health: health.now,
    person: directory.person,
    activity: (conversation) => activities.begin(conversation),
    async stop() {
      stopping.abort();
      activities.stop();
      await connection?.stop();
      connection = undefined;
      health.stopped();
    },
  };
}

type OnlyWords = Pick<DingTalkOptions, 'translate' | 'language' | 'onError'> & {
  deliver: ChatPort['deliver'];
  newId: () => string;
};

/** Says that a picture or a file is not understood; once, and if it cannot be said now, not at all. */
function createOnlyWords({ deliver, newId, translate, language, onError }: OnlyWords) {
  return (conversation: Delivery['conversation']) => {
    const message = { text: translate[language]('dingtalk.only-words'), language };
    deliver({ key: `only-words-${newId()}`, conversation, message }).catch((error: unknown) => {
      if (!(error instanceof NotYet || error instanceof Undeliverable)) onError(error, 'only-words');
    });
  };
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}
