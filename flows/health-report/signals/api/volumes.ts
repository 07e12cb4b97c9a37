import { DAY, type Item, MINUTE, type Signal, severityIn, sum } from '../signal.ts';
import type { View } from '../view.ts';

/** ST4: volumes that failed, claims that are lost or that pods wait for. */
export const volumeFailed: Signal = {
  code: 'ST4',
  category: 'storage',
  kinds: ['PersistentVolumeClaim', 'PersistentVolume', 'Pod'],
  graceMs: 5 * MINUTE,
  worst: 'high',
  diagnosable: true,
  look(view) {
    const { claims, volumes } = view.survey;
    const items = [...claimItems(view), ...volumeItems(view)];
    const weights = claims.map(({ namespace }) => view.places.of(namespace).weight);
    return {
      items,
      relevant: sum(weights) + volumes.length,
      bad: items.length,
      total: claims.length + volumes.length,
    };
  },
};

function claimItems(view: View): Item[] {
  // A claim that no pod uses may wait for its first consumer.
  const bad = view.survey.claims.filter(({ phase, used }) => phase === 'Lost' || (phase === 'Pending' && used));
  return bad.map(({ namespace, name, phase, createdAt }) => {
    const place = view.places.of(namespace);
    return {
      object: { kind: 'PersistentVolumeClaim', namespace, name },
      weight: place.weight,
      severity: severityIn(place, 'high', 'medium'),
      prod: place.prod,
      ...(phase === 'Pending' && { since: createdAt }),
      seen: phase,
    };
  });
}

function volumeItems({ survey }: View): Item[] {
  return survey.volumes
    .filter(({ phase }) => phase === 'Failed' || phase === 'Pending')
    .map(({ name, phase, createdAt }) => ({
      object: { kind: 'PersistentVolume', name },
      weight: 1,
      severity: 'high',
      prod: true,
      ...(phase === 'Pending' && { since: createdAt }),
      seen: phase,
    }));
}

/** CST7: volumes that nothing is bound to any more, or never was. */
export const volumeIdle: Signal = {
  code: 'CST7',
  category: 'cost',
  kinds: ['PersistentVolume'],
  graceMs: DAY,
  worst: 'low',
  clusterWide: true,
  look({ survey: { volumes } }) {
    const items = volumes
      .filter(({ phase }) => phase === 'Released' || phase === 'Available')
      .map(({ name, phase, size, createdAt }) => ({
        object: { kind: 'PersistentVolume', name },
        weight: 1,
        severity: 'low' as const,
        prod: true,
        ...(phase === 'Available' && { since: createdAt }),
        seen: `${phase}, ${Math.ceil(size / 2 ** 30)} GiB`,
      }));
    return { items, relevant: volumes.length, bad: items.length, total: volumes.length };
  },
};
