import type { Facts } from '../../../src/health/types.ts';
import type { Signal, Source } from './signal.ts';

/** Whether an exporter is missing because there is nothing for it to tell of, for certain. */

const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
const NGINX = /ingress-nginx|nginx-ingress/;

export function appliesNot({ sources }: Signal, { survey }: Facts): boolean {
  if (!survey) return false;
  return sources.some((source) => isNeedless[source]?.(survey) ?? false);
}

type Known = NonNullable<Facts['survey']>;

/** A managed cluster shows no node of its control plane, and its etcd is the cloud's business. */
const isNeedless: Partial<Record<Source, (survey: Known) => boolean>> = {
  etcd: (survey) =>
    isRead(survey, 'Node') &&
    survey.nodes.length > 0 &&
    !survey.nodes.some(({ labels }) => CONTROL_PLANE.some((label) => label in labels)),
  volumes: (survey) => isRead(survey, 'PersistentVolumeClaim') && !survey.claims.some(({ used }) => used),
  'nginx-ingress': (survey) =>
    isRead(survey, 'Pod') && !survey.shapes.some(({ containers }) => containers.some(({ image }) => NGINX.test(image))),
  'cert-manager': (survey) => survey.readings.some(({ kind, state }) => kind === 'Certificate' && state === 'none'),
};

const isRead = ({ readings }: Known, wanted: string): boolean =>
  readings.some(({ kind, state }) => kind === wanted && state === 'complete');
