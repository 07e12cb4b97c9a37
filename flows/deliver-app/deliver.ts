import { z } from 'zod';
import { ask, clarify, type FlowContext, FlowError, type FlowRun, say } from '../../src/flow/kit.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { authorOf, whyOf } from './author.ts';
import { text } from './cards.ts';
import { deliverChart } from './chart.ts';
import { chartIn } from './chart-sentence.ts';
import { parseImage } from './image.ts';
import { changeImage } from './image-change.ts';
import { isChartTemplate, manifestIn, readManifest } from './manifest.ts';
import { askNamespace, namespaceFor, placeIn, type Where } from './namespace.ts';
import { asObject, containersOf, type Manifest, manifestSchema, replicasOf, templateOf } from './objects.ts';
import { look } from './patient.ts';
import { choosePlace, namespacesOf, workloadAt } from './place.ts';
import { type Place, textIn, type Words } from './plan.ts';
import { deliver, deliverAsWritten, tellOutcome, tellStopped } from './release.ts';
import { nameFrom, readSentence } from './sentence.ts';
import { RELEASE_ANNOTATION, valuesOf } from './values.ts';
import { completed, fittingPart, type Release, type Wish, wishSchema } from './wish.ts';

/** From a sentence, or a manifest in it, to a release. */
export function* deliverApp(words: Words, context: FlowContext): FlowRun {
  const chart = chartIn(context.text);
  if (chart) return yield* deliverChart(chart, words, context);
  const pasted = manifestIn(context.text);
  if (pasted !== undefined) return yield* deliverManifest(pasted, words, context);
  if (isChartTemplate(context.text))
    return yield* say('deliver.not-taken', undefined, [text(context.t('deliver.pasted.chart'))]);
  const said = readSentence(context.text);
  const place = yield* choosePlace(context);
  if (!place) return;
  const namespaces = yield* namespacesOf(place);
  const namespace = said.wish.namespace ?? placeIn(said, namespaces, place);
  if (said.wrong.length > 0) yield* say('deliver.wrong', { fields: said.wrong.join(', ') });
  yield* deliverWish(
    { ...said.wish, ...(namespace !== undefined && { namespace }) },
    { place, namespaces },
    words,
    context,
  );
}

/** Asks for what is missing, keeps what runs already, and goes on with what is asked for on the plan instead. */
export function* deliverWish(first: Wish, where: Where, words: Words, context: FlowContext): FlowRun {
  let wish = first;
  let { namespaces } = where;
  for (;;) {
    const found = yield* present(wish, where.place);
    const base = found ? baseOf(found) : undefined;
    wish = yield* whole(wish, base);
    const release = yield* settled(wish, { ...where, namespaces }, words, context);
    if (!release) return;
    const { name, namespace, image } = release;
    // Where it goes is decided now, and not asked for once more.
    wish = { ...wish, namespace };
    if (namespaces.length > 0 && !namespaces.includes(namespace)) namespaces = [...namespaces, namespace];
    const other = found ?? (yield* workloadAt(where.place.clusterId, namespace, name));
    // It runs already in the namespace that was chosen instead: it keeps what nobody speaks of.
    if (other && !found && baseOf(other)) continue;
    if (other && !baseOf(other)) {
      // What others made keeps all that it has; only its image is set.
      yield* say('deliver.not-ours', { object: `${String(other.kind)} ${namespace}/${name}` });
      return yield* changeImage({ place: where.place, object: other, image }, words, context);
    }
    const again = yield* releaseOnce(release, where.place, words, context);
    if (!again) return;
    wish = { ...wish, ...again };
  }
}

function* present(wish: Wish, { clusterId }: Place): FlowRun<JsonObject | undefined> {
  const name = wish.name ?? nameFrom(wish.image);
  if (wish.namespace === undefined || name === undefined) return undefined;
  return yield* workloadAt(clusterId, wish.namespace, name);
}

