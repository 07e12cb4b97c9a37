import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import { AIMessage, createAgent, createMiddleware, HumanMessage, ToolMessage } from 'langchain';
import type { ToolRequest } from './calls.ts';
import type { Reply } from './steps.ts';
import type { TurnMessage } from './turn.ts';

/**
 * The only file that knows LangChain, whose agent is the loop: the model is asked, its calls are carried out side by side, the model
 * is asked again. Loaded at the first investigation. https://docs.langchain.com/oss/javascript/langchain/agents
 */

export interface Loop {
  system: string;
  /** What was said before the first step, the question last. */
  talk: { role: 'user' | 'assistant'; content: string }[];
  /** Takes one step; no calls end the loop. Must not reject. */
  step(talk: TurnMessage[]): Promise<Reply>;
  /** Carries out one call. Must not reject. */
  call(request: ToolRequest): Promise<string>;
  mostSteps: number;
}

/** Runs the loop until a step has no calls. */
export async function runLoop({ system, talk, step, call, mostSteps }: Loop): Promise<void> {
  forgetTracing();
  const requests = new Map<string, ToolRequest>();
  const model = new SteppingModel(step, requests);
  const hands = createMiddleware({
    name: 'hands',
    wrapToolCall: async ({ toolCall: { id = '', name } }) => {
      const request = requests.get(id);
      const content = request ? await call(request) : `There is no call ${id}.`;
      return new ToolMessage({ content, tool_call_id: id, name });
    },
  });
  // In version 1, the calls of one answer are one task; in 2 each is one, which costs more and is of use to graphs that pause.
  const agent = createAgent({ model, tools: [], systemPrompt: system, middleware: [hands], version: 'v1' });
  const messages = talk.map(({ role, content }) =>
    role === 'user' ? new HumanMessage(content) : new AIMessage(content),
  );
  await agent.invoke({ messages }, { recursionLimit: 2 * mostSteps + 10 });
}

/**
 * A model whose answers are made elsewhere. Not `@langchain/openai`: it takes keys and organisations from the environment, mixes up
 * calls without index, and where it streams it looks up the sizes of tokens on the internet.
 */
class SteppingModel extends BaseChatModel {
  readonly #step: Loop['step'];
  readonly #requests: Map<string, ToolRequest>;

  constructor(step: Loop['step'], requests: Map<string, ToolRequest>) {
    super({});
    this.#step = step;
    this.#requests = requests;
  }

  _llmType(): string {
    return 'stepping';
  }

  /** Which tools are offered is for each step to say. */
  override bindTools(): this {
    return this;
  }

  async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const { text, calls } = await this.#step(messages.flatMap((message) => this.#said(message)));
    for (const request of calls) this.#requests.set(request.id, request);
    const tool_calls = calls.map(({ id, name, args = {} }) => ({ id, name, args, type: 'tool_call' as const }));
    return { generations: [{ text, message: new AIMessage({ content: text, tool_calls }) }] };
  }

  #said(message: BaseMessage): TurnMessage[] {
    const content = message.text;
    if (ToolMessage.isInstance(message)) return [{ role: 'tool', callId: message.tool_call_id, content }];
    if (!AIMessage.isInstance(message)) return [{ role: message.type === 'system' ? 'system' : 'user', content }];
    const calls = (message.tool_calls ?? []).flatMap(({ id = '' }) => this.#requests.get(id) ?? []);
    return [calls.length > 0 ? { role: 'assistant', content, calls } : { role: 'assistant', content }];
  }
}

/**
 * Variables of LangSmith and LangChain make the library send all that is said to somebody else, or print it; nothing of this program
 * wants that. https://docs.langchain.com/langsmith/env-var
 */
function forgetTracing(): void {
  for (const name of Object.keys(process.env)) if (/^LANG(?:SMITH|CHAIN)_/.test(name)) delete process.env[name];
}
