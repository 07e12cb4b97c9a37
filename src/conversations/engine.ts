import {
  type Activity,
  type ConversationRef,
  conversationKey,
  type Intake,
  type Language,
  type Outgoing,
  type Person,
  type UserRef,
} from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import type { JsonObject } from '../tools/types.ts';
import { type AdvanceOptions, advance, end, type Reply } from './advance.ts';
import { isAside, isRestated } from './asides.ts';
import { type ClickOptions, judgeClick, readPress } from './clicks.ts';
import { closeConsent, consentIn } from './consent.ts';
import { createDeliveries, type Deliveries, isOverheard } from './deliveries.ts';
import { createFreeWords, type FreeWordsOptions } from './free-words.ts';
import { createInvestigations, type Investigate } from './investigations.ts';
import { newRun } from './new-run.ts';
import { asks, openRunOf, withQuestionOf } from './open-questions.ts';
import { createPlaces } from './places.ts';
import type { Controls, Intent, Routed } from './ports.ts';
import { closeQuestion, isCancel } from './questions.ts';
import { createKeyedQueue } from './queue.ts';
import type { Conversation, InboxRow, InvestigationRow, Run, Stimulus } from './records.ts';
import { type Answering, offerIntents, sayText } from './replies.ts';
import { isStopWord } from './stop-word.ts';
import { createTurns, Stopped } from './turns.ts';

/** The turn: a delivery is written down once, then worked on, one at a time per conversation, until its run waits or ends. */
export interface Conversations extends Intake {
  /** Looks again at a run: its timer is over, its proposal or investigation has ended, or its question has expired. */
  look(runId: string): Promise<void>;
  /** Works on what an earlier process took in but did not finish, and looks at every run that is due. */
  recover(): Promise<void>;
  /** Forgets deliveries older than a day; until then a repeated one is recognised. */
  sweep(): Promise<void>;
  /** Resolves when every turn and investigation under way has ended. */
  idle(): Promise<void>;
  /** Waits for turns under way; investigations, and what waits to be begun, are left to the next process. */
  close(): Promise<void>;
}

export interface ConversationOptions
  extends Omit<AdvanceOptions, 'investigations'>,
    Pick<FreeWordsOptions, 'router' | 'understand'> {
  conversations: Collection<Conversation>;
  runs: Collection<Run>;
  inbox: Collection<InboxRow>;
  investigations: Collection<InvestigationRow>;
  /** No other process can be at work on the same store. */
  exclusive: boolean;
  investigate: Investigate;
  controls: Controls;
  /** Who that is, as far as the platform tells: `everybody known` where it is not asked, undefined while it does not answer. */
  whoIs: (user: UserRef) => Promise<Person | undefined>;
  /** How long that is waited for, before it is said. */
  whoIsPatienceMs: number;
  /** After how long a reply in a thread that nobody knows yet is looked at once more. */
  secondLookMs: number;
  /** Shows a long turn to who waits for it, where the platform can. */
  activity: (place: ConversationRef, viewer: UserRef) => Activity | undefined;
  /** What a person's own page shows. */
  home: (viewer: UserRef) => Promise<Outgoing[]>;
  /** The bot was brought into a group. */
  joined: (place: ConversationRef, by: UserRef | undefined) => Promise<void>;
  /** What is spoken there before anybody has said enough to tell. */
  languageOf: (place: ConversationRef) => Language;
  /** Told how long a turn took, from taking the delivery in to its last effect. */
  onTurn: (seconds: number) => void;
  /** Asks to be looked at again at that time. */
  alarm: (runId: string, at: number) => Promise<void>;
  onError: (error: unknown, where: string) => void;
}