/** What an earlier release was made from, as it is now: images and numbers may have been changed since. */
export function baseOf(object: JsonObject): Wish | undefined {
  const { annotations } = asObject(object.metadata);
  const kept = asObject(annotations)[RELEASE_ANNOTATION];
  if (typeof kept !== 'string') return undefined;
  const wish = fittingPart(asObject(parsed(kept)));
  const template = templateOf(object);
  const [container] = template ? containersOf(template.spec) : [];
  const replicas = object.kind === 'CronJob' ? undefined : replicasOf(object);
  return { ...wish, ...(container && { image: container.image }), ...(replicas !== undefined && { replicas }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const answers = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** The wish with what the person answers to what neither he nor an earlier release says. */
function* whole(wish: Wish, base: Wish | undefined): FlowRun<Wish> {
  const before = { ...base, ...wish };
  const known = Object.fromEntries(
    Object.entries({ blueprint: 'web-service', ...before }).filter(([, value]) => typeof value !== 'object'),
  );
  const given = answers.parse(yield* clarify('deliver-app', known as JsonObject));
  const image = typeof given.image === 'string' ? imageOf(given.image) : undefined;
  return { ...completedBase(base), ...wish, ...fittingPart({ ...given, ...(image !== undefined && { image }) }) };
}

const completedBase = (base: Wish | undefined): Wish => base ?? {};

/** An answer may be the bare name, or a whole sentence about it. */
const imageOf = (answer: string): string | undefined =>
  parseImage(answer.trim()) ? answer.trim() : readSentence(answer).wish.image;

/** The whole release: its namespace is there, its name is free or its own. Undefined, said already, where it cannot be. */
function* settled(wish: Wish, where: Where, words: Words, context: FlowContext): FlowRun<Release | undefined> {
  const name = wish.name ?? nameFrom(wish.image);
  const parsedWish = wishSchema.safeParse({ ...wish, ...(name !== undefined && { name }) });
  const { image, namespace, name: own } = parsedWish.success ? parsedWish.data : {};
  if (!parsedWish.success || image === undefined || namespace === undefined || own === undefined) {
    const fields = parsedWish.success
      ? ['image', 'namespace', 'name'].filter((field) => !(field in parsedWish.data))
      : parsedWish.error.issues.map(({ path }) => String(path[0]));
    yield* say('deliver.incomplete', { fields: [...new Set(fields)].join(', ') });
    return undefined;
  }
  const within = yield* namespaceFor(namespace, where, words, context);
  if (within === undefined) return undefined;
  const complete = completed({ ...parsedWish.data, namespace: within });
  return { ...complete, blueprint: complete.blueprint ?? 'web-service', image, name: own, namespace: within };
}

const made = z.looseObject({ objects: z.array(z.record(z.string(), z.json())) });

/** One try. Resolves to what is wanted otherwise, where somebody asked for a change. */
function* releaseOnce(release: Release, place: Place, words: Words, context: FlowContext): FlowRun<Wish | undefined> {
  const { t } = context;
  const { name, namespace, image } = release;
  const author = authorOf(context);
  let rendered: unknown;
  try {
    rendered = yield* look('copilot_blueprint', { blueprint: release.blueprint, values: valuesOf(release, author) });
  } catch (error) {
    if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
    yield* say('deliver.blueprint', { reason: error.message });
    return undefined;
  }
  const objects = made.parse(rendered).objects.map((object) => manifestSchema.parse(object) as Manifest & JsonObject);
  const title = textIn(words)('deliver.plan.title', { name, image, namespace });
  const done = yield* deliver(
    { place, namespace, name, objects, title, why: whyOf(author, words), httpPath: release.probePath },
    words,
    context,
  );
  if (done.kind === 'nothing') {
    yield* say('deliver.nothing', { name });
    return undefined;
  }
  if (done.kind === 'stopped') {
    yield* tellStopped(done.findings, name, context);
    return done.findings.some(({ id }) => id === 'root-image') ? yield* askForRoot(image, context) : undefined;
  }
  const { outcome } = done;
  if (outcome.kind === 'change-requested') return yield* otherwise(outcome.reason, context);
  // Nobody watches the first run of a schedule.
  const once = objects.some(({ kind }) => kind === 'CronJob') ? ['deliver.next-run'] : [];
  const next = ['deliver.next-history', 'deliver.next-roll-back', ...once].map((key) => ({
    label: t(key, { name, namespace }),
  }));
  yield* tellOutcome(outcome, { done: { key: 'deliver.done', params: { name, namespace, image } }, next }, context);
  return undefined;
}

function* askForRoot(image: string, { t }: FlowContext): FlowRun<Wish | undefined> {
  const answer = yield* ask({
    key: 'root',
    title: { key: 'deliver.root', params: { image } },
    choices: [
      { id: 'root', label: t('deliver.run-as-root') },
      { id: 'cancel', label: t('deliver.cancel') },
    ],
    freeText: true,
    template: 'deliver-app',
  });
  if ('text' in answer) return readSentence(answer.text).wish;
  if (answer.choice === 'root') return { asRoot: true };
  yield* say('deliver.ended-rejected');
  return undefined;
}

function* otherwise(reason: string | undefined, _context: FlowContext): FlowRun<Wish> {
  const said = reason ? readSentence(reason).wish : {};
  if (Object.keys(said).length > 0) return said;
  const answer = yield* ask({
    key: 'otherwise',
    title: { key: 'deliver.otherwise' },
    choices: [],
    freeText: true,
    template: 'deliver-app',
  });
  return 'text' in answer ? readSentence(answer.text).wish : {};
}

/** A manifest in the sentence: what it says is what is applied, once it has been read. */
function* deliverManifest(pasted: string, words: Words, context: FlowContext): FlowRun {
  const { t } = context;
  const around = context.text.replace(pasted, ' ').replaceAll('```', ' ');
  const said = readSentence(around);
  const unread = readManifest(pasted, 'default');
  if (unread.kind === 'refused')
    return yield* say('deliver.not-taken', undefined, [text(t(`deliver.pasted.${unread.problem}`, unread.params))]);
  const place = yield* choosePlace({ ...context, text: around });
  if (!place) return;
  const namespaces = yield* namespacesOf(place);
  const wanted = said.wish.namespace ?? placeIn(said, namespaces, place);
  const chosen = wanted ?? (yield* namespaceOfManifest(pasted, namespaces, context));
  if (chosen === undefined) return;
  const read = readManifest(pasted, chosen);
  if (read.kind === 'refused')
    return yield* say('deliver.not-taken', undefined, [text(t(`deliver.pasted.${read.problem}`, read.params))]);
  const namespace = read.objects[0]?.metadata.namespace ?? chosen;
  if ((yield* namespaceFor(namespace, { place, namespaces }, words, context)) !== namespace) return;
  const main = read.objects.find((object) => templateOf(object)) ?? read.objects[0];
  const name = main?.metadata.name ?? '';
  const author = authorOf(context);
  const title = textIn(words)('deliver.plan.title-manifest', { name, namespace, count: read.objects.length });
  yield* deliverAsWritten(
    { place, namespace, name, objects: read.objects, title, why: whyOf(author, words), httpPath: said.wish.probePath },
    { key: 'deliver.done-manifest', params: { name, namespace, count: read.objects.length } },
    words,
    context,
  );
}

/** The one that the manifest names itself, else the person's answer. */
function* namespaceOfManifest(
  pasted: string,
  namespaces: readonly string[],
  context: FlowContext,
): FlowRun<string | undefined> {
  const own = readManifest(pasted, undefined);
  if (own.kind === 'objects') return own.objects[0]?.metadata.namespace;
  return own.problem === 'no-namespace' ? yield* askNamespace(namespaces, context) : 'default';
}
