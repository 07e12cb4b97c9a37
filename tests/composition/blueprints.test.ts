import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { valuesOf } from '../../flows/deliver-app/values.ts';
import { completed, type Release, type Wish } from '../../flows/deliver-app/wish.ts';
import {
  BlueprintError,
  createBlueprintViews,
  readBlueprints,
  renderBlueprint,
} from '../../src/composition/blueprints.ts';
import type { JsonObject } from '../../src/tools/types.ts';

const folder = mkdtempSync(join(tmpdir(), 'blueprints-'));
afterAll(() => rmSync(folder, { recursive: true }));
const house = readBlueprints({ DATA_DIR: join(folder, 'none'), BLUEPRINTS_DIR: undefined });
const author = { by: 'web:console:ann', why: 'deploy it' };
const names = ['web-service', 'worker', 'cron-job', 'stateful-service'];

const release = (wish: Wish = {}): Release =>
  completed({
    name: 'web',
    namespace: 'shop',
    image: 'shop/web:1.4.2',
    port: 8080,
    schedule: '0 3 * * *',
    ...wish,
  }) as Release;

function render(blueprint: string, wish: Wish = {}): JsonObject[] {
  return renderBlueprint(house.get(blueprint) ?? '', valuesOf(release({ blueprint, ...wish }), author), blueprint);
}

const kinds = (objects: JsonObject[]) => objects.map(({ kind }) => kind);

interface PodShape {
  securityContext: unknown;
  automountServiceAccountToken: boolean;
  serviceAccountName: string;
  topologySpreadConstraints?: { topologyKey: string }[];
  containers: Record<string, unknown>[];
}

function podOf(objects: JsonObject[]): PodShape {
  const found = JSON.parse(JSON.stringify(objects)).find(({ kind }: { kind: string }) =>
    /Deployment|StatefulSet|CronJob/.test(kind),
  );
  return (found.spec.jobTemplate?.spec ?? found.spec).template.spec;
}

describe('the blueprints', () => {
  test('are these four', () => {
    expect([...house.keys()].sort()).toEqual([...names].sort());
  });

  test.each(names)('%s runs without rights it does not need', (name) => {
    const pod = podOf(render(name));
    expect(pod).toMatchObject({
      serviceAccountName: 'web',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(pod.containers[0]).toMatchObject({
      image: 'shop/web:1.4.2',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
    });
  });

  test.each(names)('%s keeps what it was made from, and who made it', (name) => {
    const text = JSON.stringify(render(name));
    expect(text).toContain('release.k8s-copilot/values');
    expect(text).toContain('"release.k8s-copilot/by":"web:console:ann"');
    expect(text).toContain('"app.kubernetes.io/name":"web"');
  });

  test('a web service is behind a Service, with a budget once there are several', () => {
    expect(kinds(render('web-service'))).toEqual(['ServiceAccount', 'Service', 'Deployment', 'PodDisruptionBudget']);
    expect(kinds(render('web-service', { replicas: 1 }))).not.toContain('PodDisruptionBudget');
    const pod = podOf(render('web-service', { probePath: '/healthz' }));
    expect(pod.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey)).toEqual([
      'topology.kubernetes.io/zone',
      'kubernetes.io/hostname',
    ]);
    expect(pod.containers[0]).toMatchObject({
      startupProbe: { httpGet: { path: '/healthz', port: 'http' } },
      readinessProbe: { httpGet: { path: '/healthz', port: 'http' } },
      livenessProbe: { tcpSocket: { port: 'http' } },
    });
  });

  test('a domain, an autoscaler and settings are there when they are asked for', () => {
    const objects = render('web-service', {
      domain: 'a.example.com',
      tlsSecret: 'a-cert',
      minReplicas: 2,
      maxReplicas: 6,
      config: { LOG_LEVEL: 'info' },
      secrets: ['web-keys'],
      secretKeys: [{ env: 'DB_PASSWORD', secret: 'db', key: 'password' }],
      pullSecret: 'acr-login',
    });
    expect(kinds(objects)).toEqual([
      'ServiceAccount',
      'ConfigMap',
      'Service',
      'Deployment',
      'PodDisruptionBudget',
      'HorizontalPodAutoscaler',
      'Ingress',
    ]);
    const config = objects[1] as { metadata: { name: string } };
    expect(config).toMatchObject({ immutable: true, data: { LOG_LEVEL: 'info' } });
    expect(podOf(objects).containers[0]).toMatchObject({
      envFrom: [{ configMapRef: { name: config.metadata.name } }, { secretRef: { name: 'web-keys' } }],
      env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } }],
    });
    expect(JSON.stringify(objects)).toContain('"imagePullSecrets":[{"name":"acr-login"}]');
    expect(objects[5]).toMatchObject({ spec: { minReplicas: 2, maxReplicas: 6 } });
    expect(objects[6]).toMatchObject({ spec: { tls: [{ hosts: ['a.example.com'], secretName: 'a-cert' }] } });
  });

  test('other settings are another ConfigMap, the same ones the same', () => {
    const nameOf = (config: Record<string, string>) => {
      const found = render('worker', { config }).find(({ kind }) => kind === 'ConfigMap');
      return (found?.metadata as { name: string } | undefined)?.name;
    };
    expect(nameOf({ A: '1', B: '2' })).toBe(nameOf({ B: '2', A: '1' }));
    expect(nameOf({ A: '1' })).not.toBe(nameOf({ A: '2' }));
  });

  test('a stateful service keeps a volume for each copy', () => {
    const objects = render('stateful-service', { replicas: 2, storage: '40Gi', storageClass: 'fast' });
    expect(kinds(objects)).toEqual(['ServiceAccount', 'Service', 'StatefulSet', 'PodDisruptionBudget']);
    expect(objects[2]).toMatchObject({
      spec: {
        volumeClaimTemplates: [{ spec: { storageClassName: 'fast', resources: { requests: { storage: '40Gi' } } } }],
      },
    });
  });
});

