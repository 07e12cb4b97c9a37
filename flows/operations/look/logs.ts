import { z } from 'zod';
import { escapeMarkdown } from '../../../src/chat/plain.ts';
import type { Block } from '../../../src/chat/types.ts';
import { defineFlow, type FlowContext, FlowError, type FlowRun, read, say } from '../../../src/flow/kit.ts';
import { chooseTarget, type Target } from '../../../src/flow/target.ts';
import { follow } from './follow.ts';
import { foldedText, saying, seenAt, sends } from './parts.ts';
import { choosePods, type FoundPod } from './pods.ts';
import { type LogWish, logWish } from './wish.ts';

/** What a container has written: its last lines, those that hold a word, those of the run before, or new ones as they come. */

const LOG_KINDS = ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'];
const answered = z.object({
  container: z.string(),
  text: z.string(),
  truncated: z.boolean(),
  serverTime: z.string(),
});
type Logs = z.infer<typeof answered>;

const LINES = 200;
const SEARCHED = 2000;
/** A word is looked for in so many pods of a workload. */
const MOST_PODS = 5;

export const logs = defineFlow({
  id: 'logs',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const wish = logWish(context.text);
    const target = yield* chooseTarget(context, { text: wish.rest, level: 'object', kinds: LOG_KINDS });
    if (!target) return;
    const pods = yield* choosePods(target);
    const [first] = pods;
    if (!first)
      return yield* say('look.logs.no-pods', { what: nameOf(target) }, sends(saying(context, 'diagnose', target)));
    const where = { target, wish, pods };
    if (wish.followSeconds !== undefined) return yield* follow(context, { ...where, pod: first });
    if (wish.word !== undefined) return yield* search(context, { ...where, word: wish.word });
    yield* lastLines(context, { ...where, pod: first });
  },
});

const nameOf = ({ namespace, name }: Pick<Target, 'namespace' | 'name'>) => `${namespace ?? ''}/${name ?? ''}`;

interface Where {
  target: Target;
  wish: LogWish;
  pods: FoundPod[];
}

/** The lines of one container, or why there are none. */
function* linesOf(
  { target: { clusterId, namespace = '' }, wish }: Where,
  pod: string,
  { tailLines, previous }: { tailLines: number; previous: boolean },
): FlowRun<Logs | FlowError> {
  const { container, sinceSeconds } = wish;
  const args = { clusterId, namespace, pod, tailLines, previous };
  try {
    return answered.parse(
      yield* read('k8s_logs', {
        ...args,
        ...(container !== undefined && { container }),
        ...(sinceSeconds !== undefined && { sinceSeconds }),
      }),
    );
  } catch (error) {
    if (error instanceof FlowError && error.code !== 'ENDED') return error;
    throw error;
  }
}

function* lastLines(context: FlowContext, where: Where & { pod: FoundPod }): FlowRun {
  const { wish, pod, target, pods } = where;
  const { t } = context;
  const tailLines = wish.lines ?? (wish.sinceSeconds === undefined ? LINES : SEARCHED);
  const found = yield* linesOf(where, pod.name, { tailLines, previous: wish.previous });
  const what = nameOf({ namespace: target.namespace, name: pod.name });
  const others = pods.slice(1, 3).map(({ name }) => saying(context, 'logs', { namespace: target.namespace, name }));
  const about = { namespace: target.namespace, name: pod.name };
  if (found instanceof FlowError) {
    const blocks: Block[] = [{ type: 'code', text: found.message.slice(0, 2000) }];
    const before = wish.previous ? [] : [saying(context, 'previous', about)];
    return yield* say('look.logs.failed', { what }, [
      ...blocks,
      ...sends(...before, saying(context, 'diagnose', about)),
    ]);
  }
  const lines = lineCount(found.text);
  const notes = [
    ...(found.truncated ? [t('look.logs.earlier')] : []),
    ...(pods.length > 1 ? [t('look.logs.others', { count: pods.length - 1 })] : []),
  ];
  const key = wish.previous ? 'look.logs.previous' : 'look.logs.title';
  yield* say(key, { what, container: found.container, count: lines }, [
    ...(lines === 0 ? [] : foldedText(context, found.text)),
    ...seenAt(context, found.serverTime, ...notes),
    ...sends(
      ...(pod.restarts > 0 && !wish.previous ? [saying(context, 'previous', about)] : []),
      saying(context, 'follow', about),
      ...others,
      pod.wrong ? saying(context, 'diagnose', about) : saying(context, 'events', about),
    ),
  ]);
}

const lineCount = (text: string): number => (text === '' ? 0 : text.replace(/\n$/, '').split('\n').length);

/** Every line of the workload's pods that holds the word, whatever its case; the word stands between » and «. */
function* search(context: FlowContext, where: Where & { word: string }): FlowRun {
  const { wish, word, pods, target } = where;
  const { t } = context;
  const hits: string[] = [];
  const notes: string[] = [];
  let serverTime = '';
  let looked = 0;
  for (const { name } of pods.slice(0, MOST_PODS)) {
    const found = yield* linesOf(where, name, { tailLines: SEARCHED, previous: wish.previous });
    if (found instanceof FlowError) {
      notes.push(t('look.logs.unread', { pod: name }));
      continue;
    }
    looked += lineCount(found.text);
    serverTime = found.serverTime;
    if (found.truncated) notes.push(t('look.logs.not-earlier', { pod: name, count: SEARCHED }));
    const prefix = pods.length > 1 ? `[${name}] ` : '';
    hits.push(...matching(found.text, word).map((line) => `${prefix}${line}`));
  }
  if (pods.length > MOST_PODS) notes.push(t('look.logs.more-pods', { count: pods.length - MOST_PODS }));
  const about = { what: nameOf(target), word: escapeMarkdown(word), count: hits.length, looked };
  yield* say('look.logs.found', about, [
    ...(hits.length === 0 ? [] : foldedText(context, hits.join('\n'))),
    ...seenAt(context, serverTime, ...notes),
    ...sends(saying(context, 'logs', target), saying(context, 'events', target)),
  ]);
}

/** The lines that hold a word, with the word marked. */
export function matching(text: string, word: string): string[] {
  const wanted = word.toLowerCase();
  return text.split('\n').flatMap((line) => {
    const low = line.toLowerCase();
    // Letters whose small form is longer would shift the marks: such a line stays as it is.
    if (!low.includes(wanted)) return [];
    return [low.length === line.length ? marked(line, low, wanted) : line];
  });
}

function marked(line: string, low: string, word: string): string {
  let out = '';
  let at = 0;
  for (let hit = low.indexOf(word); hit >= 0; hit = low.indexOf(word, at)) {
    out += `${line.slice(at, hit)}»${line.slice(hit, hit + word.length)}«`;
    at = hit + word.length;
  }
  return out + line.slice(at);
}
