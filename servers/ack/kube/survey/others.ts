import { z } from 'zod';
import { eventOf } from '../events.ts';
import { type Collector, rowsOf } from './collector.ts';
import { hidesSecret } from './secrets.ts';
import type { Survey } from './survey.ts';
import { brief, conditions, metadata, millis, since, words } from './values.ts';

/** Keys of ConfigMaps, events, aggregated APIs and certificates. */

/** Every namespace has one, and it holds no secret. */
const rootCertificate = 'kube-root-ca.crt';

/** Only names of keys come out of it. Values are looked at one object at a time. */
export const createConfigMaps = () =>
  rowsOf(
    'ConfigMap',
    // One may have a megabyte.
    { schema: z.object({ metadata, data: words }), pageSize: 20 },
    ({ metadata: { namespace, name }, data }) => {
      if (name === rootCertificate) return undefined;
      const keys = Object.entries(data).filter(([key, value]) => hidesSecret(key, value));
      return keys.length > 0 ? keys.map(([key]) => ({ namespace, name, key })) : undefined;
    },
  );

interface Warnings extends Collector {
  found(): Survey['warnings'];
  /** When the kubelet first held back a pod's container, as long as it still does: `NAMESPACE/NAME`. */
  backOffSince(pod: string): number | undefined;
}

const dayMs = 24 * 3_600_000;
const mostReasons = 10;
/** More than these are counted no further. */
const mostObjects = 10_000;

/** Warnings of the last day by reason, added up as they are read. */
export function createWarnings(now: () => number): Warnings {
  let reasons = new Map<string, { count: number; objects: Set<string>; sample: string; last: number }>();
  let backOffs = new Map<string, number>();
  return {
    kind: 'Event',
    fieldSelector: 'type=Warning',
    begin() {
      reasons = new Map();
      backOffs = new Map();
    },
    item(raw) {
      const { type, reason, time, firstTime, count, message, object } = eventOf(raw);
      const at = millis(time);
      if (type !== 'Warning' || at === undefined || now() - at > dayMs) return;
      const known = reasons.get(reason) ?? { count: 0, objects: new Set(), sample: '', last: -1 };
      const sample = brief(message);
      const isNewer = at > known.last || (at === known.last && sample < known.sample);
      if (isNewer) Object.assign(known, { sample, last: at });
      known.count += Math.max(1, count);
      if (known.objects.size < mostObjects) known.objects.add(`${object.kind}/${object.namespace}/${object.name}`);
      reasons.set(reason, known);
      const pod = `${object.namespace}/${object.name}`;
      const first = Math.min(millis(firstTime) ?? at, backOffs.get(pod) ?? at);
      if (reason === 'BackOff' && (backOffs.has(pod) || backOffs.size < mostObjects)) backOffs.set(pod, first);
    },
    backOffSince: (pod) => backOffs.get(pod),
    found: () =>
      [...reasons]
        .map(([reason, { objects, ...rest }]) => ({ reason, ...rest, objects: objects.size }))
        .sort((one, other) => other.count - one.count || (one.reason < other.reason ? -1 : 1))
        .slice(0, mostReasons),
  };
}

const apiService = z.object({ metadata, status: z.object({ conditions }).prefault({}) });

/** Those that are not available. https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/api-service-v1/ */
export const createApiServices = () =>
  rowsOf('APIService', { schema: apiService }, ({ metadata: { name }, status }) => {
    const available = status.conditions.find(({ type }) => type === 'Available');
    if (!available || available.status === 'True') return undefined;
    return { name, reason: available.reason ?? 'NotAvailable', ...since(available.lastTransitionTime) };
  });

const certificate = z.object({
  metadata,
  status: z.object({ notAfter: z.string().nullish(), conditions }).prefault({}),
});

/** https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate */
export const createCertificates = () =>
  rowsOf(
    'Certificate',
    { apiVersion: 'cert-manager.io/v1', schema: certificate },
    ({ metadata: { namespace, name }, status }) => {
      const notAfter = millis(status.notAfter);
      const ready = status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
      return { namespace, name, ...(notAfter !== undefined && { notAfter }), ready };
    },
  );
