import { z } from 'zod';
import { conversationKey } from '../chat/types.ts';
import type { Views } from '../conversations/ports.ts';
import type { CollectionSpec, Store } from '../storage/store.ts';
import type { ToolGateway } from '../tools/types.ts';

/** The views behind a log that is followed: `copilot_follow` gives its new lines, `copilot_stop_following` ends all of a conversation. */

const stopSchema = z.object({ id: z.string(), rev: z.number(), at: z.number() });
type Stop = z.infer<typeof stopSchema>;
/** When following was last stopped, by conversation. */
const stopSpec: CollectionSpec<Stop> = { name: 'following-stopped', schema: stopSchema };

const asked = z.object({
  clusterId: z.string(),
  namespace: z.string(),
  pod: z.string(),
  container: z.string().optional(),
  word: z.string().optional(),
  startedAt: z.number(),
  /** The time of the newest line that was seen; empty at the first look, which only notes it. */
  after: z.string(),
});
const logs = z.object({ text: z.string(), serverTime: z.string() });

/** One message shows so many new lines; the first and what is over are counted. */
const MOST_LINES = 40;
const LONGEST_LINE = 500;
/** More are read only where these do not reach back to what was seen last. */
const FEW_READ = 300;
const MOST_READ = 2000;

export function createFollowViews(
  gateway: Pick<ToolGateway, 'read'>,
  store: Pick<Store, 'collection'>,
  clock: () => number,
): Views {
  const stops = store.collection(stopSpec);
  return {
    async copilot_follow(args, { user, conversation }, signal) {
      const wish = asked.parse(args);
      const stop = await stops.get(conversationKey(conversation));
      const none = { lines: [], skipped: 0, last: wish.after };
      if (stop && stop.at >= wish.startedAt) return { ok: true, data: { stopped: true, ...none } };
      const { clusterId, namespace, pod, container, after } = wish;
      const read = (tailLines: number) =>
        gateway.read({
          tool: 'k8s_logs',
          args: {
            clusterId,
            namespace,
            pod,
            timestamps: true,
            tailLines,
            ...(container !== undefined && { container }),
          },
          actor: user,
          ...(signal && { signal }),
        });
      let result = await read(after === '' ? 1 : FEW_READ);
      if (result.ok && after !== '' && beginsAfter(logs.parse(result.data).text, after)) result = await read(MOST_READ);
      if (!result.ok) return result;
      const { text, serverTime } = logs.parse(result.data);
      const stamped = text.split('\n').flatMap(split);
      const last = stamped.at(-1)?.time ?? (after === '' ? padded(serverTime) : after);
      if (after === '') return { ok: true, data: { stopped: false, ...none, last } };
      const said = wish.word?.toLowerCase();
      const fresh = stamped
        .filter(({ time, line }) => time > after && (said === undefined || line.toLowerCase().includes(said)))
        .map(({ line }) => line.slice(0, LONGEST_LINE));
      const skipped = Math.max(0, fresh.length - MOST_LINES);
      return {
        ok: true,
        data: { stopped: false, lines: fresh.slice(skipped), skipped, last: last > after ? last : after },
      };
    },
    async copilot_stop_following(_args, { conversation }) {
      const id = conversationKey(conversation);
      for (let tries = 0; tries < 5; tries += 1) {
        const before = await stops.get(id);
        const next = { id, rev: (before?.rev ?? 0) + 1, at: clock() };
        if (before ? await stops.replace(next) : await stops.insert(next)) break;
      }
      return { ok: true, data: {} };
    },
  };
}

/** `2026-11-26T01:58:03.123456789Z text`, as kubelets write it; the zeros at the end of a fraction are left out there. */
function split(line: string): { time: string; line: string }[] {
  const [, time, rest] = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) ?(.*)$/s.exec(line) ?? [];
  return time === undefined || rest === undefined ? [] : [{ time: padded(time), line: rest }];
}

/** With nine digits of a second, so that times of one node compare as text. */
function padded(time: string): string {
  const [, seconds = time, fraction = '', zone = 'Z'] = /^([^.Z+]+?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time) ?? [];
  return `${seconds}.${fraction.padEnd(9, '0').slice(0, 9)}${zone}`;
}

const beginsAfter = (text: string, after: string): boolean => (text.split('\n').flatMap(split)[0]?.time ?? '') > after;
