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
}

export type Routed =
  | { kind: 'match'; intent: Intent; args: Record<string, string> }
  | { kind: 'close'; candidates: Intent[] }
  | { kind: 'none' };

export interface Router {
  route(text: string): Routed;
  /** The intent of that id, for a click on an offer. */
  intent(id: string): Intent | undefined;
  detectLanguage(text: string, previous: Language): Language;
}

/** Who asks, where, in which language. */
export interface Asker {
  user: UserRef;
  conversation: ConversationRef;
  language: Language;
}

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
