import { z } from 'zod';
import type { JsonObject } from '../../../src/tools/types.ts';
import { ToolFailure } from '../errors.ts';
import { getObject, ownersOf } from '../kube/client.ts';
import { eventFields, eventsAbout, type KubeEvent } from '../kube/events.ts';
import { fitting, json, reference, wireOf } from '../kube/kube-tool.ts';
import { type KubeObject, presentable } from '../kube/objects.ts';
import { readTool } from '../tool.ts';

const mostEvents = 50;

export const k8sDescribe = readTool({
  name: 'k8s_describe',
  title: 'Describe an object',
  description:
    'One object with the chain of its owners, nearest first, and the events about it and them, newest first. `unknown` says what could not be looked at.',
  input: reference,
  output: {
    object: json,
    owners: z.array(json),
    events: z.array(z.object(eventFields)),
    unknown: z.array(z.object({ what: z.string(), why: z.string() })),
    serverTime: z.string(),
  },
  say: ({ owners, events }) => `${owners.length} owners, ${events.length} events.`,
  async run({ clusterId, ...wanted }, context) {
    const wire = await wireOf(clusterId, context);
    const { signal } = context;
    const unknown: { what: string; why: string }[] = [];
    const { object, serverTime } = await getObject(wire, wanted, signal);
    const owners = await ownersOf(wire, object, signal).catch(missing('owners', unknown, []));
    const events: KubeEvent[] = [];
    for (const about of [object, ...owners]) {
      const found = await eventsAbout(wire, subjectOf(about), signal).catch(
        missing(`events of ${about.metadata.name}`, unknown, undefined),
      );
      events.push(...(found?.events ?? []));
    }
    events.sort((one, other) => Date.parse(other.time) - Date.parse(one.time));
    return {
      object: fitting(presentable(object, wanted.kind)),
      owners: owners.map((owner): JsonObject => presentable(owner)),
      events: events.slice(0, mostEvents),
      unknown,
      serverTime,
    };
  },
});

/** Kubelets write a node's name in the place of its uid. */
function subjectOf({ kind, metadata: { namespace, name, uid } }: KubeObject) {
  return kind === 'Node' || !uid ? { namespace, kind, name } : { namespace, uid };
}

/** Notes that something could not be looked at, and goes on without it. */
function missing<Instead>(what: string, unknown: { what: string; why: string }[], instead: Instead) {
  return (thrown: unknown): Instead => {
    if (!(thrown instanceof ToolFailure)) throw thrown;
    unknown.push({ what, why: `${thrown.error.code}: ${thrown.error.message}` });
    return instead;
  };
}
