import type { Workload } from '../owners.ts';
import { hasLabels } from '../selectors.ts';
import { nearestName } from './addresses.ts';
import { appliedSpec } from './applied.ts';
import { declaredPorts, type Services, type ServiceView, targetOfPort } from './services.ts';

/** A workload that a Service was probably meant to select, and how plain that is. */
export interface Candidate {
  workload: Workload;
  score: number;
  isNamesake: boolean;
  isApplied: boolean;
}

/** Labels that many workloads of a namespace share: agreeing in them says nothing. */
const COMMON =
  /(?:^|\/)(?:release|instance|part-of|managed-by|chart|heritage|tier|env|environment|team|stage|version)$/;
/** Labels that operators set on pods while they run: no pod with one may be a matter of an election, not of a selector. */
const DYNAMIC =
  /(?:^|[-/.])(?:role|master|primary|leader|active|pod-name|pod-index|pod-template-hash|controller-revision-hash|pod-hash)$/i;
const KINDS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Pod']);

/** The workload of the namespace that a Service that selects nothing was meant for; undefined where none or several could be. */
export function meantWorkload(view: ServiceView, services: Services): Candidate | undefined {
  const before = found.get(view);
  if (before) return before.candidate;
  const candidate = bestOf(view, services);
  found.set(view, { candidate });
  return candidate;
}

/** Two rules ask the same. */
const found = new WeakMap<ServiceView, { candidate: Candidate | undefined }>();

function bestOf(view: ServiceView, services: Services): Candidate | undefined {
  const [best, second] = services
    .workloadsIn(view.ref.namespace)
    .filter(({ ref, pods }) => KINDS.has(ref.kind) && pods.length > 0)
    .map((workload) => rate(view, workload, services))
    .filter(({ score }) => score >= 2.5)
    .sort((a, b) => b.score - a.score);
  return best && best.score !== second?.score ? best : undefined;
}

function rate(view: ServiceView, workload: Workload, services: Services): Candidate {
  const { selector } = view.service.spec;
  const applied = appliedSelector(view);
  const isApplied = hasLabels(workload.templateLabels, applied) && !hasLabels(selector, applied);
  const isNamesake = sameName(view.ref.name, workload);
  const missing = Object.keys(selector).filter((key) => workload.templateLabels[key] === undefined);
  const isElected = missing.some((key) => DYNAMIC.test(key)) && !isApplied;
  const isFree = isNamesake || services.ofWorkload(workload).every((other) => other === view);
  const likeness = isFree ? likenessOf(selector, workload.templateLabels) : 0;
  const ports = isFree && leadsTo(view, workload) ? 1 : 0;
  const score = (isApplied ? 8 : 0) + (isNamesake ? 4 : 0) + likeness + ports;
  return { workload, score: isElected ? 0 : score, isNamesake, isApplied };
}

/** The selector that the Service was last applied with. */
export function appliedSelector({ service }: ServiceView): Record<string, string> {
  const selector = appliedSpec(service)?.selector;
  if (selector === null || typeof selector !== 'object') return {};
  return Object.fromEntries(
    Object.entries(selector).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

const bareName = (name: string): string =>
  name.replace(
    /-(?:svc|service|headless|internal|external|lb|nodeport|clusterip|deployment|deploy|statefulset|sts|ds)$/,
    '',
  );

/** A workload that goes by the name of the Service, by its own name or by its labels. */
function sameName(service: string, { ref, templateLabels }: Workload): boolean {
  if (bareName(service) === bareName(ref.name)) return true;
  return ['app', 'app.kubernetes.io/name', 'k8s-app', 'io.kompose.service', 'service'].some(
    (label) => templateLabels[label] === service,
  );
}

/** Agrees in a label of its own, which is much, or has nearly the same value for one. */
function likenessOf(selector: Record<string, string>, labels: Record<string, string>): number {
  const shared = Object.entries(selector).filter(([key]) => labels[key] !== undefined && !COMMON.test(key));
  if (shared.some(([key, value]) => labels[key] === value)) return 2.5;
  return shared.some(([key, value]) => nearestName(value, [labels[key] ?? '']) !== undefined) ? 2 : 0;
}

/** All ports of the Service are ports of the workload. */
function leadsTo({ service }: ServiceView, { pods }: Workload): boolean {
  const declared = declaredPorts(pods);
  const { ports } = service.spec;
  return (
    ports.length > 0 &&
    ports.every((port) => {
      const target = targetOfPort(port);
      return declared.some(({ name, containerPort }) => target === name || target === containerPort);
    })
  );
}

/** A selector that selects the pods of this workload and of no other: the Service's own keys where they suffice. */
export function selectorFor(view: ServiceView, candidate: Candidate, services: Services): Record<string, string> {
  const { workload, isApplied } = candidate;
  const labels = workload.templateLabels;
  if (isApplied) return appliedSelector(view);
  const own = Object.fromEntries(
    Object.keys(view.service.spec.selector).flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]]])),
  );
  const others = services.workloadsIn(view.ref.namespace).filter((other) => other !== workload);
  const isExact = Object.keys(own).length > 0 && !others.some((other) => hasLabels(other.templateLabels, own));
  if (isExact) return own;
  return workload.object?.spec.selector?.matchLabels ?? own;
}
