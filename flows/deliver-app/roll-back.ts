import { ask, type FlowContext, type FlowRun, propose, say } from '../../src/flow/kit.ts';
import { type Rehearsal, stepOf, undoOf } from '../../src/flow/rehearsal.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { authorOf, whyOf } from './author.ts';
import { releaseBlocks } from './cards.ts';
import { finding } from './checks/check.ts';
import { awayAtOnce, tryPatch } from './image-change.ts';
import { momentIn, momentText } from './moments.ts';
import { isHeld, type Manifest, manifestSchema, objectText } from './objects.ts';
import { rolloutWatch, steadyCheck, textIn, type Words } from './plan.ts';
import { tellOutcome, tellStopped } from './release.ts';
import { type Revision, revisionsOf, timeZone } from './revisions.ts';
import { running } from './update.ts';

/** Back to what ran before: the revision before, one by its number or version, or what ran at some moment. */

const REVISED = ['Deployment', 'StatefulSet', 'DaemonSet'];

export function* rollBack(words: Words, context: FlowContext): FlowRun {
  const found = yield* running(context, REVISED, withoutWhen(context.text));
  if (!found) return;
  const { place, object, target, name, namespace } = found;
  const kind = String(target.kind);
  const revisions = yield* revisionsOf(place.clusterId, object);
  const zone = yield* timeZone();
  const to = yield* chosen(revisions, { name, zone }, context);
  if (!to) return;
  const ref = { kind, namespace, name };
  const own = manifestSchema.parse({ apiVersion: 'apps/v1', ...object, kind }) as Manifest & JsonObject;
  if (isHeld(object)) {
    return yield* tellStopped([finding('block', 'held', { object: objectText(own), name })], name, context);
  }
  const change = {
    tool: 'k8s_rollout',
    args: { action: 'undo', ...ref, toRevision: to.number },
  };
  const seen = yield* tryPatch(place.clusterId, change, { name }, context);
  if (!seen) return;
  if (seen.diff === '') return yield* say('deliver.nothing', { name });
  const plan = backPlan(to, { seen, object: own, zone });
  const text = textIn(words);
  const outcome = yield* propose(
    {
      action: 'app.rollback',
      title: text('deliver.plan.title-back', { name, namespace, ...plan.params }),
      why: whyOf(authorOf(context), words),
      cluster: place.cluster,
      environment: place.environment,
      target: { ...ref, percent: awayAtOnce({ ...object, kind }) },
      steps: [
        {
          ...stepOf(seen, {
            id: 'back',
            title: text('deliver.plan.back', { object: `${kind} ${namespace}/${name}`, revision: to.number }),
          }),
          until: rolloutWatch(place.clusterId, ref),
          expectMinutes: 2,
        },
      ],
      verify: [steadyCheck(place.clusterId, ref, text)],
      undo: undoOf(seen, 'back', text('deliver.plan.put-back', { object: `${kind} ${namespace}/${name}` })),
      undoMode: 'automatic',
      risk: 'medium',
      blastRadius: { objects: 1, text: text('deliver.plan.blast', { count: 1, namespace }) },
    },
    releaseBlocks({ changes: [{ object: plan.object, seen }], findings: [], unknown: [] }, context.t),
  );
  const next = [{ label: context.t('deliver.next-history', { name }) }];
  yield* tellOutcome(
    outcome,
    { done: { key: 'deliver.done-back', params: { name, revision: to.number, image: to.images.join(', ') } }, next },
    context,
  );
}

function backPlan(
  to: Revision,
  { seen, object, zone }: { seen: Rehearsal; object: Manifest & JsonObject; zone: string },
) {
  return {
    seen,
    object,
    params: { revision: to.number, image: to.images.join(', '), when: momentText(to.madeAt, zone) },
  };
}

/** Which revision is meant. Asks where the sentence names none that is kept; undefined, said already, where there is none. */
function* chosen(
  [present, ...older]: readonly Revision[],
  { name, zone }: { name: string; zone: string },
  context: FlowContext,
): FlowRun<Revision | undefined> {
  if (!present || older.length === 0) {
    yield* say('deliver.no-history', { name });
    return undefined;
  }
  const wanted = revisionFor(context.text, { present, older, now: context.startedAt, zone });
  if (wanted === 'present') {
    yield* say('deliver.same-then', { name, revision: present.number, when: momentText(present.madeAt, zone) });
    return undefined;
  }
  if (wanted) return wanted;
  const { t } = context;
  const answer = yield* ask({
    key: 'revision',
    title: { key: 'deliver.which-revision', params: { name } },
    choices: older.slice(0, 8).map((one) => ({
      id: `${one.number}`,
      label: t('deliver.revision', {
        revision: one.number,
        image: one.images.join(', '),
        when: momentText(one.madeAt, zone),
      }),
    })),
  });
  return 'choice' in answer ? older.find(({ number }) => `${number}` === answer.choice) : undefined;
}

interface Kept {
  present: Revision;
  older: readonly Revision[];
  now: number;
  zone: string;
}

/** `present`: what is wanted is what runs. Undefined where something is named that is not kept. */
export function revisionFor(raw: string, { present, older, now, zone }: Kept): Revision | 'present' | undefined {
  const text = raw.normalize('NFKC');
  const all = [present, ...older];
  const or = (found: Revision | undefined) => (found === present ? 'present' : found);
  const number =
    /(?:\brevision|\brev\.?|修订版?本?|版本号?)\s*[:#]?\s*(\d{1,6})(?![\w.])|第\s*(\d{1,6})\s*(?:版|次)/i.exec(text);
  if (number) {
    const asked = Number(number[1] ?? number[2]);
    return or(all.find((one) => one.number === asked) ?? all.find(({ earlier }) => earlier.includes(asked)));
  }
  const version = /(?<![\w./:-])v?(\d+(?:\.\d+)+[\w.-]*|\d+(?=\s*$))(?![\w:])/i.exec(text.replace(/\d+\s*%/, ''))?.[1];
  if (version !== undefined) return or(all.find(({ images }) => images.some((image) => tagIs(image, version))));
  const moment = momentIn(text, now, zone);
  if (moment === undefined) return older[0];
  // Of those made by then the newest ran; where all are newer, nothing is known of that time.
  const by = all.filter(({ madeAt }) => madeAt > 0 && madeAt <= moment).sort((one, other) => other.madeAt - one.madeAt);
  return or(by[0]);
}

const tagIs = (image: string, version: string): boolean => {
  const tag = /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? '';
  return tag === version || tag === `v${version}` || `v${tag}` === version;
};

/** The sentence without words that could be taken for names. */
export function withoutWhen(raw: string): string {
  return raw
    .normalize('NFKC')
    .replace(
      /\b(?:the )?(?:day before )?yesterday(?:['’]?s)?\b|\blast week(?:['’]?s)?\b|\bthis morning(?:['’]?s)?\b/gi,
      ' ',
    )
    .replace(
      /\b(?:the )?(?:previous|earlier|last|old(?:er)?|good)\b|\bone\b|\brelease\b|\brevision\s*#?\d*|\bversion\s*v?[\d.]*|\broll(?:ed)?[ -]?back\b|\brevert\b|\bback\b|\bstate\b/gi,
      ' ',
    )
    .replace(/(?<![\w./:-])v?\d+(?:\.\d+)*(?![\w:])(?:\s*(?:hours?|days?|weeks?|minutes?)\s*ago)?/gi, ' ');
}
