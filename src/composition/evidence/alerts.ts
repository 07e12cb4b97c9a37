import { z } from 'zod';
import type { Alert } from '../../../flows/incidents/evidence.ts';

const text = z
  .record(z.string(), z.unknown())
  .transform((entries) =>
    Object.fromEntries(
      Object.entries(entries).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
    ),
  );
const alert = z.object({
  status: z.union([z.string(), z.object({ state: z.string() }).transform(({ state }) => state)]).optional(),
  labels: text.default({}),
  annotations: text.default({}),
  startsAt: z.string().optional(),
  // As Prometheus itself says it.
  state: z.string().optional(),
  activeAt: z.string().optional(),
});

const list = z.object({ alerts: z.array(z.unknown()) }).transform(({ alerts }) => alerts);
const wrapping = z.union([list, z.object({ data: list }).transform(({ data }) => data)]);

/** Alerts that say that all is well, or speak of other alerts only. */
const HEARTBEATS = new Set(['Watchdog', 'DeadMansSwitch', 'InfoInhibitor']);

/** A webhook body of Alertmanager v4, the list of its `/api/v2/alerts`, or the answer of Prometheus' `/api/v1/alerts`. */
export type AlertBody = unknown;

/** The alerts that fire. What cannot be read, is resolved, suppressed or a heartbeat is left out. */
export function firingAlerts(body: AlertBody): Alert[] {
  const wrapped = wrapping.safeParse(body);
  const listed = wrapped.success ? wrapped.data : Array.isArray(body) ? body : [];
  return listed.flatMap((raw): Alert[] => {
    const parsed = alert.safeParse(raw);
    if (!parsed.success) return [];
    const { state, status = state ?? 'firing', labels, annotations, activeAt, startsAt = activeAt } = parsed.data;
    if ((status !== 'firing' && status !== 'active') || HEARTBEATS.has(labels.alertname ?? '')) return [];
    const at = startsAt === undefined ? Number.NaN : Date.parse(startsAt);
    return [{ labels, annotations, ...(!Number.isNaN(at) && { startsAt: at }) }];
  });
}
