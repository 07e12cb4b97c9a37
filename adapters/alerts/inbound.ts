import { createHash } from 'node:crypto';
import type { z } from 'zod';
import {
  type AlertmanagerBody,
  type AlertSource,
  alertmanagerBody,
  type CloudMonitorBody,
  cloudMonitorBody,
  dimensionList,
  type IncomingAlert,
} from './wire.ts';

/** From a webhook's body to alerts. Pure; `now` stands in for a time that the sender left out. */

const LONGEST_NAME = 200;
const LONGEST_VALUE = 2000;
const MOST_LABELS = 100;
const LONGEST_COMPLAINT = 300;

export type Read = { alerts: IncomingAlert[] } | { complaint: string };

/** Reads the body of one source. A complaint names the field that does not fit. */
export function readAlerts(source: AlertSource, text: string, now: number): Read {
  const isForm = source === 'cloudmonitor' && !/^\s*[{[]/.test(text);
  const body = isForm ? Object.fromEntries(new URLSearchParams(text)) : json(text);
  if (body === undefined) return { complaint: 'body: is not JSON' };
  if (source !== 'cloudmonitor') return parse(alertmanagerBody, body, (found) => fromAlertmanager(found, now));
  return parse(cloudMonitorBody, body, (found) => fromCloudMonitor(found, now));
}

function parse<T>(schema: z.ZodType<T>, body: unknown, read: (body: T) => Read): Read {
  const parsed = schema.safeParse(body);
  return parsed.success ? read(parsed.data) : { complaint: complaintOf(parsed.error) };
}

function complaintOf(error: z.ZodError): string {
  const lines = error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  return lines.join('; ').slice(0, LONGEST_COMPLAINT).toWellFormed();
}

function fromAlertmanager(body: AlertmanagerBody, now: number): Read {
  const alerts: IncomingAlert[] = [];
  for (const [at, { status, labels, annotations, startsAt, fingerprint }] of body.alerts.entries()) {
    const from = timeOf(startsAt, now);
    if (from === undefined) return { complaint: `alerts.${at}.startsAt: is no time` };
    const said = wordsOf(labels);
    alerts.push({
      fingerprint: fingerprint === undefined ? keyOf(said) : nameText(fingerprint),
      status: status ?? body.status ?? 'firing',
      labels: said,
      annotations: wordsOf(annotations),
      startsAt: from,
    });
  }
  return { alerts };
}

/** A rule without data says neither that all is well nor that it is over: it fires, and its state stays readable. */
function fromCloudMonitor(body: CloudMonitorBody, now: number): Read {
  const startsAt = timeOf(body.timestamp, now);
  if (startsAt === undefined) return { complaint: 'timestamp: is no time' };
  const { alertName, alertState, metricName, metricProject, ruleId, userId, expression, curValue, instanceName } = body;
  const level = body.triggerLevel ?? body.preTriggerLevel;
  const identity = {
    ...dimensionsOf(body.dimensions),
    ...present({ alertname: alertName, metricName, metricProject, ruleId, userId }),
  };
  const severity = level === undefined ? undefined : (SEVERITIES[level.toUpperCase()] ?? level.toLowerCase());
  const message = [metricName, expression, curValue === undefined ? undefined : `= ${curValue}`];
  return {
    alerts: [
      {
        fingerprint: keyOf(identity),
        status: alertState === 'OK' ? 'resolved' : 'firing',
        labels: wordsOf({ ...identity, ...present({ severity, alertState }) }),
        annotations: wordsOf({
          ...present({ curValue, expression, instanceName }),
          message: message.filter((word) => word !== undefined).join(' '),
        }),
        startsAt,
      },
    ],
  };
}

/** CloudMonitor's levels in the words that Prometheus' rules use. */
const SEVERITIES: Record<string, string> = { CRITICAL: 'critical', WARN: 'warning', WARNING: 'warning', INFO: 'info' };

/** From `{userId=1, instanceId=i-1}`, or the same as JSON. */
function dimensionsOf(given: CloudMonitorBody['dimensions']): Record<string, string> {
  const listed = dimensionList.safeParse(typeof given === 'string' ? json(given) : given);
  if (listed.success) return wordsOf(Object.fromEntries(listed.data.flatMap(Object.entries)));
  const pairs = typeof given === 'string' ? given.replace(/^[\s{[]+|[\s}\]]+$/g, '').split(/[,;]\s*/) : [];
  return wordsOf(Object.fromEntries(pairs.flatMap(pairOf)));
}

function pairOf(text: string): [string, string][] {
  const [, name = '', value = ''] = /^([^=:]+)[=:](.*)$/s.exec(text.trim()) ?? [];
  return name === '' ? [] : [[name.trim(), value.trim()]];
}

const present = (values: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** Names and values within their caps, without control characters and halves of characters that a store would refuse. */
function wordsOf(given: Record<string, string | null> | null | undefined): Record<string, string> {
  const named = Object.entries(given ?? {}).flatMap(([name, value]): [string, string][] =>
    value === null || name === '' || name === '__proto__' ? [] : [[nameText(name), valueText(value)]],
  );
  return Object.fromEntries(named.slice(0, MOST_LABELS));
}

const nameText = (text: string): string =>
  text
    .slice(0, LONGEST_NAME)
    .replace(/\p{Cc}/gu, ' ')
    .toWellFormed();

const valueText = (text: string): string =>
  text
    .slice(0, LONGEST_VALUE)
    .replace(/[^\P{Cc}\n\t]/gu, ' ')
    .toWellFormed();

/** The same labels give the same key, in whatever order they come. */
function keyOf(labels: Record<string, string>): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

/** Times before this are seconds when they come as numbers: it is 1973 in milliseconds, and 5138 in seconds. */
const SECONDS_BELOW = 1e11;
const LAST_MS = 8.64e15;

/** Epoch milliseconds; `now` for a time that is left out or Go's zero time, undefined for what is none. */
function timeOf(given: string | number | null | undefined, now: number): number | undefined {
  if (given === null || given === undefined || given === '') return now;
  const number = typeof given === 'number' ? given : /^\d+(\.\d+)?$/.test(given) ? Number(given) : undefined;
  const at = number === undefined ? Date.parse(String(given)) : number < SECONDS_BELOW ? number * 1000 : number;
  if (!Number.isFinite(at) || at > LAST_MS) return undefined;
  return at <= 0 ? now : Math.round(at);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
