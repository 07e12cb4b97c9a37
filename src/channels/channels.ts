import type { Audit } from '../audit/audit.ts';
import { type ConversationRef, type Language, placeKey, type UserRef, userKey } from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import { concerns, type Happening, isHeldBack } from './scope.ts';
import { applied, type ChannelChange, type ChannelSettings, UNSET, valuesOf, wholePlace } from './settings.ts';

/** The settings of each place: changed one at a time, written into the audit log, and asked by whoever has something to tell. */
export interface Channels {
  get(key: string): Promise<ChannelSettings | undefined>;
  list(): Promise<ChannelSettings[]>;
  /** With `rev`, only while that is the newest (0: nothing is stored). `previous` is what `undo` goes back to. */
  set(conversation: ConversationRef, change: ChannelChange, by: UserRef, rev?: number): Promise<Changed>;
  /** Takes the last change back, while `rev` is the newest. */
  undo(key: string, by: UserRef, rev: number): Promise<Changed>;
  remove(key: string, by: UserRef): Promise<boolean>;
  /** Notes that the bot is there, so that the place can be found and set up. */
  enter(conversation: ConversationRef, by: UserRef): Promise<void>;
  /** Who wants to hear of it now. What is not critical waits while it is quiet there. */
  listening(happening: Happening): Promise<Listener[]>;
  /** What is spoken in a place; answered from memory. */
  languageOf(conversation: ConversationRef): Language;
  /** Reads anew what other processes may have changed. */
  refresh(): Promise<void>;
}

/** `same`: it was so already. `stale`: somebody else changed it meanwhile. */
export type Changed =
  | { result: 'done'; before: ChannelSettings | undefined; after: ChannelSettings }
  | { result: 'same'; settings: ChannelSettings | undefined }
  | { result: 'stale' | 'invalid' };

export interface Listener {
  conversation: ConversationRef;
  language: Language;
}

export interface ChannelOptions {
  rows: Collection<ChannelSettings>;
  audit: Pick<Audit, 'append'>;
  clock: () => number;
  language: Language;
  timeZone: string;
  /** Told after each change of a place. */
  onChange: (key: string) => Promise<void>;
}

const MOST_CHANNELS = 10_000;

export function createChannels(options: ChannelOptions): Channels {
  const { rows, audit, clock } = options;
  let languages = new Map<string, Language>();

  const all = () => rows.find({ limit: MOST_CHANNELS });

  async function refresh(): Promise<void> {
    const found = await all();
    languages = new Map(found.flatMap(({ id, language }) => (language ? [[id, language] as const] : [])));
  }

  async function set(place: ConversationRef, change: ChannelChange, by: UserRef, rev?: number): Promise<Changed> {
    const id = placeKey(place);
    for (;;) {
      const stored = await rows.get(id);
      if (rev !== undefined && rev !== (stored?.rev ?? 0)) return { result: 'stale' };
      const before = valuesOf(stored);
      const values = applied(before, change);
      if (!values) return { result: 'invalid' };
      if (sameValues(before, values)) return { result: 'same', settings: stored };
      const next: ChannelSettings = {
        ...values,
        id,
        rev: (stored?.rev ?? 0) + 1,
        conversation: stored?.conversation ?? wholePlace(place),
        previous: before,
        updatedBy: userKey(by),
        updatedAt: clock(),
      };
      if (await write('channel.set', next, { by, stored })) return { result: 'done', before: stored, after: next };
    }
  }

  /** The log first: what it could not tell of is not done. */
  async function write(
    action: string,
    next: ChannelSettings,
    { by, stored }: { by: UserRef; stored: ChannelSettings | undefined },
  ): Promise<boolean> {
    const details = { from: valuesOf(stored), to: valuesOf(next) };
    const told = { actor: userKey(by), action, subject: next.id, details };
    await audit.append({ ...told, outcome: 'intended' });
    const written = stored ? await rows.replace(next) : await rows.insert(next);
    if (written) await changed(next.id);
    else await audit.append({ ...told, outcome: 'too-late' });
    return written;
  }

  async function changed(key: string): Promise<void> {
    await refresh();
    await options.onChange(key);
  }

  return {
    get: (key) => rows.get(key),
    list: all,
    set,
    async undo(key, by, rev) {
      const stored = await rows.get(key);
      if (!stored?.previous || stored.rev !== rev) return { result: 'stale' };
      const taken = Object.fromEntries(Object.keys(valuesOf(stored)).map((name) => [name, null]));
      return set(stored.conversation, { ...taken, ...stored.previous }, by, rev);
    },
    async remove(key, by) {
      const stored = await rows.get(key);
      if (!stored) return false;
      const details = { from: valuesOf(stored) };
      await audit.append({ actor: userKey(by), action: 'channel.remove', subject: key, outcome: 'intended', details });
      const gone = (await rows.remove({ where: { id: key } })) > 0;
      await changed(key);
      return gone;
    },
    async enter(place, by) {
      const id = placeKey(place);
      const about = { id, rev: 1, conversation: wholePlace(place), updatedBy: userKey(by), updatedAt: clock() };
      await rows.insert({ ...UNSET, ...about });
    },
    async listening(happening) {
      const at = clock();
      return (await all())
        .filter((one) => one.incidents && concerns(one, happening))
        .filter((one) => !isHeldBack(one, { severity: happening.severity, at, timeZone: options.timeZone }))
        .map(({ conversation, language = options.language }) => ({ conversation, language }));
    },
    languageOf: (place) => languages.get(placeKey(place)) ?? options.language,
    refresh,
  };
}

const sameValues = (one: object, other: object): boolean => sorted(one) === sorted(other);

function sorted(values: object): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
