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
});

/** Alerts that say that all is well, or speak of other alerts only. */
const HEARTBEATS = new Set(['Watchdog', 'DeadMansSwitch', 'InfoInhibitor']);

/** A webhook body of Alertmanager v4, or the list of its `/api/v2/alerts`. */
export type AlertBody = unknown;

/** The alerts that fire. What cannot be read, is resolved, suppressed or a heartbeat is left out. */
export function firingAlerts(body: AlertBody): Alert[] {
  const wrapped = z.object({ alerts: z.array(z.unknown()) }).safeParse(body);
  const listed = wrapped.success ? wrapped.data.alerts : Array.isArray(body) ? body : [];
  return listed.flatMap((raw): Alert[] => {
    const parsed = alert.safeParse(raw);
    if (!parsed.success) return [];
    const { status = 'firing', labels, annotations, startsAt } = parsed.data;
    if ((status !== 'firing' && status !== 'active') || HEARTBEATS.has(labels.alertname ?? '')) return [];
    const at = startsAt === undefined ? Number.NaN : Date.parse(startsAt);
    return [{ labels, annotations, ...(!Number.isNaN(at) && { startsAt: at }) }];
  });
}
