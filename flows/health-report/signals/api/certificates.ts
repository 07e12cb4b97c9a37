import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import type { Severity } from '../../../../src/health/types.ts';
import { DAY, type Signal, severityIn, sum } from '../signal.ts';

const SOON = 21 * DAY;
const VERY_SOON = 7 * DAY;

/** SEC1: certificates of cert-manager that run out, or were never issued. */
export const certificateExpiring: Signal = {
  code: 'SEC1',
  category: 'security',
  kinds: ['Certificate'],
  graceMs: 0,
  worst: 'high',
  look(view) {
    const { certificates } = view.survey;
    const items = certificates.flatMap((certificate) => {
      const found = judged(certificate, view.now);
      if (!found) return [];
      const { namespace, name } = certificate;
      const place = view.places.of(namespace);
      return {
        object: { kind: 'Certificate', namespace, name },
        weight: place.weight,
        severity: severityIn(place, found.severity, found.severity === 'high' ? 'medium' : 'low'),
        prod: place.prod,
        seen: found.seen,
      };
    });
    const relevant = sum(certificates.map(({ namespace }) => view.places.of(namespace).weight));
    return { items, relevant, bad: items.length, total: certificates.length };
  },
};

function judged(
  { notAfter, ready }: Survey['certificates'][number],
  now: number,
): { severity: Severity; seen: string } | undefined {
  const days = notAfter === undefined ? undefined : Math.floor((notAfter - now) / DAY);
  const seen = days === undefined ? 'not issued' : days < 0 ? 'expired' : `expires in ${days} days`;
  if (notAfter !== undefined && notAfter - now < VERY_SOON) return { severity: 'high', seen };
  if (notAfter !== undefined && notAfter - now < SOON) return { severity: 'medium', seen };
  return ready ? undefined : { severity: 'medium', seen: `not Ready, ${seen}` };
}
