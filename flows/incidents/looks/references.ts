import type { Container, PodSpec } from '../kinds.ts';

/** A ConfigMap, a Secret, or a key of one, that a pod cannot start without. */
export interface Reference {
  kind: 'ConfigMap' | 'Secret';
  name: string;
  key?: string;
  /** Where it stands: `env DB_HOST of container app`, `volume config`. */
  place: string;
}

/** Everything a pod needs of ConfigMaps and Secrets; what is marked optional is left out. */
export function referencesOf(spec: PodSpec): Reference[] {
  const containers = [...spec.initContainers, ...spec.containers];
  return [...containers.flatMap(ofContainer), ...spec.volumes.flatMap(ofVolume)].filter(({ name }) => name !== '');
}

function ofContainer({ name: container, env, envFrom }: Container): Reference[] {
  const of = `container ${container}`;
  return [
    ...env.flatMap(({ name, valueFrom }) => {
      const place = `env ${name} of ${of}`;
      return [
        ...required('ConfigMap', valueFrom?.configMapKeyRef, place),
        ...required('Secret', valueFrom?.secretKeyRef, place),
      ];
    }),
    ...envFrom.flatMap(({ configMapRef, secretRef }) => [
      ...required('ConfigMap', configMapRef, `envFrom of ${of}`),
      ...required('Secret', secretRef, `envFrom of ${of}`),
    ]),
  ];
}

function ofVolume({ name, configMap, secret, projected }: PodSpec['volumes'][number]): Reference[] {
  const place = `volume ${name}`;
  const named = secret && { ...secret, name: secret.secretName };
  return [
    ...withItems('ConfigMap', configMap, place),
    ...withItems('Secret', named, place),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...withItems('ConfigMap', source.configMap, place),
      ...withItems('Secret', source.secret, place),
    ]),
  ];
}

interface Source {
  name: string;
  key?: string;
  optional?: boolean | undefined;
}

function required(kind: Reference['kind'], source: Source | undefined, place: string): Reference[] {
  if (!source || source.optional) return [];
  const { name, key } = source;
  return [{ kind, name, ...(key !== undefined && { key }), place }];
}

function withItems(
  kind: Reference['kind'],
  source: (Source & { items: readonly { key: string }[] }) | undefined,
  place: string,
): Reference[] {
  if (!source || source.optional) return [];
  if (source.items.length === 0) return [{ kind, name: source.name, place }];
  return source.items.map(({ key }) => ({ kind, name: source.name, key, place }));
}
