import type { JsonObject, ToolGateway, ToolResult } from '../tools/types.ts';

/** A reading tool of the bot's own, for the checks of a plan: what no server knows because the bot itself judges it. */
export type OwnRead = (args: JsonObject, signal?: AbortSignal) => Promise<ToolResult>;

/** The same gateway, which also answers these tools. They read only, and no flow or model is offered them. */
export function withOwnReads(gateway: ToolGateway, own: Readonly<Record<string, OwnRead>>): ToolGateway {
  return {
    tools: () => gateway.tools(),
    write: (call, grant) => gateway.write(call, grant),
    async read(call) {
      const answer = Object.hasOwn(own, call.tool) ? own[call.tool] : undefined;
      if (!answer) return gateway.read(call);
      return answer(call.args, call.signal).catch((error: unknown) => ({
        ok: false,
        error: {
          code: 'CHECK_FAILED',
          message: error instanceof Error ? error.message : String(error),
          retryable: true,
          ambiguous: false,
        },
      }));
    },
  };
}
