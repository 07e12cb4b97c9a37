import type { Context } from '../controllers/context.ts';
import type { Container, EnvVar, Pod } from '../controllers/pod-kinds.ts';

/** The variables of a container; or why it cannot be configured, as the kubelet words it. */
export type Environment = { ok: true; env: Record<string, string> } | { ok: false; message: string };

class Missing extends Error {}

/** Resolves `env` and `envFrom` as a kubelet does when it creates a container. */
export function environmentOf(context: Context, pod: Pod, container: Container): Environment {
  const env: Record<string, string> = {};
  try {
    for (const from of container.envFrom ?? []) Object.assign(env, allOf(context, pod, from));
    for (const variable of container.env ?? []) {
      const value = variableValue(context, pod, variable);
      if (value !== undefined) env[variable.name] = expand(value, env);
    }
    return { ok: true, env };
  } catch (error) {
    if (error instanceof Missing) return { ok: false, message: error.message };
    throw error;
  }
}

/** `$(NAME)` stands for a variable defined before. */
const expand = (value: string, env: Record<string, string>): string =>
  value.replaceAll(/\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g, (whole, name: string) => env[name] ?? whole);

const decode = (data: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));

type From = NonNullable<Container['envFrom']>[number];

function allOf(context: Context, pod: Pod, { prefix = '', configMapRef, secretRef }: From): Record<string, string> {
  const { namespace } = pod.metadata;
  const pairs: Record<string, string> = {};
  if (configMapRef) {
    const map = context.read.get('configmaps', namespace, configMapRef.name);
    if (!map && !configMapRef.optional) throw new Missing(`configmap "${configMapRef.name}" not found`);
    Object.assign(pairs, map?.data);
  }
  if (secretRef) {
    const secret = context.read.get('secrets', namespace, secretRef.name);
    if (!secret && !secretRef.optional) throw new Missing(`secret "${secretRef.name}" not found`);
    Object.assign(pairs, decode(secret?.data));
  }
  return Object.fromEntries(Object.entries(pairs).map(([key, value]) => [`${prefix}${key}`, value]));
}

function variableValue(context: Context, pod: Pod, { value, valueFrom }: EnvVar): string | undefined {
  const { namespace = '', name } = pod.metadata;
  if (!valueFrom) return value ?? '';
  const { configMapKeyRef, secretKeyRef, fieldRef } = valueFrom;
  if (fieldRef) return fieldOf(pod, fieldRef.fieldPath);
  if (configMapKeyRef) {
    const map = context.read.get('configmaps', namespace, configMapKeyRef.name);
    if (!map && !configMapKeyRef.optional) throw new Missing(`configmap "${configMapKeyRef.name}" not found`);
    const found = map?.data?.[configMapKeyRef.key];
    if (found === undefined && !configMapKeyRef.optional)
      throw new Missing(`couldn't find key ${configMapKeyRef.key} in ConfigMap ${namespace}/${configMapKeyRef.name}`);
    return found;
  }
  if (!secretKeyRef) return name;
  const secret = context.read.get('secrets', namespace, secretKeyRef.name);
  if (!secret && !secretKeyRef.optional) throw new Missing(`secret "${secretKeyRef.name}" not found`);
  const found = decode(secret?.data)[secretKeyRef.key];
  if (found === undefined && !secretKeyRef.optional)
    throw new Missing(`couldn't find key ${secretKeyRef.key} in Secret ${namespace}/${secretKeyRef.name}`);
  return found;
}

function fieldOf(pod: Pod, path: string): string {
  const fields: Record<string, string | undefined> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'spec.nodeName': pod.spec.nodeName,
    'spec.serviceAccountName': pod.spec.serviceAccountName ?? 'default',
    'status.podIP': pod.status?.podIP,
    'status.hostIP': pod.status?.hostIP,
  };
  return fields[path] ?? '';
}