/** 200 values that would be structure if they were not written as JSON. */
const parts = [
  '\n',
  '\r\n',
  '\u2028',
  '\u0085',
  '"',
  "'",
  '\\',
  ': ',
  ' #',
  '- ',
  '{{ name }}',
  '{% raw %}',
  '---\n',
  '...\n',
  '&a ',
  '*a',
  '!!js/function ',
  '? ',
  '|\n  x',
  '>\n',
  '%YAML 1.1',
  '\t',
  '\u0000',
  '\u001b[31m',
  '\ufeff',
  '\ud83d',
  '}',
  ']',
  ',',
  '`',
  '$(id)',
  '<<: ',
  '\u202e',
  '\u007f',
  'null',
  'yes',
  '0o17',
  '1e3',
  '~',
  '=',
  '@',
];
const hostile = Array.from({ length: 200 }, (_, at) => {
  const one = parts[at % parts.length] ?? '';
  const other = parts[(at * 7 + 3) % parts.length] ?? '';
  return (
    [
      `${one}kind: Secret${other}`,
      `x${one}${other}spec: {hostNetwork: true}`,
      `${other}\nmetadata:\n  name: evil${one}`,
    ][at % 3] ?? ''
  );
});

describe('a value', () => {
  test.each(names)(
    'never becomes structure in %s, whatever 200 of them hold',
    (blueprint) => {
      const clean = render(blueprint, { config: { A: 'x' }, domain: 'a.example.com', tlsSecret: 't', secrets: ['s'] });
      const values = valuesOf(
        release({ blueprint, config: { A: 'x' }, domain: 'a.example.com', tlsSecret: 't', secrets: ['s'] }),
        author,
      );
      const some = hostile.filter((_, at) => blueprint === 'web-service' || at % 5 === 0);
      for (const value of some) {
        const objects = renderBlueprint(house.get(blueprint) ?? '', {
          ...values,
          image: value,
          domain: value,
          tlsSecret: value,
          namespace: value,
          schedule: value,
          storage: value,
          mountPath: value,
          probePath: value,
          config: { A: value },
          podAnnotations: { note: value },
        });
        expect(kinds(objects)).toEqual(kinds(clean));
        expect(podOf(objects).containers[0]?.image).toBe(wellFormed(value));
        expect(Object.keys(podOf(objects)).sort()).toEqual(Object.keys(podOf(clean)).sort());
        const settings = objects.find(({ kind }) => kind === 'ConfigMap');
        expect(settings?.data).toEqual({ A: wellFormed(value) });
      }
    },
    60_000,
  );

  test('that a template names and nobody gives is an error', () => {
    expect(() => renderBlueprint('kind: {{ nothing }}', {})).toThrow(BlueprintError);
  });

  test('cannot leave the braces raw', () => {
    expect(() => renderBlueprint('kind: {{ name | raw }}', { name: 'a: b' })).toThrow(/raw is not allowed/);
  });
});

/** JSON writes half of a pair by its number, and reads it back as it was. */
const wellFormed = (text: string) => JSON.parse(JSON.stringify(text));

describe('a team’s own blueprints', () => {
  const own = join(folder, 'own');
  mkdirSync(own);
  writeFileSync(
    join(own, 'batch.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ name }}, namespace: {{ namespace }} }\n',
  );
  writeFileSync(join(own, 'broken.yaml'), 'apiVersion: v1\nkind: [\n');
  writeFileSync(join(own, 'no-object.yaml'), 'just: words\n');
  const all = readBlueprints({ DATA_DIR: folder, BLUEPRINTS_DIR: own });
  const { copilot_blueprint } = createBlueprintViews(all, 'UTC');
  const asker = {
    user: { platform: 'web', tenant: 'console', id: 'ann' },
    conversation: { platform: 'web', tenant: 'console', id: 'c', kind: 'group' },
    language: 'en',
  } as const;
  const ask = (blueprint: string) => copilot_blueprint?.({ blueprint, values: { name: 'a', namespace: 'b' } }, asker);

  test('stand beside the house’s', async () => {
    expect([...all.keys()]).toEqual(expect.arrayContaining([...names, 'batch']));
    expect(await ask('batch')).toMatchObject({
      ok: true,
      data: { objects: [{ kind: 'ConfigMap', metadata: { name: 'a' } }] },
    });
  });

  test.each([
    ['broken', 'BLUEPRINT_INVALID'],
    ['no-object', 'BLUEPRINT_INVALID'],
    ['unknown', 'NOT_FOUND'],
  ])('%s are refused by their name', async (name, code) => {
    expect(await ask(name)).toMatchObject({ ok: false, error: { code, message: expect.stringContaining(name) } });
  });
});
