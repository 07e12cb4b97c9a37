import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import type { Environment } from '../../../src/health/types.ts';

/** How much a namespace matters: what is wrong in prod or in the system's own counts in full. */

type Importance = Environment | 'system';

export interface Place {
  importance: Importance;
  weight: number;
  /** In prod, or the cluster's own. */
  prod: boolean;
}

const WEIGHT: Record<Importance, number> = { prod: 1, system: 1, staging: 0.4, dev: 0.15 };
const LABEL = 'k8s-copilot.io/importance';
const SYSTEM = /^kube-|-system$|^arms-prom$/;
const WORDS: Record<string, Environment> = {
  ...wordsFor('prod', 'prod production prd live'),
  ...wordsFor('staging', 'staging stage stg pre preprod uat'),
  ...wordsFor('dev', 'dev develop development test testing qa sandbox'),
};

function wordsFor(environment: Environment, words: string): Record<string, Environment> {
  return Object.fromEntries(words.split(' ').map((word) => [word, environment]));
}

const placeOf = (importance: Importance): Place => ({
  importance,
  weight: WEIGHT[importance],
  prod: importance === 'prod' || importance === 'system',
});

export interface Places {
  /** Namespaces could not be read: everything counts as prod, and as all there is. */
  lost: boolean;
  /** Of what is in no namespace: the cluster's own. */
  of(namespace: string | undefined): Place;
}

/** By the namespace's label k8s-copilot.io/importance, else its name and environment label, else the cluster's environment. */
export function placesOf(survey: Pick<Survey, 'readings' | 'namespaces'>, environment: Environment): Places {
  const lost = survey.readings.some(({ kind, state }) => kind === 'Namespace' && state === 'lost');
  const labels = new Map(survey.namespaces.map((namespace) => [namespace.name, namespace.labels]));
  const known = new Map<string, Place>();
  return {
    lost,
    of(namespace) {
      if (namespace === undefined) return placeOf('system');
      if (lost) return placeOf('prod');
      const place =
        known.get(namespace) ?? placeOf(importanceOf(namespace, labels.get(namespace) ?? {}) ?? environment);
      known.set(namespace, place);
      return place;
    },
  };
}

function importanceOf(name: string, labels: Record<string, string>): Importance | undefined {
  const said = labels[LABEL]?.toLowerCase();
  if (said === 'system') return 'system';
  const label = labels.environment ?? labels.env;
  return (
    word(said) ??
    (SYSTEM.test(name) ? 'system' : undefined) ??
    word(label?.toLowerCase()) ??
    name
      .split(/[-_.]/)
      .map(word)
      .find((one) => one !== undefined)
  );
}

const word = (text: string | undefined) => (text !== undefined && Object.hasOwn(WORDS, text) ? WORDS[text] : undefined);
