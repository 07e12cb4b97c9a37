import {
  type ActionOutcome,
  conversationKey,
  type IncomingAction,
  type IncomingMessage,
  type Intake,
  type Language,
} from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import { type AdvanceOptions, advance, end, type Reply } from './advance.ts';
import { type ClickOptions, judgeClick } from './clicks.ts';
import type { Controls, Intent, Router } from './ports.ts';
import { createKeyedQueue } from './queue.ts';
import type { Conversation, InboxRow, Run, Stimulus } from './records.ts';
import { type Answering, offerIntents, sayText, shortHash } from './replies.ts';

/** The turn: a delivery is written down once, then worked on, one at a time per conversation, until its run waits or ends. */
export interface Conversations extends Intake {
  /** Looks again at a run: its timer is over, its proposal has ended, or its question has expired. */
  look(runId: string): Promise<void>;
  /** Works on what an earlier process took in but did not finish, and looks at every run that is due. */
  recover(): Promise<void>;
  /** Forgets deliveries older than a day; until then a repeated one is recognised. */
  sweep(): Promise<void>;
  /** Resolves when every turn under way has ended. */
  idle(): Promise<void>;
}

export interface ConversationOptions extends AdvanceOptions {
  conversations: Collection<Conversation>;
  runs: Collection<Run>;
  inbox: Collection<InboxRow>;
  router: Router;
  controls: Controls;
  /** What is spoken before anybody has said enough to tell. */
  defaultLanguage: Language;
  /** Told how long a turn took, from taking the delivery in to its last effect. */
  onTurn: (seconds: number) => void;
  /** Asks to be looked at again at that time. */
  alarm: (runId: string, at: number) => Promise<void>;
  onError: (error: unknown, where: string) => void;
}

const TURN_ATTEMPTS = 3;
const REMEMBER_DELIVERIES_MS = 24 * 3600_000;

