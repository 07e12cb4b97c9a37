import { z } from 'zod';
import { escapeMarkdown } from '../chat/plain.ts';
import { ask, type FlowContext, type FlowRun, read, say } from './kit.ts';

/** Finds what a sentence speaks of: a cluster, a namespace in it, an object in that. */

const target = z.object({
  clusterId: z.string(),
  cluster: z.string(),
  environment: z.enum(['prod', 'staging', 'dev']).optional(),
  namespace: z.string().optional(),
  kind: z.string().optional(),
  name: z.string().optional(),
});
/** `cluster` is its name, for people. */
export type Target = z.infer<typeof target>;

export interface TargetWish {
  /** Where it is not the sentence that began the flow. */
  text?: string;
  /** Only objects of these kinds, such as `Deployment`, `Node`, `Pod`; without them whatever the sentence names. */
  kinds?: string[];
  /** How far down it has to go; `any` takes a whole cluster, too. */
  level?: 'any' | 'cluster' | 'namespace' | 'object';
}

const understood = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('one'), target }),
  z.object({ kind: z.literal('several'), targets: z.array(target) }),
  z.object({ kind: z.literal('none'), word: z.string(), nearest: z.array(target) }),
]);

/** What is meant, asking back where that is not clear. Undefined, said already, where there is no cluster. */
export function* chooseTarget(context: FlowContext, wish: TargetWish = {}): FlowRun<Target | undefined> {
  const { kinds, level = 'any' } = wish;
  let text = wish.text ?? context.text;
  for (;;) {
    const found = understood.parse(yield* read('copilot_find', { text, level, ...(kinds && { kinds }) }));
    if (found.kind === 'one') return found.target;
    const targets = found.kind === 'several' ? found.targets : found.nearest;
    if (found.kind === 'several' && targets.length === 0) {
      yield* say('incidents.flow.no-cluster');
      return undefined;
    }
    const title =
      found.kind === 'several'
        ? { key: 'incidents.flow.which' }
        : { key: 'incidents.flow.unknown', params: { word: escapeMarkdown(found.word), count: targets.length } };
    const choices = targets.map((one, at) => ({ id: `${at}`, label: targetText(one) }));
    const answer = yield* ask({ key: 'target', title, choices, freeText: true });
    if ('choice' in answer) return targets[Number(answer.choice)];
    text = answer.text;
  }
}

/** As people write it: `Deployment prod/app (my-cluster)`. */
export function targetText({ cluster, namespace, kind, name }: Target): string {
  if (name !== undefined)
    return `${kind ?? ''} ${namespace === undefined ? '' : `${namespace}/`}${name} (${cluster})`.trim();
  return namespace === undefined ? cluster : `${namespace} (${cluster})`;
}
