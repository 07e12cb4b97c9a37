/**
 * What the API server says when it refuses to create something: quota, limits, pod security, webhooks.
 * https://github.com/kubernetes/kubernetes/tree/master/staging/src/k8s.io/apiserver/pkg/admission and plugin/pkg/admission
 */

/** A resource that a quota has no more of, as the message gives it. */
export interface Overdrawn {
  resource: string;
  requested: string;
  used: string;
  limited: string;
}

export type Refusal =
  | { kind: 'quota'; quota: string; overdrawn: Overdrawn[] }
  | { kind: 'needs-limits'; quota: string; detail: string }
  | { kind: 'limit-range'; detail: string }
  | { kind: 'pod-security'; detail: string }
  | { kind: 'webhook-denied'; webhook: string; detail: string }
  | {
      kind: 'webhook-unavailable';
      webhook: string;
      detail: string;
      service: { namespace: string; name: string } | undefined;
    };

const LONGEST = 4000;
const DETAIL = 240;

const DENIED = /admission webhook "([^"]{1,253})" denied the request(?: without explanation)?(?:: ?(.*))?$/s;
const POLICY = /ValidatingAdmissionPolicy '([^']{1,253})'[^:]{0,300} denied request: (.*)$/s;
const CALLING = /failed calling (?:admission )?webhook "([^"]{1,253})": ?(.*)$/s;
const SERVICE = /https?:\/\/([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc[.:/]/;
const QUOTA = /exceeded quota: ([^,\s]{1,253}), requested: (\S{1,1000}), used: (\S{1,1000}), limited: (\S{1,1000})/;
const NEEDS = /failed quota: ([^:\s]{1,253}): must specify (.*)$/s;
const LIMITS =
  /(?:maximum|minimum) [\w./-]{1,100} usage per \w{1,40} is [^,\]]{1,100}(?:, but (?:limit|request) is [^,\].]{1,40})?|[\w./-]{1,100} max limit to request ratio per \w{1,40} is [^,\]]{1,60}(?:, but provided ratio is [\d.]{1,20})?/;
/** Only defaults of a LimitRange can do this: the owner's own template was validated before. */
const DEFAULTED = /Invalid value: "[^"]{1,60}": must be less than or equal to \S{1,60} limit(?: of \S{1,40})?/;
const SECURITY =
  /violates PodSecurity "[^"]{1,60}": .*$|PodSecurityPolicy: unable to (?:admit|validate) pod:? .*$|unable to validate against any (?:pod security policy|security context constraint).*$/s;

/** What a message says was refused, and by what; undefined where it is about something else. */
export function readRefusal(message: string): Refusal | undefined {
  const text = message.slice(0, LONGEST);
  const [, caller = '', why = ''] = CALLING.exec(text) ?? [];
  if (caller) {
    const [, name, namespace] = SERVICE.exec(why) ?? [];
    const service = name && namespace ? { namespace, name } : undefined;
    return { kind: 'webhook-unavailable', webhook: caller, detail: why.slice(0, DETAIL), service };
  }
  const [, webhook = '', said = ''] = DENIED.exec(text) ?? POLICY.exec(text) ?? [];
  if (webhook) return { kind: 'webhook-denied', webhook, detail: said.trim().slice(0, DETAIL) || '–' };
  const quota = QUOTA.exec(text);
  if (quota) return overdrawnOf(quota);
  const [, needing = '', what = ''] = NEEDS.exec(text) ?? [];
  if (needing) return { kind: 'needs-limits', quota: needing, detail: what.slice(0, DETAIL) };
  const [security] = SECURITY.exec(text) ?? [];
  if (security) return { kind: 'pod-security', detail: security.slice(0, DETAIL) };
  const [limits] = LIMITS.exec(text) ?? DEFAULTED.exec(text) ?? [];
  return limits ? { kind: 'limit-range', detail: limits.slice(0, DETAIL) } : undefined;
}

function overdrawnOf([, quota = '', requested = '', used = '', limited = '']: RegExpExecArray): Refusal {
  const pairs = (list: string) =>
    new Map([...list.matchAll(/([^=,\s]{1,253})=([^,\s]{1,60})/g)].map(([, name = '', amount = '']) => [name, amount]));
  const [before, hard] = [pairs(used), pairs(limited)];
  const overdrawn = [...pairs(requested)].map(([resource, amount]) => ({
    resource,
    requested: amount,
    used: before.get(resource) ?? '?',
    limited: hard.get(resource) ?? '?',
  }));
  return { kind: 'quota', quota, overdrawn };
}
