import { ask, type FlowContext, type FlowRun, propose, say } from '../../src/flow/kit.ts';
import { rehearse } from '../../src/flow/rehearsal.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { authorOf, whyOf } from './author.ts';
import { compare, figuresTable } from './canary-figures.ts';
import { abortPlan, CANARY, canaryOf, copiesFor, type Pair, promotePlan } from './canary-plan.ts';
import { releaseBlocks, text } from './cards.ts';
import { parseImage, withTag } from './image.ts';
import { tryPatch, versionOf } from './image-change.ts';
import { asObject, containersOf, type Manifest, manifestSchema, replicasOf, templateOf } from './objects.ts';
import { objectAt } from './place.ts';
import { type Place, textIn, type Words } from './plan.ts';
import { deliver, tellOutcome, tellStopped } from './release.ts';
import { readTarget, running, tagLike, withoutVersion } from './update.ts';
import { noted } from './values.ts';

/** A version tried on a few pods behind the same Service: begun, compared, then taken by all or taken away. */

type CanaryAction = 'start' | 'promote' | 'abort' | 'look';

/** What the sentence wants of the canary. */
export function canaryAction(raw: string): CanaryAction {
  if (/\bpromot|\bgo all in\b|\bto all\b|全量|转正|推广|晋升/i.test(raw)) return 'promote';
  if (
    /\b(?:abort|stop|cancel|remove|drop|end|discard|delete)\b|取消|终止|停止|放弃|中止|撤掉|结束|下线|删除/i.test(raw)
  )
    return 'abort';
  if (/\b(?:how|status|figures|compare|look|show)\b|怎么样|情况|状态|对比|看看/i.test(raw)) return 'look';
  return 'start';
}

/** The sentence without what is no name. */
const withoutCanary = (raw: string): string =>
  withoutVersion(raw)
    .replace(/-canary\b/gi, '')
    .replace(
      /\b(?:canary|canaries|promote|promotion|abort|stop|cancel|remove|drop|end|discard|delete|start|begin|try|release|deploy|how|status|figures|compare|look|show|doing|go|all|percent)\b/gi,
      ' ',
    );

export function* canary(words: Words, context: FlowContext): FlowRun {
  const found = yield* running(context, ['Deployment'], withoutCanary(context.text));
  if (!found) return;
  const { place, object, name, namespace } = found;
  const main = asManifest(object);
  const there = yield* objectAt(place.clusterId, { kind: 'Deployment', namespace, name: `${name}${CANARY}` });
  const action = canaryAction(context.text);
  if (action === 'start' && !there) {
    const begun = yield* begin(main, place, words, context);
    if (!begun) return;
  } else if (!there) return yield* say('deliver.no-canary', { name });
  else if (action === 'promote' || action === 'abort')
    return yield* decide(action, { place, main, canary: asManifest(there) }, words, context);
  yield* watch({ place, name, namespace }, words, context);
}

const asManifest = (object: JsonObject) =>
  ({ ...object, ...manifestSchema.parse({ apiVersion: 'apps/v1', ...object }), kind: 'Deployment' }) as Manifest &
    JsonObject;

/** True once the canary runs and is steady. */
function* begin(main: Manifest & JsonObject, place: Place, words: Words, context: FlowContext): FlowRun<boolean> {
  const { name, namespace = '' } = main.metadata;
  const template = templateOf(main);
  const [container] = template ? containersOf(template.spec) : [];
  const said = readTarget(context.text);
  if (!container || !said) {
    yield* say('deliver.canary-version', { name });
    return false;
  }
  const present = parseImage(container.image);
  const image = 'image' in said ? said.image : present && withTag(present, tagLike(said.tag, present.tag));
  if (image === undefined || image === container.image) {
    yield* say('deliver.nothing', { name });
    return false;
  }
  const { t } = context;
  const wanted = Math.min(90, Math.max(1, Number(/(\d{1,3})\s*(?:%|percent|个?百分)/i.exec(context.text)?.[1] ?? 25)));
  const copies = copiesFor(replicasOf(main) ?? 1, wanted);
  const author = authorOf(context);
  const object = canaryOf(main, { image, container: container.name, copies: copies.count, annotations: noted(author) });
  const title = textIn(words)('deliver.plan.title-canary', {
    name,
    namespace,
    version: versionOf(image),
    count: copies.count,
    percent: copies.percent,
  });
  yield* say('deliver.canary-share', { count: copies.count, all: copies.all, percent: copies.percent, wanted });
  const done = yield* deliver(
    { place, namespace, name, objects: [object], title, why: whyOf(author, words) },
    words,
    context,
  );
  if (done.kind === 'nothing') return true;
  if (done.kind === 'stopped') {
    yield* tellStopped(done.findings, name, context);
    return false;
  }
  const { outcome } = done;
  if (outcome.kind === 'succeeded') return true;
  yield* tellOutcome(outcome, { done: { key: 'deliver.nothing', params: { name } } }, { ...context, t });
  return false;
}

