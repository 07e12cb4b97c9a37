import type { Alert } from '../evidence.ts';
import type { EvidenceLine, ObjectRef } from '../finding.ts';
import { refText } from '../finding.ts';
import { ALERT_LABELS } from '../rank.ts';
import type { Scene } from '../scene.ts';

/** An alert as evidence, in its own words. */
export function alertLine({ labels, annotations, startsAt }: Alert): EvidenceLine {
  const { alertname = 'alert' } = labels;
  const words = annotations.summary ?? annotations.description ?? annotations.message ?? '';
  return {
    source: 'alerts',
    ...(startsAt !== undefined && { time: startsAt }),
    text: `${alertname}: ${words}`.slice(0, 400),
  };
}

/** Alerts that name an object, in a namespace that is its own or is not said. */
export function alertsAbout({ scope }: Scene, { namespace, name }: ObjectRef): Alert[] {
  return scope.alerts.filter(
    ({ labels }) =>
      (labels.namespace === undefined || namespace === undefined || labels.namespace === namespace) &&
      ALERT_LABELS.some((label) => labels[label] === name),
  );
}

/** That somebody or an alert asks about one of these objects by its name, as evidence. */
export function askedLines(scene: Scene, ...refs: readonly ObjectRef[]): EvidenceLine[] {
  const { focus } = scene.scope;
  const asked = refs.find(
    ({ kind, name }) =>
      focus?.name === name && (focus.kind === undefined || focus.kind.toLowerCase() === kind.toLowerCase()),
  );
  const alerts = refs.flatMap((ref) => alertsAbout(scene, ref));
  return [
    ...alerts.slice(0, 2).map(alertLine),
    ...(asked ? [{ source: 'question', text: `asked about ${refText(asked)}` }] : []),
  ];
}
