import type { Message } from '../chat/messages.ts';
import type {
  ActionOutcome,
  Block,
  Button,
  ConversationRef,
  IncomingAction,
  Language,
  LocalText,
  UserRef,
} from '../chat/types.ts';
import type { PlanDraft, ProposalOutcome } from '../flow/kit.ts';
import type { JsonObject, ToolResult } from '../tools/types.ts';

/** What a sentence was taken for. An intent starts a flow, or is a command to the engine itself. */
export interface Intent {
  id: string;
  flow?: string | undefined;
  command?: string | undefined;
  title: LocalText;
  /** It changes nothing and asks for nothing to be changed. */
  reads?: boolean | undefined;
  /** What it is called after `/k8s`. */
  slash?: LocalText | undefined;
}

export type Routed =
  /** `said`: named as a command is, or clearly, with a word that asks for something and what it is about, or less so. */
  | { kind: 'match'; intent: Intent; args: Record<string, string>; said: 'as-command' | 'clearly' | 'loosely' }
  | { kind: 'close'; candidates: Intent[] }
  | { kind: 'none' };

export interface Router {
  route(text: string): Routed;
  /** The intent of that id, for a click on an offer. */
  intent(id: string): Intent | undefined;
  /** What a sentence says of that intent's arguments. */
  args(text: string, id: string): Record<string, string>;
  /** The flows that come nearest to a sentence, best first, however far they are; `example` is what one would type for each. */
  nearest(text: string, most: number, language: Language): { intent: Intent; example?: string }[];
  detectLanguage(text: string, previous: Language): Language;
}

/** Who asks, where, in which language. */
export interface Asker {
  user: UserRef;
  conversation: ConversationRef;
  language: Language;
}

/** What a model took a sentence for. `nothing`: it asks for nothing that can be done here. */
export type Understanding =
  | {
      kind: 'intent';
      intent: Intent;
      /** What the intent's flow is told; each value passed the checks of typed words. */
      known: JsonObject;
      /** The wish in plainer words, which the flow reads instead of the sentence. */
      text?: string | undefined;
      /** All that was understood, for the person to see. */
      items: { label: string; value: string }[];
      /** False where something else could be meant as well. */
      sure: boolean;
    }
  | { kind: 'nothing' };

/** A sentence that keywords find nothing or too little in, and what is known around it. */
export interface Puzzle {
  text: string;
  asker: Asker;
  /** What keywords are undecided between. */
  close: Intent[];
  /** What was asked in free words shortly before. */
  before?: string | undefined;
}

/** Reads a sentence with a model. Never rejects; undefined where there is no answer, or none that counts, in good time. */
export type Understand = (puzzle: Puzzle, signal: AbortSignal) => Promise<Understanding | undefined>;

/** Plans on their way: from request to approval to task to outcome. */
export interface Proposals {
  /** Idempotent by `key`. Shows the approval card itself; a refusal says why the asker may not even ask. */
  request(
    key: string,
    plan: PlanDraft,
    blocks: Block[],
    asker: Asker,
  ): Promise<{ approvalId: string } | { refused: Message }>;
  /** Undefined while it is undecided or still running. */
  outcome(approvalId: string): Promise<ProposalOutcome | undefined>;
}

/** Where a card was shown, and in which language. */
interface CardPlace {
  conversation: ConversationRef;
  language: Language;
}

/** Typed words and buttons that concern the engine itself: approve, reject, cancel, retry, undo, stop, resume. */
export interface Controls {
  /** `command` with what the sentence gave; what to say about it, and a card's buttons when it has some. */
  command(
    command: string,
    args: Record<string, string>,
    asker: Asker,
  ): Promise<{ say: Message; buttons?: Button[] } | undefined>;
  /** Whether a button is an approval's or a task's. */
  owns(actionId: string): boolean;
  /** Carries out a click on such a button; called only for a button that its card shows now. `at`: where that card is. */
  click(actionId: string, actor: UserRef, inputs?: IncomingAction['inputs'], at?: CardPlace): Promise<ActionOutcome>;
  /** Why such a button is gone. */
  whyClosed(actionId: string): Promise<'decided' | 'expired'>;
}

/** The bot's own reading views, offered to flows under `copilot_` names and filtered by what the asker may see. */
export type Views = Record<string, (args: JsonObject, asker: Asker, signal?: AbortSignal) => Promise<ToolResult>>;
