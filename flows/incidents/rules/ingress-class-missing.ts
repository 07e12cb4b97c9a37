import type { Verdict } from '../finding.ts';
import type { Objects } from '../kinds.ts';
import { objectLine, refOf } from '../lines.ts';
import type { Rule } from '../rule.ts';

const GRACE_MS = 2 * 60_000;
const IS_DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
type Ingress = Objects['Ingress'];
type IngressClass = Objects['IngressClass'];

/** An Ingress names a class that does not exist, or names none and there is no default: no controller takes it up. */
export const ingressClassMissing: Rule = {
  cause: 'IngressClassMissing',
  async examine(scene) {
    const ingresses = (await scene.list('Ingress')).items.filter(
      ({ metadata }) =>
        metadata.deletionTimestamp === undefined && scene.now - (metadata.creationTimestamp ?? 0) > GRACE_MS,
    );
    if (!ingresses.some(isDoubtful)) return [];
    const classes = await scene.list('IngressClass');
    return classes.known ? ingresses.flatMap((ingress) => verdictFor(ingress, classes.items) ?? []) : [];
  },
};

/** Without an address from a controller, or with a class that has to be looked up. */
function isDoubtful(ingress: Ingress): boolean {
  return ingress.spec.ingressClassName !== undefined || !hasAddress(ingress);
}

function hasAddress({ status }: Ingress): boolean {
  return status.loadBalancer.ingress.some(({ ip, hostname }) => ip !== undefined || hostname !== undefined);
}

function verdictFor(ingress: Ingress, classes: readonly IngressClass[]): Verdict | undefined {
  const { ingressClassName } = ingress.spec;
  if (ingressClassName !== undefined) {
    if (classes.some(({ metadata }) => metadata.name === ingressClassName)) return undefined;
    // Some controllers go by the name alone: one of them has answered, and no class at all is registered.
    if (hasAddress(ingress) && classes.length === 0) return undefined;
    return toVerdict(ingress, classes, hasAddress(ingress) ? 'likely' : 'proven');
  }
  // The old annotation is matched by controllers themselves and needs no object.
  if (ingress.metadata.annotations['kubernetes.io/ingress.class'] !== undefined || hasAddress(ingress))
    return undefined;
  const hasDefault = classes.some(({ metadata }) => metadata.annotations[IS_DEFAULT] === 'true');
  return hasDefault ? undefined : toVerdict(ingress, classes, 'likely');
}

function toVerdict(ingress: Ingress, classes: readonly IngressClass[], confidence: 'proven' | 'likely'): Verdict {
  const ref = refOf('Ingress', ingress);
  const { ingressClassName } = ingress.spec;
  const names = classes.map(({ metadata }) => metadata.name).join(', ');
  return {
    cause: 'IngressClassMissing',
    confidence,
    object: ref,
    since: ingress.metadata.creationTimestamp,
    params: { class: ingressClassName ?? '–', classes: names || '–' },
    evidence: [
      objectLine(
        ref,
        ingressClassName === undefined
          ? 'spec.ingressClassName is not set, and no IngressClass is the default'
          : `spec.ingressClassName=${ingressClassName}, and there is no such IngressClass`,
      ),
      { source: 'k8s_list IngressClass', text: names === '' ? 'there are none' : `there are ${names}` },
      ...(hasAddress(ingress) ? [] : [objectLine(ref, 'status.loadBalancer is empty: no controller has taken it up')]),
    ],
  };
}
