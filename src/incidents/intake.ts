import { randomUUID } from 'node:crypto';
import type { Collection } from '../storage/store.ts';
import { clusterOf, isHeartbeat, namespaceOf } from './place.ts';
import type { AlertDelivery, ClusterRef, IncomingAlert, StoredAlert } from './records.ts';

/** From a webhook's alerts to stored ones: the delivery is written down before the sender is answered, and worked on after. */
export interface Intake {
  take(source: string, alerts: IncomingAlert[]): Promise<void>;
  /** Works on what an earlier process took in. */
  recover(): Promise<void>;
  /** Forgets what is long over. */
  sweep(): Promise<void>;
  idle(): Promise<void>;
}

export interface IntakeOptions {
  deliveries: Collection<AlertDelivery>;
  alerts: Collection<StoredAlert>;
  clusters: () => Promise<ClusterRef[]>;
  clock: () => number;
  /** Places in which something began or ended. */
  onPlaces: (places: ReadonlySet<string>) => void;
  onError: (error: unknown, where: string) => void;
}

const REMEMBER_MS = 7 * 24 * 3600_000;

export function createIntake(options: IntakeOptions): Intake {
  const { deliveries, alerts, clock } = options;
  let queue: Promise<void> = Promise.resolve();

  function work(delivery: AlertDelivery): void {
    queue = queue.then(() => workOn(delivery)).catch((error: unknown) => options.onError(error, 'alerts'));
  }

  async function workOn(delivery: AlertDelivery): Promise<void> {
    const clusters = await options.clusters();
    const places = new Set<string>();
    const real = delivery.alerts.filter(({ labels }) => !isHeartbeat(labels));
    await Promise.all(
      real.map(async (alert) => {
        const place = placeOf(alert, clusters);
        if (await store(delivery.source, alert, place)) places.add(place);
      }),
    );
    await deliveries.replace({ ...delivery, rev: delivery.rev + 1, state: 'done' });
    if (places.size > 0) options.onPlaces(places);
  }

  /** Each alert once, by the sender's own key, with how often it was heard of. */
  async function store(source: string, alert: IncomingAlert, place: string): Promise<boolean> {
    const id = `${source}:${alert.fingerprint}`;
    const { status, labels, annotations, startsAt } = alert;
    for (;;) {
      const known = await alerts.get(id);
      const name = labels.alertname ?? 'Alert';
      const fresh: StoredAlert = {
        id,
        rev: 1,
        status,
        name,
        place,
        labels,
        annotations,
        startsAt,
        seenAt: clock(),
        count: 1,
      };
      if (!known) {
        if (await alerts.insert(fresh)) return status === 'firing';
        continue;
      }
      const { incidentId } = known;
      const next = {
        ...fresh,
        rev: known.rev + 1,
        count: known.count + 1,
        ...(incidentId !== undefined && { incidentId }),
      };
      if (await alerts.replace(next)) return true;
    }
  }

  return {
    async take(source, taken) {
      const delivery: AlertDelivery = {
        id: randomUUID(),
        rev: 1,
        source,
        receivedAt: clock(),
        state: 'new',
        alerts: taken,
      };
      await deliveries.insert(delivery);
      work(delivery);
    },
    async recover() {
      const left = await deliveries.find({ where: { state: 'new' }, orderBy: 'receivedAt', limit: 10_000 });
      for (const delivery of left) work(delivery);
    },
    async sweep() {
      await deliveries.remove({ where: { state: 'done' }, range: { field: 'receivedAt', lt: clock() - REMEMBER_MS } });
      await alerts.remove({ where: { status: 'resolved' }, range: { field: 'seenAt', lt: clock() - REMEMBER_MS } });
    },
    async idle() {
      for (let seen: Promise<void> | undefined; seen !== queue; ) {
        seen = queue;
        await seen;
      }
    },
  };
}

/** `CLUSTER/NAMESPACE`, with `-` for a cluster that nobody knows and nothing for no namespace. */
function placeOf({ labels }: IncomingAlert, clusters: readonly ClusterRef[]): string {
  return `${clusterOf(labels, clusters)?.id ?? '-'}/${namespaceOf(labels) ?? ''}`;
}
