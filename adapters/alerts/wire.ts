import { z } from 'zod';

/** The bodies of the three webhooks as their senders document them. Unknown fields pass, known ones keep their shape. */

/** One alert, whichever system sent it. Its texts are somebody else's: data, at most as long as the caps of `inbound.ts`. */
export interface IncomingAlert {
  /** The sender's own key of the alert: the same one again is the same alert. */
  fingerprint: string;
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Epoch milliseconds. */
  startsAt: number;
}

export type AlertSource = 'alertmanager' | 'arms' | 'cloudmonitor';

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** Absent also as null, as nothing, and as the word. */
const optionalText = scalar.nullish().transform((value) => (value && value !== 'null' ? value : undefined));
/** Senders that leave a value out write null. */
const record = z.record(z.string(), z.union([scalar, z.null()]));
const words = record.nullish();
const status = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['firing', 'resolved']));
/** RFC 3339, or epoch seconds or milliseconds as number or text. */
const time = z.union([z.string(), z.number()]).nullish();

const alert = z.object({
  status: status.nullish(),
  labels: record.refine((labels) => Object.keys(labels).length > 0, 'must name the alert, such as alertname'),
  annotations: words,
  startsAt: time,
  fingerprint: optionalText,
});

/**
 * Alertmanager's webhook, version 4: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 * ARMS sends the same with `$alertmanager_content`, or only the list of alerts.
 */
export const alertmanagerBody = z.object({ status: status.nullish(), alerts: z.array(alert) });
export type AlertmanagerBody = z.infer<typeof alertmanagerBody>;

/** Dimensions that are JSON: one object, or a list of them whose names count together. */
export const dimensionList = z.union([z.array(record), record.transform((one) => [one])]);

/** CloudMonitor's callback, as a form or as JSON: https://www.alibabacloud.com/help/doc-detail/60714.htm */
export const cloudMonitorBody = z.object({
  alertName: scalar.pipe(z.string().min(1)),
  alertState: z
    .string()
    .toUpperCase()
    .pipe(z.enum(['OK', 'ALERT', 'ALARM', 'INSUFFICIENT_DATA'])),
  userId: optionalText,
  ruleId: optionalText,
  timestamp: time,
  /** `{userId=1, instanceId=i-1}`, the same as JSON, or an object or a list of objects. */
  dimensions: z.union([z.string(), dimensionList]).nullish(),
  /** A text that holds JSON, or the JSON itself. */
  expression: z.union([optionalText, z.array(z.json()).transform((value) => JSON.stringify(value))]),
  curValue: optionalText,
  metricName: optionalText,
  metricProject: optionalText,
  instanceName: optionalText,
  triggerLevel: optionalText,
  preTriggerLevel: optionalText,
});
export type CloudMonitorBody = z.infer<typeof cloudMonitorBody>;
