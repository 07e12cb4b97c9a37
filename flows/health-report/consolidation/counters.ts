import type { PodTerm, Shape, Survey } from '../../../servers/ack/kube/survey/survey.ts';
import { selects } from '../../../src/flow/selectors.ts';
import { bearsTaints, looksInto, wantsNode } from '../selectors.ts';
import type { PodClass, SpreadRule } from './world.ts';

/** Pods of some kind, counted in every domain of a topology: what affinity, anti-affinity and spread constraints ask about. */

export interface Counter {
  id: number;
  topologyKey: string;
  /** By node; -1: it has no such label, so it is in no domain. */
  domainOf: Int32Array;
  domains: number;
  /** Nodes that count at all, where a spread constraint leaves some out. */
  mask?: Uint8Array;
}

export interface CounterBook {
  all: Counter[];
}

/** Makes the counters that the classes' terms need, and tells every class its own. */
export function counterBook(survey: Survey, classes: PodClass[]): CounterBook {
  const book = openBook(survey, classes);
  for (const podClass of classes) {
    if (podClass.terminating) continue;
    for (const term of podClass.shape.podAffinity) {
      const { counter, matches } = book.podsOf(term, podClass.namespace, 'affinity');
      podClass.affinity.push({ counter, self: matches(podClass) });
    }
    for (const rule of podClass.shape.spread)
      if (rule.whenUnsatisfiable === 'DoNotSchedule') podClass.spread.push(book.spreadOf(rule, podClass));
  }
  for (const podClass of classes) {
    for (const term of podClass.shape.podAntiAffinity) {
      podClass.anti.push(book.podsOf(term, podClass.namespace, 'anti').counter);
      podClass.bumps.push(book.holdersOf(term, podClass.namespace));
    }
  }
  return { all: book.all };
}

type Matches = (podClass: Pick<PodClass, 'namespace' | 'shape' | 'terminating'>) => boolean;
interface Known {
  counter: Counter;
  matches: Matches;
}

function openBook(survey: Survey, classes: PodClass[]) {
  const all: Counter[] = [];
  const known = new Map<string, Known>();
  const domains = domainTable(survey);
  const namespaceLabels = new Map(survey.namespaces.map(({ name, labels }) => [name, labels]));
  const labelsOf = (namespace: string) => namespaceLabels.get(namespace) ?? {};

  function open(topologyKey: string, mask?: Uint8Array): Counter {
    const counter: Counter = { id: all.length, topologyKey, ...domains(topologyKey), ...(mask && { mask }) };
    all.push(counter);
    return counter;
  }

  function once(key: string, make: () => Known): Known {
    const found = known.get(key) ?? make();
    known.set(key, found);
    return found;
  }

  const matcher = (term: PodTerm, own: string): Matches => {
    const into = looksInto(term, own, labelsOf);
    return ({ namespace, shape }) => into(namespace) && selects(term.selector, shape.labels);
  };

  /** Pods that the term selects. Pods that are leaving keep others away, but nobody may rely on them. */
  function podsOf(term: PodTerm, own: string, use: 'affinity' | 'anti'): Known {
    return once(`${use} ${own} ${JSON.stringify(term)}`, () => {
      const counter = open(term.topologyKey);
      const matches = matcher(term, own);
      for (const other of classes)
        if ((use === 'anti' || !other.terminating) && matches(other)) other.bumps.push(counter);
      return { counter, matches };
    });
  }

  /** Pods that hold this anti-affinity; whoever it selects keeps away from them. */
  function holdersOf(term: PodTerm, own: string): Counter {
    return once(`holders ${own} ${JSON.stringify(term)}`, () => {
      const counter = open(term.topologyKey);
      const matches = matcher(term, own);
      for (const other of classes) if (matches(other)) other.against.push(counter);
      return { counter, matches };
    }).counter;
  }

  function spreadOf(rule: Shape['spread'][number], { namespace, shape, shapeIndex }: PodClass): SpreadRule {
    const labels = rule.matchLabelKeys.flatMap((key) =>
      shape.labels[key] === undefined ? [] : [{ key, operator: 'In', values: [shape.labels[key]] }],
    );
    const selector = rule.selector && {
      ...rule.selector,
      matchExpressions: [...rule.selector.matchExpressions, ...labels],
    };
    const { counter, matches } = once(`spread ${namespace} ${shapeIndex} ${JSON.stringify(rule)}`, () => {
      const opened = open(rule.topologyKey, spreadMask(survey, shape, rule));
      const isCounted: Matches = (other) =>
        !other.terminating && other.namespace === namespace && selects(selector, other.shape.labels);
      for (const other of classes) if (isCounted(other)) other.bumps.push(opened);
      return { counter: opened, matches: isCounted };
    });
    return {
      counter,
      maxSkew: rule.maxSkew,
      minDomains: rule.minDomains ?? 1,
      self: matches({ namespace, shape, terminating: false }) ? 1 : 0,
      losesGhosts: rule.nodeTaintsPolicy === 'Honor' && !bearsTaints(shape, [CORDONED]),
    };
  }

  return { all, podsOf, holdersOf, spreadOf };
}

/** Nodes that a spread constraint counts: with every key of the pod's constraints, and as its policies say. */
function spreadMask({ nodes }: Survey, shape: Shape, rule: Shape['spread'][number]): Uint8Array {
  const keys = shape.spread
    .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
    .map(({ topologyKey }) => topologyKey);
  return Uint8Array.from(nodes, (node) => {
    if (!keys.every((key) => node.labels[key] !== undefined)) return 0;
    if (rule.nodeAffinityPolicy !== 'Ignore' && !wantsNode(shape, node)) return 0;
    return rule.nodeTaintsPolicy !== 'Honor' || bearsTaints(shape, taintsOf(node)) ? 1 : 0;
  });
}

/** The taints that Kubernetes gives a node it keeps pods off. https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const CORDONED = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };
const NOT_READY = { key: 'node.kubernetes.io/not-ready', value: '', effect: 'NoSchedule' };

const taintsOf = ({ taints, cordoned, ready }: Survey['nodes'][number]) => [
  ...taints,
  ...(cordoned ? [CORDONED] : []),
  ...(ready ? [] : [NOT_READY]),
];

function domainTable({ nodes }: Survey) {
  const known = new Map<string, Pick<Counter, 'domainOf' | 'domains'>>();
  return (topologyKey: string) => {
    const found = known.get(topologyKey);
    if (found) return found;
    const values = new Map<string, number>();
    const domainOf = Int32Array.from(nodes, ({ labels }) => {
      const value = labels[topologyKey];
      if (value === undefined) return -1;
      const domain = values.get(value) ?? values.size;
      values.set(value, domain);
      return domain;
    });
    const table = { domainOf, domains: values.size };
    known.set(topologyKey, table);
    return table;
  };
}
