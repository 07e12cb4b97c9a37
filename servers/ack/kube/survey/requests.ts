import { type ContainerSpec, requestsOf } from './containers.ts';
import type { Shape } from './survey.ts';
import { amountsOf, type Quantities, sorted } from './values.ts';

/** What a pod asks for, as the scheduler adds it up. */

interface Asking {
  containers: ContainerSpec[];
  initContainers: ContainerSpec[];
  overhead: Quantities;
  /** Of the whole pod. */
  resources?: { requests: Quantities; limits: Quantities } | null | undefined;
}

/** https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/ */
export const isSidecar = ({ restartPolicy }: ContainerSpec) => restartPolicy === 'Always';

/**
 * What the scheduler counts: init containers run one after the other beside the sidecars that were started before them; a request of
 * the whole pod takes the place of its containers'. https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
export function totalRequests({ containers, initContainers, overhead, resources }: Asking): Shape['requests'] {
  let beside = nothing;
  let peak = nothing;
  for (const container of initContainers) {
    const wanted = amountsOf(requestsOf(container));
    if (isSidecar(container)) beside = plus(beside, wanted);
    else peak = larger(peak, plus(beside, wanted));
  }
  const steady = containers.reduce((sum, container) => plus(sum, amountsOf(requestsOf(container))), beside);
  const whole = { ...resources?.limits, ...resources?.requests };
  return plus(replaced(larger(steady, peak), whole), amountsOf(overhead));
}

const nothing: Shape['requests'] = { cpu: 0, memory: 0, ephemeral: 0, extended: {} };
const plus = (one: Shape['requests'], other: Shape['requests']) => merged(one, other, (a, b) => a + b);
const larger = (one: Shape['requests'], other: Shape['requests']) => merged(one, other, Math.max);

function merged(one: Shape['requests'], other: Shape['requests'], how: (a: number, b: number) => number) {
  const names = new Set([...Object.keys(one.extended), ...Object.keys(other.extended)]);
  const extended = [...names].map((name): [string, number] => [
    name,
    how(one.extended[name] ?? 0, other.extended[name] ?? 0),
  ]);
  return {
    cpu: how(one.cpu, other.cpu),
    memory: how(one.memory, other.memory),
    ephemeral: how(one.ephemeral, other.ephemeral),
    extended: sorted(Object.fromEntries(extended)),
  };
}

function replaced(sum: Shape['requests'], given: Quantities): Shape['requests'] {
  const { cpu, memory } = amountsOf(given);
  return { ...sum, ...(given.cpu !== undefined && { cpu }), ...(given.memory !== undefined && { memory }) };
}