interface Named {
  place: Place;
  name: string;
  namespace: string;
}

/** Shows both side by side until somebody decides. The question closes after a day; the canary stays, and words still decide. */
function* watch({ place, name, namespace }: Named, words: Words, context: FlowContext): FlowRun {
  const { t } = context;
  for (;;) {
    const pair = yield* both({ place, name, namespace });
    if (!pair) return yield* say('deliver.no-canary', { name });
    const figures = yield* compare(place.clusterId, { name, namespace });
    const answer = yield* ask({
      key: 'canary',
      title: { key: 'deliver.canary', params: { name, version: versionOf(imageOf(pair.canary)) } },
      blocks: [...figuresTable(pair, figures, context), text(t('deliver.canary-closes', { name }))],
      choices: ['promote', 'abort', 'again'].map((id) => ({ id, label: t(`deliver.canary-${id}`) })),
    });
    const choice = 'choice' in answer ? answer.choice : 'again';
    if (choice === 'again') continue;
    return yield* decide(choice === 'promote' ? 'promote' : 'abort', pair, words, context);
  }
}

const imageOf = (object: JsonObject): string => {
  const template = templateOf(object);
  return (template && containersOf(template.spec)[0]?.image) ?? '';
};

function* both({ place, name, namespace }: Named): FlowRun<Pair | undefined> {
  const main = yield* objectAt(place.clusterId, { kind: 'Deployment', namespace, name });
  const beside = yield* objectAt(place.clusterId, { kind: 'Deployment', namespace, name: `${name}${CANARY}` });
  return main && beside ? { place, main: asManifest(main), canary: asManifest(beside) } : undefined;
}

function* decide(action: 'promote' | 'abort', pair: Pair, words: Words, context: FlowContext): FlowRun {
  const { place, main, canary: beside } = pair;
  const { name, namespace = '' } = main.metadata;
  const removal = yield* tryPatch(
    place.clusterId,
    { tool: 'k8s_delete', args: { kind: 'Deployment', namespace, name: beside.metadata.name } },
    { name: beside.metadata.name },
    context,
  );
  if (!removal) return;
  const why = whyOf(authorOf(context), words);
  const gone = { object: beside, seen: removal };
  if (action === 'abort') {
    const plan = abortPlan(pair, removal, { why, words });
    const outcome = yield* propose(plan, releaseBlocks({ changes: [gone], findings: [], unknown: [] }, context.t));
    return yield* tellOutcome(outcome, { done: { key: 'deliver.canary-aborted', params: { name } } }, context);
  }
  const image = imageOf(beside);
  const template = templateOf(main);
  const container = template && containersOf(template.spec)[0];
  if (!container) return;
  const patch = {
    spec: {
      template: {
        metadata: { annotations: noted(authorOf(context)) },
        spec: { containers: [{ name: container.name, image }] },
      },
    },
  };
  const change = { tool: 'k8s_patch', args: { kind: 'Deployment', namespace, name, patchType: 'strategic', patch } };
  const seen = yield* rehearse(place.clusterId, change);
  const plan = promotePlan(
    pair,
    { image: seen, removal },
    { why, words, version: versionOf(image), replicas: asObject(main.spec).replicas },
  );
  const changes = [{ object: main, seen }, gone];
  const outcome = yield* propose(plan, releaseBlocks({ changes, findings: [], unknown: [] }, context.t));
  const next = ['deliver.next-history', 'deliver.next-roll-back'].map((key) => ({ label: context.t(key, { name }) }));
  yield* tellOutcome(outcome, { done: { key: 'deliver.done', params: { name, namespace, image } }, next }, context);
}
