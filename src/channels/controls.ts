import { hasRole, type Policy } from '../approvals/policy.ts';
import type { Message, Translate } from '../chat/messages.ts';
import type { Outbox } from '../chat/outbox.ts';
import { plainText } from '../chat/plain.ts';
import {
  type ActionOutcome,
  type Button,
  type ConversationRef,
  type IncomingAction,
  type Language,
  placeKey,
  type UserRef,
} from '../chat/types.ts';
import { changedCard, changedLine, readActionId, undoButton } from './card.ts';
import type { Changed, Channels } from './channels.ts';
import type { NamedCluster } from './scope.ts';
import { valuesOf } from './settings.ts';
import { type Read, readDigest, readForm, readQuietHours, readSubscription } from './words.ts';

export interface ChannelControlOptions {
  channels: Channels;
  policy: Policy;
  outbox: Pick<Outbox, 'put'>;
  translate: Record<Language, Translate>;
  timeZone: string;
  /** Clusters by which a place can be narrowed down. */
  clusters: () => Promise<NamedCluster[]>;
}

interface Asker {
  user: UserRef;
  conversation: ConversationRef;
  language: Language;
}

interface Said {
  say: Message;
  buttons?: Button[];
}

const WORDS: readonly string[] = ['subscribe', 'unsubscribe', 'quiet', 'digest'];
type Refused = Extract<ActionOutcome, { result: 'refused' }>;

/** Typed words and clicks that change a channel's settings, with the same rights: the role operator. */
export function createChannelControls(options: ChannelControlOptions) {
  const { channels, policy, translate, timeZone } = options;
  const look = (language: Language) => ({ t: translate[language], timeZone });

  async function read(word: string, text: string): Promise<Read> {
    if (word === 'unsubscribe') return { change: { incidents: false } };
    if (word === 'quiet') return text === '' ? { unclear: 'channels.unclear.quiet' } : readQuietHours(text);
    if (word === 'digest') return text === '' ? { unclear: 'channels.unclear.digest' } : readDigest(text);
    return readSubscription(text, await options.clusters().catch(() => []));
  }

  function told(done: Changed, { language }: Pick<Asker, 'language'>): Said {
    if (done.result === 'same') return { say: { key: 'channels.same' } };
    if (done.result !== 'done') return { say: { key: `channels.refused.${done.result}` } };
    const { before, after } = done;
    const what = changedLine(before, after, look(language));
    const waits = after.quietHours !== undefined && after.digest === undefined && after.incidents;
    const key = waits ? 'channels.told-without-digest' : 'channels.told';
    return { say: { key, params: { what } }, buttons: [undoButton(after, translate[language])] };
  }

  /** The new settings where they hold, since whoever is there is concerned. */
  async function show({ before, after }: Extract<Changed, { result: 'done' }>, language: Language): Promise<void> {
    const card = changedCard(before, after, look(language));
    await options.outbox.put(card.id, after.conversation, { text: plainText(card), card, language });
  }

  async function save(rev: number, place: ConversationRef, by: UserRef, inputs: IncomingAction['inputs']) {
    const form = readForm(inputs, valuesOf(await channels.get(placeKey(place))));
    return 'unclear' in form ? form : channels.set(place, form.change, by, rev);
  }

  return {
    async command(command: string, args: Record<string, string>, asker: Asker): Promise<Said | undefined> {
      if (!WORDS.includes(command)) return undefined;
      if (!hasRole(policy, asker.user, ['operator'])) return { say: { key: 'channels.refused.role' } };
      const found = await read(command, args.what ?? '');
      if ('unclear' in found) return { say: unclear(found) };
      return told(await channels.set(asker.conversation, found.change, asker.user), asker);
    },
    owns: (actionId: string): boolean => readActionId(actionId) !== undefined,
    async click(actionId: string, actor: UserRef, inputs: IncomingAction['inputs'] = {}): Promise<ActionOutcome> {
      const asked = readActionId(actionId);
      if (!asked) throw new Error(`No channel's button is called ${actionId}`);
      const language = channels.languageOf(asked.place);
      const refuse = (code: Refused['code'], say: Message): Refused => ({
        result: 'refused',
        code,
        message: translate[language](say),
      });
      if (!hasRole(policy, actor, ['operator'])) return refuse('forbidden', { key: 'channels.refused.role' });
      const done =
        asked.word === 'save'
          ? await save(asked.rev, asked.place, actor, inputs)
          : await channels.undo(placeKey(asked.place), actor, asked.rev);
      if ('unclear' in done) return refuse('invalid', unclear(done));
      if (done.result === 'stale' || done.result === 'invalid')
        return refuse(done.result, { key: `channels.refused.${done.result}` });
      if (done.result === 'done') await show(done, channels.languageOf(asked.place));
      return { result: 'accepted' };
    },
    whyClosed: async (): Promise<'decided' | 'expired'> => 'decided',
  };
}

/** The word of a stranger has no place in a sentence that is rendered, unless it is plain. */
function unclear({ unclear: key, word = '' }: Extract<Read, { unclear: string }>): Message {
  return { key, params: { word: /^[\p{L}\p{N}-]{1,60}$/u.test(word) ? word : '?' } };
}
