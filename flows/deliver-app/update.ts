import { ask, type FlowContext, type FlowRun, say } from '../../src/flow/kit.ts';
import { chooseTarget, type Target } from '../../src/flow/target.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { baseOf, deliverWish } from './deliver.ts';
import { parseImage, withTag } from './image.ts';
import { changeImage } from './image-change.ts';
import { containersOf, templateOf } from './objects.ts';
import { objectAt } from './place.ts';
import type { Place, Words } from './plan.ts';
import { readSentence } from './sentence.ts';

/** Another image for what runs: "set checkout to v1.5", "checkout 升级到 1.5.0". */

const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'];

/** What is meant, as it is. Undefined, said already, where there is nothing such. */
export function* running(
  context: FlowContext,
  kinds: readonly string[],
  text = context.text,
): FlowRun<{ place: Place; target: Target; object: JsonObject; name: string; namespace: string } | undefined> {
  const target = yield* chooseTarget(context, { text, kinds: [...kinds], level: 'object' });
  if (!target) return undefined;
  const { clusterId, cluster, environment = 'prod' as const, namespace, kind, name } = target;
  if (namespace === undefined || name === undefined) {
    yield* say('deliver.which-app');
    return undefined;
  }
  const place = { clusterId, cluster, environment };
  // A Service or a pod of that name stands for what runs behind it.
  for (const each of kind !== undefined && kinds.includes(kind) ? [kind] : kinds) {
    const object = yield* objectAt(clusterId, { kind: each, namespace, name });
    if (object) return { place, target: { ...target, kind: each }, object, name, namespace };
  }
  yield* say('deliver.no-app', { name, namespace });
  return undefined;
}

export function* updateImage(words: Words, context: FlowContext): FlowRun {
  const found = yield* running(context, KINDS, withoutVersion(context.text));
  if (!found) return;
  const { place, object, name, namespace } = found;
  const template = templateOf(object);
  const containers = template ? containersOf(template.spec) : [];
  const said = yield* wanted(context, name, containers[0]?.image ?? '');
  if (said === undefined) return;
  const named = containers.filter((one) => new RegExp(`(?<![\\w-])${one.name}(?![\\w-])`).test(context.text));
  const container = named.length === 1 && named[0]?.name !== name ? named[0] : undefined;
  const present = parseImage((container ?? containers[0])?.image ?? '');
  const image = 'image' in said ? said.image : present && withTag(present, tagLike(said.tag, present.tag));
  if (image === undefined) return yield* say('deliver.incomplete', { fields: 'image' });
  const base = baseOf(object);
  if (base && containers.length === 1)
    return yield* deliverWish({ ...base, image, name, namespace }, { place, namespaces: [namespace] }, words, context);
  yield* changeImage({ place, object, image, container: container?.name }, words, context);
}

type Said = { image: string } | { tag: string };

/** What it is to be changed into, asking where the sentence does not say. */
function* wanted({ text }: FlowContext, name: string, present: string): FlowRun<Said | undefined> {
  const found = readTarget(text);
  if (found) return found;
  const answer = yield* ask({
    key: 'version',
    title: { key: 'deliver.which-version', params: { name, image: present } },
    choices: [],
    freeText: true,
  });
  if (!('text' in answer)) return undefined;
  const typed = answer.text.trim();
  return readTarget(`to ${typed}`) ?? (/^\w[\w.-]{0,127}$/.test(typed) ? { tag: typed } : undefined);
}

const VERSION =
  /(?:\b(?:to|at|=>|->|version|tag|with)|→|到|至|为|成|版本|标签)\s*(?:version |tag |版本|标签)?\s*([vV]?\d[\w.-]*|[vV]\d[\w.-]*)/;
const TAG = /\btag\s*[:=]?\s*(?!(?:of|to|is|as|for|in|on)\b)(\w[\w.-]{0,127})|标签\s*[:=：]?\s*(\w[\w.-]{0,127})/;
const BARE = /(?<![\w./@:-])([vV]?\d+(?:\.\d+)+[\w.-]*|[vV]\d[\w.-]*)(?![\w/:])/;

/** A whole image, or a version. */
export function readTarget(raw: string): Said | undefined {
  const text = raw.normalize('NFKC');
  const { image } = readSentence(text).wish;
  if (image !== undefined) return { image };
  const tag = VERSION.exec(text)?.[1] ?? TAG.exec(text)?.slice(1).find(Boolean) ?? BARE.exec(text)?.[1];
  const clean = tag?.replace(/[.,-]+$/, '');
  return clean ? { tag: clean } : undefined;
}

/** The sentence without what would be looked for as a name. */
export function withoutVersion(raw: string): string {
  const text = raw.normalize('NFKC');
  const { image } = readSentence(text).wish;
  return (image === undefined ? text : text.replace(image, ' ')).replace(BARE, ' ').replace(/\d{1,3}\s*%/, ' ');
}

/** People leave the v of tags away, or put one: the tags in use say which is meant, where both are plain versions. */
export function tagLike(said: string, present: string | undefined): string {
  if (present === undefined || !/^\d+(?:\.\d+)*$/.test(said.replace(/^[vV]/, ''))) return said;
  const bare = said.replace(/^[vV]/, '');
  if (/^\d/.test(present)) return bare;
  return /^[vV]\d/.test(present) ? `${present[0]}${bare}` : said;
}
