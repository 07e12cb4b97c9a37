import type { z } from 'zod';

/** How a call is watched: it ends when the client wants no answer any more, and says what it is doing. */
export interface Watch {
  signal: AbortSignal;
  /** One more thing was asked; `what` says which. */
  step: (what: string) => void;
}

/** What a tool answers: a compact object, and the same for whoever reads text only. */
export interface Told {
  data: object;
  text: string;
}

/** A tool for other agents. All of them only read. */
export interface CopilotTool {
  name: string;
  title: string;
  description: string;
  input: z.ZodRawShape;
  output: z.ZodRawShape;
  /** Gets arguments that fit `input`. Throws errors with a `code` and, where there is one, a `hint`. */
  run(args: Record<string, unknown>, watch: Watch): Promise<Told>;
}

/** Keeps the types of the arguments where a tool is written down. */
export function copilotTool<Input extends z.ZodRawShape>(
  definition: Omit<CopilotTool, 'input' | 'run'> & {
    input: Input;
    run(args: z.output<z.ZodObject<Input>>, watch: Watch): Promise<Told>;
  },
): CopilotTool {
  return { ...definition, run: (args, watch) => definition.run(args as z.output<z.ZodObject<Input>>, watch) };
}
