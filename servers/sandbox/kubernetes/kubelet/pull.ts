import type { Context } from '../controllers/context.ts';
import type { Container, Pod } from '../controllers/pod-kinds.ts';
import { type Found, findImage } from '../images/catalogue.ts';

/** What a pull comes to: the image after some seconds, or the runtime's words. */
export type Pull =
  | { ok: true; found: Extract<Found, { kind: 'found' }>; seconds: number }
  | { ok: false; message: string };

/** Asks the registry for a container's image, with the pull secrets of the pod. The words are containerd's. */
export function pull(context: Context, pod: Pod, { image }: Container): Pull {
  const found = findImage(image);
  const { host, full, repository, tag } = found.reference;
  const resolving = `failed to pull and unpack image "${full}": failed to resolve reference "${full}"`;
  const trouble = context.ground.state().registries[host];
  if (trouble === 'unreachable') {
    const dial = `dial tcp: lookup ${host} on 100.100.2.136:53: no such host`;
    return {
      ok: false,
      message: `rpc error: code = Unknown desc = ${resolving}: failed to do request: Head "https://${host}/v2/${path(repository)}/manifests/${tag}": ${dial}`,
    };
  }
  if (trouble === 'rate-limited') {
    const why = `unexpected status from HEAD request to https://${host}/v2/${path(repository)}/manifests/${tag}: 429 Too Many Requests`;
    return {
      ok: false,
      message: `rpc error: code = Unknown desc = ${resolving}: ${why}\ntoomanyrequests: You have reached your pull rate limit.`,
    };
  }
  if (found.private && !hasSecretFor(context, pod, host)) {
    const why =
      'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials';
    return { ok: false, message: `rpc error: code = Unknown desc = ${resolving}: ${why}` };
  }
  if (found.kind === 'missing')
    return { ok: false, message: `rpc error: code = NotFound desc = ${resolving}: ${full}: not found` };
  return { ok: true, found, seconds: 0.8 + found.sizeMiB / 40 };
}

const path = (repository: string): string => repository.slice(repository.indexOf('/') + 1);

/** Whether one of the pod's pull secrets, or its ServiceAccount's, opens this registry. */
function hasSecretFor(context: Context, pod: Pod, host: string): boolean {
  const account = context.read.get('serviceaccounts', pod.metadata.namespace, pod.spec.serviceAccountName ?? 'default');
  const inherited = account?.imagePullSecrets as { name: string }[] | undefined;
  return [...(pod.spec.imagePullSecrets ?? []), ...(inherited ?? [])].some(({ name }) => {
    const secret = context.read.get('secrets', pod.metadata.namespace, name);
    const config = Buffer.from(secret?.data?.['.dockerconfigjson'] ?? '', 'base64').toString();
    return opens(config, host);
  });
}

/** A login with a password; `expired` is one that no longer counts. */
function opens(config: string, host: string): boolean {
  try {
    const { auths } = JSON.parse(config) as { auths?: Record<string, { password?: string; auth?: string }> };
    const entry = auths?.[host] ?? auths?.[`https://${host}`];
    const password =
      entry?.password ??
      Buffer.from(entry?.auth ?? '', 'base64')
        .toString()
        .split(':')[1];
    return Boolean(password) && password !== 'expired';
  } catch {
    return false;
  }
}
