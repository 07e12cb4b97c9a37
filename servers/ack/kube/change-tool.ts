import { z } from 'zod';
import { checked, type Tool, type ToolContext, writeTool } from '../tool.ts';
import { carryOut, changeFields, type Intent, preconditionFields } from './change.ts';
import { clusterId, wireOf } from './kube-tool.ts';
import type { KubeWire } from './wire.ts';

interface ChangeTool<Input extends z.ZodRawShape> {
  name: string;
  title: string;
  description: string;
  input: Input;
  intent(args: z.output<z.ZodObject<Input>>, wire: KubeWire, signal: AbortSignal): Intent;
}

/** A writing tool that patches one object. A dry run is the API server's own. */
export function changeTool<Input extends z.ZodRawShape>(definition: ChangeTool<Input>): Tool {
  const { name, title, description, input } = definition;
  const common = { clusterId, ...preconditionFields };
  const own = z.object(input);
  const shared = z.object({ ...common, idempotencyKey: z.string() });
  async function work(raw: unknown, context: ToolContext, dryRun: boolean) {
    const { clusterId: id, idempotencyKey: key, ...preconditions } = checked(shared, raw);
    const { signal, planId } = context;
    const wire = await wireOf(id, context);
    const options = { clusterId: id, preconditions, ...(!dryRun && { marks: { key, planId } }), dryRun, signal };
    return carryOut(wire, definition.intent(checked(own, raw), wire, signal), options);
  }
  return writeTool({
    name,
    title,
    description,
    destructive: true,
    input: { ...common, ...input },
    output: changeFields,
    say: ({ diff, already }) => (already ? 'An earlier try had made it.' : diff || 'Nothing differs.').slice(0, 1000),
    run: (args, context) => work(args, context, false),
    rehearse: (args, context) => work(args, context, true),
  });
}
