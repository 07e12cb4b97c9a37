import { ask, type FlowContext, type FlowRun, say } from '../../src/flow/kit.ts';
import { authorOf, whyOf } from './author.ts';
import type { Place, Words } from './plan.ts';
import { makeNamespace } from './release.ts';
import type { Said } from './sentence.ts';
import { namespaceName } from './wish.ts';

/** The namespace of a release: the one that is meant, and what to do where it is not there. */

/** Of the words behind "to" the namespace; one that is no cluster is a namespace that is not there yet. */
export function placeIn(
  { places, wish }: Said,
  namespaces: readonly string[],
  { cluster, clusterId }: Place,
): string | undefined {
  const known = places.find((word) => namespaces.includes(word));
  if (known !== undefined) return known;
  const idle = /^(?:the|a|an|my|our|cluster|production|kubernetes|k8s|ack|port|version|\d.*)$/;
  return places.find(
    (word) =>
      namespaceName.safeParse(word).success &&
      !idle.test(word) &&
      word !== cluster &&
      word !== clusterId &&
      word !== wish.name,
  );
}

export interface Where {
  place: Place;
  namespaces: readonly string[];
}

/** A namespace that is there: the one that was named, another one, or that one once it is made. */
export function* namespaceFor(
  wanted: string,
  { place, namespaces }: Where,
  words: Words,
  context: FlowContext,
): FlowRun<string | undefined> {
  if (namespaces.length === 0 || namespaces.includes(wanted)) return wanted;
  const { t } = context;
  const offered = namespaces.filter((name) => !/^kube-|^k8s-copilot$/.test(name)).slice(0, 6);
  const answer = yield* ask({
    key: 'namespace',
    title: { key: 'deliver.no-namespace', params: { namespace: wanted, cluster: place.cluster } },
    choices: [
      { id: 'make', label: t('deliver.make-namespace', { namespace: wanted }) },
      ...offered.map((name) => ({ id: `use-${name}`, label: name })),
      { id: 'cancel', label: t('deliver.cancel') },
    ],
    freeText: true,
  });
  if ('text' in answer) {
    const said = answer.text.trim().toLowerCase();
    if (namespaces.includes(said)) return said;
    return yield* namespaceFor(
      namespaceName.safeParse(said).success ? said : wanted,
      { place, namespaces },
      words,
      context,
    );
  }
  if (answer.choice.startsWith('use-')) return answer.choice.slice('use-'.length);
  if (answer.choice === 'cancel') {
    yield* say('deliver.ended-rejected');
    return undefined;
  }
  const made = yield* makeNamespace({ place, namespace: wanted, why: whyOf(authorOf(context), words) }, words, context);
  return made ? wanted : undefined;
}

/** Asks into which one. Undefined, said already, where it is called off. */
export function* askNamespace(namespaces: readonly string[], { t }: FlowContext): FlowRun<string | undefined> {
  const offered = namespaces.filter((name) => !/^kube-|^k8s-copilot$/.test(name)).slice(0, 8);
  const answer = yield* ask({
    key: 'manifest-namespace',
    title: { key: 'deliver.which-namespace' },
    choices: [
      ...offered.map((name) => ({ id: `use-${name}`, label: name })),
      { id: 'cancel', label: t('deliver.cancel') },
    ],
    freeText: true,
  });
  if ('text' in answer) return namespaceName.safeParse(answer.text.trim()).data;
  if (answer.choice !== 'cancel') return answer.choice.slice('use-'.length);
  yield* say('deliver.ended-rejected');
  return undefined;
}