const TURNS_AT_ONCE = 16;
export function createConversations(options: ConversationOptions): Conversations {
  const { runs, clock, outbox } = options;
  const queue = createKeyedQueue(TURNS_AT_ONCE);
  const turns = createTurns(options.activity, options.onError);
  const answering: Answering = { outbox, translate: options.translate };
  const places = createPlaces({ outbox, answering, languageOf: options.languageOf });
  const investigations = createInvestigations({ ...options, rows: options.investigations, turns, places, wake: look });
  const moving: AdvanceOptions = { ...options, investigations };
  const free = createFreeWords({ ...options, answering, turns, places, follow, waits: (run) => noteQuestion(run) });
  const deliveries: Deliveries = createDeliveries({ ...options, queue, takesPart, work, apologise });
  const clickOptions: ClickOptions = {
    outbox,
    runs,
    controls: options.controls,
    translate: options.translate,
    take: (row) => deliveries.take(row),
  };

  async function work(row: InboxRow): Promise<void> {
    if (!isOverheard(row) || (await isForUs(row))) await answer(row);
  }

  async function apologise(row: InboxRow): Promise<void> {
    const conversation = await options.conversations.get(conversationKey(row.conversation));
    const language = conversation?.language ?? options.languageOf(row.conversation);
    await sayText(answering, row, language, { key: 'conversation.broken' });
  }

  async function answer(row: InboxRow): Promise<void> {
    const person = await options.whoIs(row.sender);
    const sender = vouchedFor(row.sender, person);
    const known: InboxRow = { ...row, sender };
    const conversation = await openConversation(known);
    if (row.stimulus.type === 'click') return onClick(known, row.stimulus, conversation);
    if (!person || person.outside) return onOutsider(known, row.stimulus.text, conversation, person);
    await onWords(known, row.stimulus, conversation);
  }

  async function takesPart({ conversation }: InboxRow): Promise<boolean> {
    return (
      conversation.under !== undefined || (await options.conversations.get(conversationKey(conversation))) !== undefined
    );
  }

  /** In a thread people talk with each other: the bot takes up what answers its question, or clearly asks for something. */
  async function isForUs(row: InboxRow): Promise<boolean> {
    if (row.stimulus.type !== 'message' || !(await takesPart(row))) return false;
    const { text, saidAt } = row.stimulus;
    const conversation = await options.conversations.get(conversationKey(row.conversation));
    if (conversation?.since !== undefined && saidAt !== undefined && saidAt < conversation.since) return false;
    const open = conversation && (await openRunOf(runs, conversation, row));
    const isAnswer = open?.waiting?.for !== 'consent' || consentIn(text) !== undefined;
    return (
      (open !== undefined && isAnswer) || readPress(text) !== undefined || options.router.route(text).kind === 'match'
    );
  }

  /** Guests, people of other organisations and bots may read what the bot is, and no more. */
  async function onOutsider(
    row: InboxRow,
    text: string,
    conversation: Conversation,
    person: Person | undefined,
  ): Promise<void> {
    const routed = options.router.route(text);
    if (person && routed.kind === 'match' && routed.intent.flow === 'help')
      return follow(row, routed.intent, { outside: 'yes' }, text, conversation);
    const key = person ? 'conversation.outside' : 'conversation.who';
    await sayText(answering, row, conversation.language, { key });
  }

  async function openConversation(row: InboxRow): Promise<Conversation> {
    const id = conversationKey(row.conversation);
    const stored = await options.conversations.get(id);
    const text = row.stimulus.type === 'message' && !readPress(row.stimulus.text) ? row.stimulus.text : '';
    if (!stored) {
      const language = options.router.detectLanguage(text, options.languageOf(row.conversation));
      const since = row.stimulus.type === 'message' ? row.stimulus.saidAt : undefined;
      const ref = row.conversation;
      const fresh: Conversation = { id, rev: 1, ref, language, languagePinned: false, ...(since && { since }) };
      await options.conversations.insert(fresh);
      return fresh;
    }
    const language =
      stored.languagePinned || !text ? stored.language : options.router.detectLanguage(text, stored.language);
    return language === stored.language ? stored : save({ ...stored, language });
  }

  async function save(conversation: Conversation): Promise<Conversation> {
    const next = { ...conversation, rev: conversation.rev + 1 };
    // The turn is tried again from what is stored.
    if (!(await options.conversations.replace(next))) throw new Error(`Conversation ${next.id} was changed meanwhile`);
    return next;
  }

  /** Plain words answer the open question, unless they clearly ask for something else that leaves the question open. */
  async function onWords(
    row: InboxRow,
    words: Extract<Stimulus, { type: 'message' }>,
    conversation: Conversation,
  ): Promise<void> {
    const pressed = readPress(words.text);
    if (pressed) return press(row, pressed, conversation);
    if (conversation.lastDelivery === row.id) return;
    const { text } = words;
    const open = await openRunOf(runs, conversation, row);
    if (isStopWord(text) && !(open && isCancel(text)) && turns.stop(row.conversation, row.sender))
      return sayText(answering, row, conversation.language, { key: 'conversation.stopped-looking' });
    const routed = routeOf(words);
    if (open && !(routed.kind === 'match' && isAside(options, routed, text, open))) {
      const isAnswer = open.waiting?.for !== 'consent' || consentIn(text) !== undefined;
      if (isAnswer) return answerRun(row, open, conversation, { kind: 'text', text });
      await withdraw(open, conversation);
    } else if (open && routed.kind === 'match' && isRestated(routed, open)) await withdraw(open, conversation);
    if (routed.kind === 'match') return follow(row, routed.intent, routed.args, text, conversation);
    const candidates = routed.kind === 'close' ? routed.candidates : [];
    if (await free.takeUp(row, text, conversation, candidates)) return;
    if (routed.kind === 'close') return offerIntents(answering, row, conversation, { candidates, text });
    const help = options.router.intent('help');
    if (help) await follow(row, help, { unknown: text }, text, conversation);
  }

  /** An offer that was clicked names its intent. */
  function routeOf({ text, intent }: Extract<Stimulus, { type: 'message' }>): Routed {
    const chosen = intent ? options.router.intent(intent) : undefined;
    if (!chosen) return options.router.route(text);
    return { kind: 'match', intent: chosen, args: options.router.args(text, chosen.id), said: 'as-command' };
  }

  /** Who says something else than yes or no did not mean what was shown, and who asks anew does not answer. */
  async function withdraw(run: Run, conversation: Conversation): Promise<void> {
    if (run.waiting?.for === 'consent')
      await closeConsent(moving, run, options.translate[run.language]('understood.no'));
    else await closeQuestion(moving, run);
    const { waiting: _, ...rest } = run;
    if (!(await runs.replace({ ...rest, rev: run.rev + 1, state: 'cancelled' })))
      throw new Error(`Run ${run.id} was changed meanwhile`);
    await noteQuestion({ ...rest, state: 'cancelled' }, conversation);
  }

  /** A button that was typed: the card as it is now counts. */
  async function press(
    row: InboxRow,
    { cardId, actionId }: { cardId: string; actionId: string },
    conversation: Conversation,
  ): Promise<void> {
    const rev = (await outbox.get(cardId))?.message.card?.rev ?? 0;
    const click = { type: 'action' as const, deliveryId: row.id, cardId, rev, actor: row.sender, actionId, inputs: {} };
    const outcome = await judgeClick(clickOptions, click);
    const key = outcome.result === 'accepted' ? 'conversation.pressed' : 'conversation.not-pressed';
    const params = { why: outcome.result === 'refused' ? outcome.message : '' };
    await sayText(answering, row, conversation.language, { key, params });
  }

  async function follow(
    row: InboxRow,
    intent: Intent,
    args: JsonObject,
    text: string,
    conversation: Conversation,
  ): Promise<void> {
    const asker = { user: row.sender, conversation: row.conversation, language: conversation.language };
    if (intent.command === 'language' && (args.language === 'en' || args.language === 'zh')) {
      const language = args.language;
      await save({ ...conversation, language, languagePinned: true });
      return sayText(answering, row, language, { key: 'conversation.language-set' });
    }
    if (intent.command) {
      const done = await options.controls.command(intent.command, wordsOf(args), asker);
      if (done) await sayText(answering, row, conversation.language, done.say, done.buttons);
      return;
    }
    const flow = intent.flow ? options.flows.get(intent.flow) : undefined;
    if (!flow) return sayText(answering, row, conversation.language, { key: 'conversation.not-offered' });
    const run = newRun(row, flow, { known: args, text, language: conversation.language }, clock());
    await runs.insert(run);
    const stored = (await runs.get(run.id)) ?? run;
    await answerRun(row, stored, conversation, { kind: 'look' });
  }

  async function onClick(
    row: InboxRow,
    click: Extract<Stimulus, { type: 'click' }>,
    conversation: Conversation,
  ): Promise<void> {
    const run = await runs.get(click.runId);
    if (run?.state !== 'active') return;
    await answerRun(row, run, conversation, { kind: 'click', actionId: click.actionId, inputs: click.inputs });
  }

  /** Applies one delivery to a run exactly once, stores it, and remembers whose question is open. */
  async function answerRun(row: InboxRow, run: Run, conversation: Conversation, reply: Reply): Promise<void> {
    const after =
      run.lastDelivery === row.id ? run : { ...(await move(run, reply, conversation)), lastDelivery: row.id };
    if (run.waiting?.for === 'consent' && after.state === 'cancelled') await free.offerElse(row, after);
    if (after !== run && !(await runs.replace(after))) throw new Error(`Run ${run.id} was changed meanwhile`);
    if (after.state === 'active') await options.alarm(after.id, after.dueAt);
    await noteQuestion(after, conversation);
  }

  async function move(run: Run, reply: Reply, conversation: Conversation): Promise<Run> {
    const language = run.waiting && 'cardId' in run.waiting ? conversation.language : run.language;
    const spoken = { ...run, language };
    try {
      return await turns.during(run, await places.seen(run.conversation), (turn) =>
        advance(moving, spoken, reply, turn),
      );
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      return end(moving, { ...spoken, rev: spoken.rev + 1 }, 'cancelled', 'conversation.stopped');
    }
  }

  /** The person with what the platform vouches for; undefined for an outsider, and while nobody can be asked. */
  async function insider(user: UserRef): Promise<UserRef | undefined> {
    const person = await options.whoIs(user);
    if (!person || person.outside) return undefined;
    return vouchedFor(user, person);
  }

  async function look(runId: string): Promise<void> {
    const run = await runs.get(runId);
    if (run?.state !== 'active') return;
    await queue.add(conversationKey(run.conversation), async () => {
      const current = await runs.get(runId);
      if (current?.state !== 'active') return;
      const isOpen = asks(current);
      if (isOpen && current.dueAt > clock()) return options.alarm(runId, current.dueAt);
      const after = isOpen
        ? await end(moving, { ...current, rev: current.rev + 1 }, 'expired', 'conversation.expired')
        : await advance(moving, current, { kind: 'look' });
      if (!(await runs.replace(after))) throw new Error(`Run ${runId} was changed meanwhile`);
      if (after.state === 'active') await options.alarm(runId, after.dueAt);
      await noteQuestion(after);
    });
  }

  /** Remembers whose question is open now. */
  async function noteQuestion(run: Run, known?: Conversation): Promise<void> {
    const current = (await options.conversations.get(known?.id ?? conversationKey(run.conversation))) ?? known;
    const next = current && withQuestionOf(current, run);
    if (next && next !== current) await save(next);
  }

  return {
    async message(message) {
      const { sender, text, addressed, saidAt } = message;
      const id = `${message.conversation.platform}:${message.deliveryId}`;
      const conversation = await places.settle(message);
      const how = { ...(addressed && { addressed }), ...(saidAt !== undefined && { saidAt }) };
      await deliveries.take({ id, conversation, sender, stimulus: { type: 'message', text, ...how } });
    },
    async action(action) {
      const actor = await insider(action.actor);
      if (actor) return judgeClick(clickOptions, { ...action, actor });
      const t = options.translate[(await outbox.get(action.cardId))?.message.language ?? 'en'];
      return { result: 'refused', code: 'forbidden', message: t('conversation.click.outside') };
    },
    async card(id, viewer) {
      const row = (await insider(viewer)) && (await outbox.get(id));
      return row?.message.card ? row.message : undefined;
    },
    async home(viewer) {
      const known = await insider(viewer);
      return known ? options.home(known) : [];
    },
    async stop(conversation, actor) {
      return turns.stop(await places.stored(conversation), actor);
    },
    joined: (conversation, by) => options.joined(conversation, by),
    look,
    async recover() {
      await deliveries.recover();
      for (const run of await runs.find({ where: { state: 'active' }, orderBy: 'dueAt', limit: 10_000 })) {
        // Not waited for: it may stand behind something that waits for a platform.
        const { waiting } = run;
        if (waiting?.for === 'proposal' || waiting?.for === 'investigation' || run.dueAt <= clock())
          look(run.id).catch((error: unknown) => options.onError(error, 'recover'));
        else await options.alarm(run.id, run.dueAt);
      }
    },
    async sweep() {
      await deliveries.sweep();
      await investigations.sweep();
    },
    async idle() {
      do await deliveries.idle();
      while (await investigations.settle());
    },
    async close() {
      await Promise.all([investigations.close(), deliveries.close()]);
    },
  };
}

/** The arguments of a word to the engine are words. */
function wordsOf(args: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(args).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** The person with the name and the address that the platform vouches for. */
function vouchedFor(user: UserRef, person: Person | undefined): UserRef {
  return { ...user, ...(person?.name && { name: person.name }), ...(person?.email && { email: person.email }) };
}
