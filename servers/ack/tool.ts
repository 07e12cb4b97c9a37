import { z } from 'zod';
import type { JsonObject } from '../../src/tools/types.ts';
import type { Cloud } from './cloud/sdk.ts';
import { refusal } from './errors.ts';
import type { Clusters } from './kube/clusters.ts';
import type { Watches } from './kube/watches.ts';

export interface ToolContext {
  /** Refuses with NOT_CONFIGURED where there is none. */
  readonly cloud: Cloud;
  clusters: Clusters;
  watches: Watches;
  clock: () => number;
  signal: AbortSignal;
  /** The plan that a write belongs to. */
  planId?: string;
}

/** A tool as the server sees it: its schemas, what it may do, and one function from raw arguments to a checked result. */
export interface Tool {
  name: string;
  title: string;
  description: string;
  /** `write` needs an approval for each call. */
  access: 'read' | 'write';
  annotations: { readOnlyHint: boolean; destructiveHint: boolean; idempotentHint: boolean; openWorldHint: boolean };
  input: z.ZodType;
  output: z.ZodType;
  /** Throws a `ToolFailure`. */
  call(args: JsonObject, context: ToolContext): Promise<{ result: JsonObject; text: string }>;
}

interface Definition<Input extends z.ZodRawShape, Output extends z.ZodRawShape> {
  name: string;
  title: string;
  description: string;
  input: Input;
  output: Output;
  /** The result in a few words, for people and models that read text only. */
  say(result: z.output<z.ZodObject<Output>>): string;
}

interface ReadDefinition<Input extends z.ZodRawShape, Output extends z.ZodRawShape> extends Definition<Input, Output> {
  /** True for a call that leaves a trace, such as a report, but changes nothing. */
  leavesTrace?: boolean;
  run(args: z.output<z.ZodObject<Input>>, context: ToolContext): Promise<z.input<z.ZodObject<Output>>>;
}

interface WriteDefinition<Input extends z.ZodRawShape, Output extends z.ZodRawShape> extends Definition<Input, Output> {
  destructive: boolean;
  /** What would be sent, for a dry run. */
  preview?(args: WriteArgs<Input>): JsonObject;
  /** A dry run that the other side takes part in, in the place of `preview`. */
  rehearse?(args: WriteArgs<Input>, context: ToolContext): Promise<z.input<z.ZodObject<Output>>>;
  run(args: WriteArgs<Input>, context: ToolContext): Promise<z.input<z.ZodObject<Output>>>;
}

type WriteArgs<Input extends z.ZodRawShape> = z.output<z.ZodObject<Input>> & { idempotencyKey: string };

const writeInput = {
  /** The same key makes the same thing once. Printable ASCII, so that it can be a tag. */
  idempotencyKey: z.string().regex(/^[\x21-\x7e]{1,128}$/),
  dryRun: z.boolean().default(false),
};

/** A tool that changes nothing. */
export function readTool<Input extends z.ZodRawShape, Output extends z.ZodRawShape>(
  definition: ReadDefinition<Input, Output>,
): Tool {
  const { name, title, description, leavesTrace = false } = definition;
  const input = z.strictObject(definition.input);
  const output = z.object(definition.output);
  return {
    name,
    title,
    description,
    access: 'read',
    annotations: {
      readOnlyHint: !leavesTrace,
      destructiveHint: false,
      idempotentHint: !leavesTrace,
      openWorldHint: true,
    },
    input,
    output,
    async call(args, context) {
      const result = output.parse(await definition.run(checked(input, args), context));
      return { result: plain(result), text: definition.say(result) };
    },
  };
}

/** A tool that changes something: takes an idempotency key, can be tried dry, and is safe to repeat with the same key. */
export function writeTool<Input extends z.ZodRawShape, Output extends z.ZodRawShape>(
  definition: WriteDefinition<Input, Output>,
): Tool {
  const { name, title, description, destructive } = definition;
  const input = z.strictObject(definition.input);
  const output = z.object(definition.output);
  return {
    name,
    title,
    description,
    access: 'write',
    annotations: { readOnlyHint: false, destructiveHint: destructive, idempotentHint: true, openWorldHint: true },
    input: z.strictObject({ ...definition.input, ...writeInput, approval: z.record(z.string(), z.json()).optional() }),
    output: output
      .partial()
      .extend({ dryRun: z.literal(true).optional(), request: z.record(z.string(), z.json()).optional() }),
    async call(raw, context) {
      const { idempotencyKey, dryRun } = checked(z.object(writeInput), raw);
      const { idempotencyKey: _key, dryRun: _dryRun, ...rest } = raw;
      const args = { ...checked(input, rest), idempotencyKey };
      if (dryRun && definition.rehearse) {
        const rehearsed = output.parse(await definition.rehearse(args, context));
        return { result: { ...plain(rehearsed), dryRun: true }, text: `${name}: dry run, nothing was changed.` };
      }
      if (dryRun) {
        return {
          result: { dryRun: true, request: definition.preview?.(args) ?? {} },
          text: `${name}: dry run, nothing was sent.`,
        };
      }
      const result = output.parse(await definition.run(args, context));
      return { result: plain(result), text: definition.say(result) };
    },
  };
}

/** What the schema makes of the arguments; throws INVALID_ARGUMENT with the places that are wrong. */
export function checked<Schema extends z.ZodType>(schema: Schema, args: unknown): z.output<Schema> {
  const parsed = schema.safeParse(args);
  if (!parsed.success) throw refusal('INVALID_ARGUMENT', z.prettifyError(parsed.error));
  return parsed.data;
}

/** The same data without fields that are undefined, as JSON has none. */
const plain = (value: object): JsonObject => JSON.parse(JSON.stringify(value));