export function createConversations(options: ConversationOptions): Conversations {
  const { inbox, runs, clock, outbox } = options;
  const queue = createKeyedQueue();
  const answering: Answering = { outbox, translate: options.translate };
  const clickOptions: ClickOptions = { outbox, runs, controls: options.controls, translate: options.translate, take };

  /** False when the same delivery was taken before. */
  async function take(row: Pick<InboxRow, 'id' | 'conversation' | 'sender' | 'stimulus'>): Promise<boolean> {
    const stored: InboxRow = { ...row, rev: 1, state: 'new', receivedAt: clock() };
    if (!(await inbox.insert(stored))) return false;
    schedule(stored);
    return true;
  }

  function schedule(row: InboxRow): void {
    void queue.add(conversationKey(row.conversation), () => workPatiently(row));
  }

  /** A turn that fails is tried again from what is stored; one that cannot be done says so instead of staying silent. */
  async function workPatiently(row: InboxRow): Promise<void> {
    for (let attempt = 1; attempt <= TURN_ATTEMPTS; attempt++) {
      try {
        return await work(row);
      } catch (error) {
        options.onError(error, 'turn');
      }
    }
    try {
      const conversation = await options.conversations.get(conversationKey(row.conversation));
      await sayText(answering, row, conversation?.language ?? 'en', { key: 'conversation.broken' });
      await inbox.replace({ ...row, rev: row.rev + 1, state: 'done' });
    } catch (error) {
      options.onError(error, 'apology');
    }
  }

  async function work(row: InboxRow): Promise<void> {
    const conversation = await openConversation(row);
    if (row.stimulus.type === 'message') await onWords(row, row.stimulus, conversation);
    else await onClick(row, row.stimulus, conversation);
    await inbox.replace({ ...row, rev: row.rev + 1, state: 'done' });
    options.onTurn((clock() - row.receivedAt) / 1000);
  }

  async function openConversation(row: InboxRow): Promise<Conversation> {
    const id = conversationKey(row.conversation);
    const stored = await options.conversations.get(id);
    const text = row.stimulus.type === 'message' ? row.stimulus.text : '';
    if (!stored) {
      const language = options.router.detectLanguage(text, options.defaultLanguage);
      const fresh: Conversation = { id, rev: 1, ref: row.conversation, language, languagePinned: false };
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
    const chosen = words.intent ? options.router.intent(words.intent) : undefined;
    const routed = chosen ? ({ kind: 'match', intent: chosen, args: {} } as const) : options.router.route(words.text);
    const foreground = await openRun(conversation);
    if (foreground && !(routed.kind === 'match' && isAside(routed.intent, routed.args, foreground))) {
      if (foreground.user.id === row.sender.id)
        return answerRun(row, foreground, conversation, { kind: 'text', text: words.text });
    }
    if (routed.kind === 'match') return follow(row, routed.intent, routed.args, words.text, conversation);
    if (routed.kind === 'close') return offerIntents(answering, row, conversation, routed.candidates, words.text);
    const help = options.router.intent('help');
    if (help) await follow(row, help, { unknown: words.text }, words.text, conversation);
  }

  /** A word to the engine, or a question about tasks, never answers a flow's question; a bare "cancel" does. */
  function isAside(intent: Intent, args: Record<string, string>, foreground: Run): boolean {
    if (intent.command === 'stop' || intent.command === 'resume') return true;
    if (intent.command) return args.id !== undefined;
    return (
      intent.flow !== foreground.flow &&
      (intent.id === 'help' || intent.id === 'task-status' || intent.id === 'approvals')
    );
  }

  async function openRun(conversation: Conversation): Promise<Run | undefined> {
    if (!conversation.foreground) return undefined;
    const run = await runs.get(conversation.foreground);
    return run?.state === 'active' && run.waiting && 'cardId' in run.waiting ? run : undefined;
  }

  async function follow(
    row: InboxRow,
    intent: Intent,
    args: Record<string, string>,
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
      const done = await options.controls.command(intent.command, args, asker);
      if (done) await sayText(answering, row, conversation.language, done.say, done.buttons);
      return;
    }
    const flow = intent.flow ? options.flows.get(intent.flow) : undefined;
    if (!flow) return sayText(answering, row, conversation.language, { key: 'conversation.not-offered' });
    const run: Run = {
      id: `r-${shortHash(row.id)}`,
      rev: 1,
      flow: flow.id,
      version: flow.version,
      known: args,
      text,
      user: row.sender,
      conversation: row.conversation,
      language: conversation.language,
      journal: [],
      state: 'active',
      asked: 0,
      lastDelivery: '',
      dueAt: clock(),
      startedAt: row.receivedAt,
    };
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
    if (after !== run && !(await runs.replace(after))) throw new Error(`Run ${run.id} was changed meanwhile`);
    if (after.state === 'active') await options.alarm(after.id, after.dueAt);
    const asks = after.state === 'active' && after.waiting !== undefined && 'cardId' in after.waiting;
    const current = (await options.conversations.get(conversation.id)) ?? conversation;
    if (asks && current.foreground !== after.id) await save({ ...current, foreground: after.id });
    if (!asks && current.foreground === after.id) await save(withoutForeground(current));
  }

  function move(run: Run, reply: Reply, conversation: Conversation): Promise<Run> {
    const language = run.waiting && 'cardId' in run.waiting ? conversation.language : run.language;
    return advance(options, { ...run, language }, reply);
  }

  async function look(runId: string): Promise<void> {
    const run = await runs.get(runId);
    if (run?.state !== 'active') return;
    await queue.add(conversationKey(run.conversation), async () => {
      const current = await runs.get(runId);
      if (current?.state !== 'active') return;
      const asks = current.waiting && 'cardId' in current.waiting;
      if (asks && current.dueAt > clock()) return options.alarm(runId, current.dueAt);
      const after = asks
        ? await end(options, { ...current, rev: current.rev + 1 }, 'expired', 'conversation.expired')
        : await advance(options, current, { kind: 'look' });
      if (!(await runs.replace(after))) throw new Error(`Run ${runId} was changed meanwhile`);
      if (after.state === 'active') await options.alarm(runId, after.dueAt);
      await noteForeground(after);
    });
  }

  /** After a proposal or a timer the run may have asked something new. */
  async function noteForeground(run: Run): Promise<void> {
    const conversation = await options.conversations.get(conversationKey(run.conversation));
    if (!conversation) return;
    const asks = run.state === 'active' && run.waiting !== undefined && 'cardId' in run.waiting;
    if (asks && conversation.foreground !== run.id) await save({ ...conversation, foreground: run.id });
    if (!asks && conversation.foreground === run.id) await save(withoutForeground(conversation));
  }

  return {
    async message(message: IncomingMessage) {
      const { conversation, sender, text } = message;
      const id = `${conversation.platform}:${message.deliveryId}`;
      await take({ id, conversation, sender, stimulus: { type: 'message', text } });
    },
    action: (action: IncomingAction): Promise<ActionOutcome> => judgeClick(clickOptions, action),
    look,
    async recover() {
      for (const row of await inbox.find({ where: { state: 'new' }, orderBy: 'receivedAt', limit: 10_000 }))
        schedule(row);
      for (const run of await runs.find({ where: { state: 'active' }, orderBy: 'dueAt', limit: 10_000 })) {
        if (run.waiting?.for === 'proposal' || run.dueAt <= clock()) await look(run.id);
        else await options.alarm(run.id, run.dueAt);
      }
    },
    async sweep() {
      await inbox.remove({
        where: { state: 'done' },
        range: { field: 'receivedAt', lt: clock() - REMEMBER_DELIVERIES_MS },
      });
    },
    idle: () => queue.idle(),
  };
}

function withoutForeground({ foreground: _, ...conversation }: Conversation): Conversation {
  return conversation;
}
