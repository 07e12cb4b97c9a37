import { type Context, soonest } from './context.ts';
import type { Controller } from './engine.ts';
import { EVENT_TTL_MS } from './events.ts';

const EVERY_MS = 300_000;
/** Ended pods that nobody cleans up: far fewer than the 12,500 of `--terminated-pod-gc-threshold`. */
const MOST_ENDED = 200;

/** Forgets events after an hour, and ended pods when they are too many. */
export function garbage(context: Context): Controller {
  return {
    name: 'garbage',
    concerns: ({ plural, type }) => (plural === 'events' && type === 'ADDED' ? ['all'] : []),
    reconcile: () => {
      const events = context.read.list('events');
      const old = context.now() - EVENT_TTL_MS;
      for (const event of events) {
        const last = Date.parse(event.lastTimestamp ?? event.metadata.creationTimestamp);
        if (last <= old) context.store.remove('events', event.metadata.namespace, event.metadata.name);
      }
      dropEnded(context);
      return events.length > 0 ? soonest(context.now(), [context.now() + EVERY_MS]) : undefined;
    },
  };
}

function dropEnded(context: Context): void {
  const ended = context.read.list('pods').filter(({ status }) => ['Succeeded', 'Failed'].includes(status?.phase ?? ''));
  const surplus = [...ended]
    .sort((a, b) => Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp))
    .slice(0, Math.max(0, ended.length - MOST_ENDED));
  for (const pod of surplus)
    context.store.remove('pods', pod.metadata.namespace, pod.metadata.name, { gracePeriodSeconds: 0 });
}
