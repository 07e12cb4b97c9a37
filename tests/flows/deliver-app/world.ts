import { join } from 'node:path';
import { deliverFlows } from '../../../flows/deliver-app/flow.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import { createBlueprintViews, readBlueprints } from '../../../src/composition/blueprints.ts';
import { type Command, type FlowContext, FlowError } from '../../../src/flow/kit.ts';
import { replay } from '../../../src/flow/replay.ts';
import type { JsonObject } from '../../../src/tools/types.ts';

/** Release flows over a cluster that is a list of objects: reads are answered from it, everything else by a script. */

export const words = loadMessages('templates/messages');
const flows = new Map(deliverFlows({ words }).map((flow) => [flow.id, flow]));
const blueprints = createBlueprintViews(
  readBlueprints({ DATA_DIR: join('/nowhere'), BLUEPRINTS_DIR: undefined }),
  'UTC',
);
const asker = {
  user: { platform: 'web', tenant: 'console', id: 'ann' },
  conversation: { platform: 'web', tenant: 'console', id: 'c', kind: 'group' },
  language: 'en',
} as const;

type Named = { kind: string; metadata: { name: string; namespace?: string; generation?: number; uid?: string } };

export interface World {
  objects: JsonObject[];
  /** Answers to what is read by name of the tool; the rest is answered from the objects. */
  reads?: Record<string, (args: JsonObject) => JsonObject>;
}

const BASICS: JsonObject[] = [
  { kind: 'Namespace', metadata: { name: 'shop' } },
  {
    kind: 'Node',
    metadata: { name: 'n1', labels: {} },
    spec: {},
    status: { allocatable: { cpu: '8', memory: '32Gi' } },
  },
  {
    kind: 'IngressClass',
    metadata: { name: 'nginx', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
  },
  {
    kind: 'StorageClass',
    metadata: { name: 'disk', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  },
  { kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' } },
];

/** Says a sentence; `script` answers what is asked and proposed, in order. What comes back is all that was said, asked and proposed. */
export async function play(id: string, text: string, world: World, ...script: unknown[]): Promise<Command[]> {
  const flow = flows.get(id);
  if (!flow) throw new Error(`There is no flow ${id}`);
  const context: FlowContext = {
    t: words.en,
    language: 'en',
    user: asker.user,
    startedAt: Date.parse('2026-11-26T01:30:00Z'),
    text,
  };
  const objects = [...BASICS, ...world.objects];
  const run = replay(flow, {}, context, []);
  const seen: Command[] = [];
  for (let position = run.position(); position.kind === 'asks'; ) {
    const { command } = position;
    if (command.verb === 'read') position = run.answer(await answer(command, { ...world, objects }));
    else if (command.verb === 'say') {
      seen.push(command);
      position = run.answer({ ok: true, value: null });
    } else if (command.verb === 'clarify' && 'image' in command.known && 'namespace' in command.known) {
      position = run.answer({ ok: true, value: command.known });
    } else {
      seen.push(command);
      if (script.length === 0) return seen;
      const next = script.shift();
      if (next === 'made' && command.verb === 'propose') objects.push(...madeBy(command.plan.steps));
      const value = next === 'made' ? { kind: 'succeeded', taskId: 'T-1', results: {} } : next;
      position = run.answer({ ok: true, value: JSON.parse(JSON.stringify(value)) });
    }
  }
  const end = run.position();
  if (end.kind === 'failed') throw new Error(end.message);
  return seen;
}

const madeBy = (steps: { args: JsonObject }[]): JsonObject[] =>
  steps.flatMap(({ args }) => (args.object ? [args.object as JsonObject] : []));

/** What a script throws is an error of the tool. */
function scripted(work: () => JsonObject) {
  try {
    return { ok: true as const, value: work() };
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    return { ok: false as const, code: error.code, message: error.message };
  }
}

async function answer({ tool, args }: { tool: string; args: JsonObject }, world: World) {
  const own = world.reads?.[tool];
  if (own) return scripted(() => own(args));
  const view = blueprints[tool];
  if (view) {
    const result = await view(args, asker as Parameters<typeof view>[1]);
    return result.ok ? { ok: true as const, value: result.data } : { ok: false as const, ...result.error };
  }
  return { ok: true as const, value: fromObjects(tool, args, world.objects) };
}

function fromObjects(tool: string, args: JsonObject, objects: JsonObject[]): JsonObject {
  switch (tool) {
    case 'k8s_clusters':
      return { items: [{ id: 'c1', name: 'main', environment: 'staging' }] };
    case 'copilot_find':
      return found(String(args.text), args.kinds as string[], objects as unknown as Named[]);
    case 'k8s_list':
      return { items: listed(args, objects as unknown as Named[]) as unknown as JsonObject[], complete: true };
    case 'copilot_rehearse':
      return rehearsed(args.change as { tool: string; args: JsonObject }, objects as unknown as Named[]);
    default:
      throw new Error(`Nobody answers ${tool}`);
  }
}

const listed = ({ kind, namespace, fieldSelector }: JsonObject, objects: Named[]): Named[] =>
  objects.filter(
    (one) =>
      one.kind === kind &&
      (namespace === undefined || one.metadata.namespace === namespace) &&
      (fieldSelector === undefined || fieldSelector === `metadata.name=${one.metadata.name}`),
  );

function found(text: string, kinds: string[], objects: Named[]): JsonObject {
  const names = new Set(text.toLowerCase().match(/[a-z0-9][a-z0-9-]*/g) ?? []);
  const one = objects.find(({ kind, metadata }) => kinds.includes(kind) && names.has(metadata.name));
  if (!one) return { kind: 'several', targets: [] };
  const { name, namespace = '' } = one.metadata;
  return {
    kind: 'one',
    target: { clusterId: 'c1', cluster: 'main', environment: 'staging', namespace, kind: one.kind, name },
  };
}

function rehearsed({ tool, args }: { tool: string; args: JsonObject }, objects: Named[]): JsonObject {
  const target = (args.object ?? {
    kind: args.kind,
    metadata: { name: args.name, namespace: args.namespace },
  }) as unknown as Named;
  const before = objects.find(
    ({ kind, metadata }) =>
      kind === target.kind &&
      metadata.name === target.metadata.name &&
      metadata.namespace === target.metadata.namespace,
  );
  const reference = {
    clusterId: 'c1',
    kind: target.kind,
    namespace: target.metadata.namespace ?? '',
    name: target.metadata.name,
  };
  if (!before)
    return {
      diff: `+ ${target.kind}`,
      before: null,
      after: args.object ?? null,
      created: true,
      undoCall: { tool: 'k8s_delete', args: reference },
    };
  const same =
    tool === 'k8s_apply' &&
    JSON.stringify((args.object as JsonObject).spec) === JSON.stringify((before as unknown as JsonObject).spec);
  return {
    diff: same ? '' : `~ ${target.kind}`,
    before: before as unknown as JsonObject,
    after: (args.object ?? before) as unknown as JsonObject,
    uid: before.metadata.uid ?? 'u1',
    generation: before.metadata.generation ?? 1,
    undoCall: { tool: 'k8s_restore', args: reference },
  };
}
