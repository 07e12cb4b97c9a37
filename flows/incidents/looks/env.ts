import type { Container, Objects } from '../kinds.ts';
import type { Scene } from '../scene.ts';

/** One value that a program is started with. */
export interface Setting {
  name: string;
  /** Undefined where it cannot be known: it comes from a Secret, or from what could not be looked at. */
  value: string | undefined;
  /** `env`, `argument`, `ConfigMap app-config`. */
  from: string;
}

/** What a container is started with. `complete`: but for Secrets, there is no variable whose name is not here. */
export interface Environment {
  settings: readonly Setting[];
  complete: boolean;
}

/**
 * The environment of a container, with the values of ConfigMaps where they are known; those are asked for only where one is used.
 * What comes from Secrets as a whole is left to `isInSecrets`.
 */
export async function environmentOf(
  scene: Scene,
  namespace: string | undefined,
  container: Container,
): Promise<Environment> {
  const configMaps = usesConfigMaps(container) ? await scene.list('ConfigMap', namespace) : { items: [], known: true };
  return readEnvironment(container, configMaps.items);
}

function usesConfigMaps({ env, envFrom }: Container): boolean {
  return envFrom.some(({ configMapRef }) => configMapRef) || env.some(({ valueFrom }) => valueFrom?.configMapKeyRef);
}

/** Whether a variable comes from one of the Secrets that a container takes as a whole; `unknown` where one cannot be looked at. */
export async function isInSecrets(
  scene: Scene,
  namespace: string | undefined,
  { container, variable }: { container: Container; variable: string },
): Promise<boolean | 'unknown'> {
  const wanted = container.envFrom.flatMap(({ prefix = '', secretRef }) =>
    secretRef && variable.startsWith(prefix) ? [{ name: secretRef.name, key: variable.slice(prefix.length) }] : [],
  );
  if (wanted.length === 0) return false;
  const { items } = await scene.list('Secret', namespace);
  const answers = wanted.map(({ name, key }) => {
    const secret = items.find(({ metadata }) => metadata.name === name);
    const keys = Object.keys({ ...secret?.data, ...secret?.stringData, ...secret?.dataSizes });
    return keys.includes(key) || (keys.length === 0 ? 'unknown' : false);
  });
  return answers.includes(true) || (answers.includes('unknown') ? 'unknown' : false);
}

function readEnvironment(container: Container, configMaps: readonly Objects['ConfigMap'][]): Environment {
  const byName = new Map<string, Setting>();
  let complete = true;
  for (const { prefix = '', configMapRef } of container.envFrom) {
    const configMap = configMapRef && configMaps.find(({ metadata }) => metadata.name === configMapRef.name);
    if (configMapRef && !configMap) complete = false;
    for (const [key, value] of Object.entries(configMap?.data ?? {}))
      byName.set(prefix + key, { name: prefix + key, value, from: `ConfigMap ${configMapRef?.name}` });
  }
  for (const { name, value, valueFrom } of container.env) {
    const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
    if (configMapKeyRef) {
      const configMap = configMaps.find(({ metadata }) => metadata.name === configMapKeyRef.name);
      byName.set(name, {
        name,
        value: configMap?.data[configMapKeyRef.key],
        from: `ConfigMap ${configMapKeyRef.name}`,
      });
    } else
      byName.set(name, {
        name,
        value: valueFrom ? undefined : expand(value ?? '', byName),
        from: secretKeyRef ? `Secret ${secretKeyRef.name}` : 'env',
      });
  }
  const given = [...container.command, ...container.args].map((value) => ({
    name: value.split(/[= ]/, 1)[0] ?? '',
    value: expand(value, byName),
    from: 'argument',
  }));
  return { settings: [...byName.values(), ...given], complete };
}

/** `$(NAME)` as the kubelet resolves it: from what stands before; what is not there stays as it is written. */
function expand(text: string, known: ReadonlyMap<string, Setting>): string {
  return text.replace(
    /\$\(([A-Za-z_][A-Za-z0-9_.-]{0,200})\)/g,
    (whole, name: string) => known.get(name)?.value ?? whole,
  );
}
