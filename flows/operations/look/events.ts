import { z } from 'zod';
import { defineFlow, type FlowContext, read, say } from '../../../src/flow/kit.ts';
import { chooseTarget, type Target, targetText } from '../../../src/flow/target.ts';
import { ageText } from './amounts.ts';
import { foldedTable, saying, sayingOf, seenAt, sends } from './parts.ts';
import { minutesIn } from './wish.ts';

/** What happened in a place or to an object: warnings first, then the newest. Their messages are text of strangers. */

export const eventSchema = z.object({
  time: z.string(),
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  count: z.number(),
  object: z.object({ kind: z.string(), name: z.string() }),
});
type Event = z.infer<typeof eventSchema>;
export const EVENT_COLUMNS = ['last', 'type', 'reason', 'object', 'count', 'message'];

const seen = z.object({ items: z.array(eventSchema), complete: z.boolean(), serverTime: z.string() });
const WARNINGS = /\bwarnings?\b|告警|警告|异常/i;

export const events = defineFlow({
  id: 'events',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const { minutes, rest } = minutesIn(context.text);
    const target = yield* chooseTarget(context, { text: rest.replace(WARNINGS, ' ') });
    if (!target) return;
    const { items, complete, serverTime } = seen.parse(yield* read('k8s_events', argsOf(target, minutes)));
    const wanted = items.filter(
      (event) => isAbout(event, target) && (event.type === 'Warning' || !WARNINGS.test(context.text)),
    );
    const warnings = wanted.filter(({ type }) => type === 'Warning').length;
    const about = { what: targetText(target), count: wanted.length, warnings };
    const notes = complete ? [] : [context.t('look.events.incomplete', { count: items.length })];
    yield* say('look.events.title', about, [
      ...foldedTable(context, {
        caption: context.t('look.events.caption', { count: wanted.length }),
        head: EVENT_COLUMNS.map((column) => context.t(`look.column.${column}`)),
        rows: eventRows(wanted, serverTime),
      }),
      ...seenAt(context, serverTime, ...notes),
      ...sends(...next(context, target, wanted)),
    ]);
  },
});

/** What happens to a workload happens to its pods, which have names of their own: its namespace is read then. */
function argsOf({ clusterId, namespace, kind, name }: Target, minutes: number | undefined) {
  return {
    clusterId,
    limit: 300,
    ...(namespace !== undefined && { namespace }),
    ...(namespace === undefined && name !== undefined && { kind: kind ?? '', name }),
    ...(minutes !== undefined && { sinceMinutes: minutes }),
  };
}

const isAbout = ({ object }: Event, { name }: Target): boolean =>
  name === undefined || object.name === name || object.name.startsWith(`${name}-`);

/** As rows of a table, warnings first, then the newest. */
export function eventRows(all: readonly Event[], now: string): string[][] {
  return all
    .toSorted(
      (one, other) =>
        Number(other.type === 'Warning') - Number(one.type === 'Warning') ||
        Date.parse(other.time) - Date.parse(one.time),
    )
    .map(({ time, type, reason, object, count, message }) => [
      ageText(time, now),
      type === 'Warning' ? '⚠' : type,
      reason,
      `${object.kind}/${object.name}`,
      `${count}`,
      message.slice(0, 500),
    ]);
}

function next(context: FlowContext, target: Target, found: readonly Event[]): (string | undefined)[] {
  if (target.name !== undefined) return ['diagnose', 'describe'].map((key) => saying(context, key, target));
  const first = found.find(({ type, object }) => type === 'Warning' && object.kind === 'Pod');
  const { namespace } = target;
  const pod = first && namespace !== undefined && { name: first.object.name, namespace };
  return [pod ? saying(context, 'diagnose', pod) : undefined, sayingOf(context, 'pods', target)];
}
