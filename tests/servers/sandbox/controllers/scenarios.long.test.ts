import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kinds } from '../../../../servers/sandbox/kubernetes/controllers/kinds.ts';
import type { Container } from '../../../../servers/sandbox/kubernetes/controllers/pod-kinds.ts';
import { scenarios } from '../../../../servers/sandbox/kubernetes/scenarios/registry.ts';
import { breakIt, findScenario, mendIt } from '../../../../servers/sandbox/kubernetes/scenarios/switch.ts';
import { startDemo, type TestDemo } from './harness.ts';

const HOST = 'registry.cn-hangzhou.aliyuncs.com';
const FOLDER = join(import.meta.dirname, '../../../../servers/sandbox/kubernetes/scenarios');
const HELPERS = ['bench.ts', 'parts.ts', 'registry.ts', 'scenario.ts', 'switch.ts'];

/** All that is wrong with a cluster, as one reads it from its objects. */
function symptoms(demo: TestDemo): string {
  const pods = demo.read.list('pods').flatMap(({ metadata, status }) => {
    if (status?.phase === 'Succeeded') return [];
    const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    const waits = states.map(({ state, lastState }) =>
      [
        state.waiting?.reason,
        state.waiting?.message,
        lastState.terminated?.reason,
        lastState.terminated?.exitCode,
      ].join(' '),
    );
    const wrong = (status?.conditions ?? [])
      .filter((each) => each.status !== 'True')
      .map(({ type, reason, message }) => [type, reason, message].join(' '));
    return wrong.length + (status?.reason ? 1 : 0) === 0 && !waits.some((text) => /OOM|Error/.test(text))
      ? []
      : [`${metadata.name} ${status?.phase} ${status?.reason ?? ''} ${waits.join(' | ')} ${wrong.join(' | ')}`];
  });
  const warnings = demo.read
    .list('events')
    .filter(({ type }) => type === 'Warning')
    .map(({ reason, message }) => `${reason}: ${message}`);
  return [...pods, ...warnings].join('\n');
}

/** Whether every workload has what it wants, and nothing waits. */
function healthy(demo: TestDemo): string[] {
  const short = demo.read
    .list('deployments')
    .filter(
      ({ spec, status }) =>
        (status?.readyReplicas ?? 0) !== (spec.replicas ?? 1) || (status?.replicas ?? 0) !== (spec.replicas ?? 1),
    );
  const sets = demo.read
    .list('statefulsets')
    .filter(({ spec, status }) => status?.readyReplicas !== (spec.replicas ?? 1));
  const claims = demo.read.list('persistentvolumeclaims').filter(({ status }) => status?.phase !== 'Bound');
  return [...short, ...sets, ...claims].map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

function broken(id: string, seconds = 600): TestDemo {
  const demo = startDemo();
  const scenario = findScenario(id);
  if (!scenario) throw new Error(`no scenario ${id}`);
  breakIt(demo.motion.context, scenario);
  demo.pass(seconds);
  return demo;
}

const template = (demo: TestDemo, app: string, change: (container: Container) => void) =>
  demo.edit('deployments', ['prod', app], ({ spec }) => {
    const [container] = spec.template.spec.containers;
    if (container) change(container);
  });
const image = (demo: TestDemo, app: string, name: string) =>
  template(demo, app, (container) => {
    container.image = `${HOST}/${name}`;
  });
const limits = (demo: TestDemo, app: string, memory: string) =>
  template(demo, app, (container) => {
    container.resources = { ...container.resources, limits: { ...container.resources?.limits, memory } };
  });
const restart = (demo: TestDemo, app: string) =>
  demo.edit('deployments', ['prod', app], ({ spec }) => {
    spec.template.metadata = { ...spec.template.metadata, annotations: { restarted: String(demo.now()) } };
  });
const data = (demo: TestDemo, plural: 'configmaps' | 'secrets', name: string, pairs: Record<string, string>) => {
  const encode = (text: string) => (plural === 'secrets' ? Buffer.from(text).toString('base64') : text);
  const values = Object.fromEntries(Object.entries(pairs).map(([key, value]) => [key, encode(value)]));
  const known = demo.read.get(plural, 'prod', name);
  const kind = plural === 'secrets' ? 'Secret' : 'ConfigMap';
  if (known) demo.store.update(plural, { ...known, data: { ...(known.data as object), ...values } });
  else demo.store.create(plural, { apiVersion: 'v1', kind, metadata: { name, namespace: 'prod' }, data: values });
};
const claim = (demo: TestDemo, spec: Partial<Kinds['persistentvolumeclaims']['spec']>) => {
  demo.store.remove('persistentvolumeclaims', 'prod', 'exports');
  const draft = {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'alicloud-disk-essd',
    resources: { requests: { storage: '40Gi' } },
    ...spec,
  };
  demo.store.create('persistentvolumeclaims', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'exports', namespace: 'prod' },
    spec: draft,
  });
};

interface Case {
  id: string;
  /** What one sees. */
  shows: RegExp[];
  /** The right change. */
  fix: (demo: TestDemo) => void;
  /** A change that does not help. */
  wrong?: (demo: TestDemo) => void;
}

const CASES: Case[] = [
  {
    id: 'oom',
    shows: [
      /CrashLoopBackOff back-off .* restarting failed container=app-xyz .* OOMKilled 137/,
      /OOMKilling: Memory cgroup out of memory/,
    ],
    fix: (demo) => limits(demo, 'app-xyz', '512Mi'),
    wrong: (demo) => limits(demo, 'app-xyz', '288Mi'),
  },
  {
    id: 'image',
    shows: [/ImagePullBackOff/, /Failed to pull image .*catalog:3\.2\.O": rpc error: code = NotFound .*: not found/],
    fix: (demo) => image(demo, 'catalog', 'shop/catalog:3.2.0'),
    wrong: (demo) => image(demo, 'catalog', 'shop/catalog:3.9.9'),
  },
  { id: 'arch', shows: [/CrashLoopBackOff.* Error 255/], fix: (demo) => image(demo, 'app-xyz', 'shop/app-xyz:1.4.2') },
  {
    id: 'command',
    shows: [/StartError 128/, /exec: "nodejs": executable file not found in \$PATH/],
    fix: (demo) =>
      template(demo, 'web', (container) => {
        container.command = ['node', 'server.js'];
      }),
  },
  {
    id: 'crash',
    shows: [/CrashLoopBackOff.* Error 1/],
    fix: (demo) => image(demo, 'app-xyz', 'shop/app-xyz:1.4.2'),
    wrong: (demo) => limits(demo, 'app-xyz', '512Mi'),
  },
  {
    id: 'first-release',
    shows: [/reviews.*CrashLoopBackOff.* Error 1/],
    fix: (demo) => image(demo, 'reviews', 'shop/reviews:1.0.1'),
    wrong: (demo) => limits(demo, 'reviews', '512Mi'),
  },
  {
    id: 'init',
    shows: [
      /CrashLoopBackOff .*container=migrate/,
      /Initialized ContainersNotInitialized containers with incomplete status: \[migrate\]/,
    ],
    fix: (demo) =>
      demo.edit('deployments', ['prod', 'checkout'], ({ spec }) => {
        const [migrate] = spec.template.spec.initContainers ?? [];
        if (migrate) migrate.image = `${HOST}/shop/migrate:41`;
      }),
  },
  {
    id: 'permission',
    shows: [/redis-0 Running .*CrashLoopBackOff/, /Readiness probe failed: HTTP probe failed with statuscode: 503/],
    fix: (demo) =>
      demo.edit('statefulsets', ['prod', 'redis'], ({ spec }) => {
        spec.template.spec.securityContext = { runAsUser: 1000, fsGroup: 1000 };
      }),
  },
  {
    id: 'config',
    shows: [
      /CreateContainerConfigError configmap "app-xyz-config" not found/,
      /Failed: Error: configmap "app-xyz-config" not found/,
    ],
    fix: (demo) => data(demo, 'configmaps', 'app-xyz-config', { REDIS_URL: 'redis://redis:6379' }),
  },
  {
    id: 'config-key',
    shows: [/CreateContainerConfigError couldn't find key CURRENCY in ConfigMap prod\/app-xyz-config/],
    fix: (demo) => data(demo, 'configmaps', 'app-xyz-config', { CURRENCY: 'CNY' }),
    wrong: (demo) => data(demo, 'configmaps', 'app-xyz-config', { CURRENCIES: 'CNY' }),
  },
  {
    id: 'secret',
    shows: [/CreateContainerConfigError secret "payments-secrets" not found/],
    fix: (demo) => data(demo, 'secrets', 'payments-secrets', { PSP_KEY: 'x' }),
  },
  {
    id: 'secret-key',
    shows: [/couldn't find key SESSION_SECRET in Secret prod\/app-xyz-secrets/],
    fix: (demo) => data(demo, 'secrets', 'app-xyz-secrets', { SESSION_SECRET: 'x' }),
  },
  {
    id: 'env',
    shows: [/CrashLoopBackOff.* Error 1/],
    fix: (demo) =>
      template(demo, 'app-xyz', (container) => {
        container.env = [{ name: 'SESSION_SECRET', value: 'x' }];
      }),
  },
  {
    id: 'env-address',
    shows: [/statuscode: 503/],
    fix: (demo) => {
      data(demo, 'configmaps', 'checkout-config', { PAYMENTS_URL: 'http://payments' });
      restart(demo, 'checkout');
    },
    wrong: (demo) => restart(demo, 'checkout'),
  },
  {
    id: 'probe',
    shows: [
      /Liveness probe failed: Get "http:\/\/[\d.]+:8081\/healthz": dial tcp [\d.]+:8081: connect: connection refused/,
      /CrashLoopBackOff/,
    ],
    fix: (demo) =>
      template(demo, 'checkout', ({ livenessProbe }) => {
        if (livenessProbe?.httpGet) livenessProbe.httpGet.port = 8080;
      }),
    wrong: (demo) =>
      template(demo, 'checkout', ({ livenessProbe }) => {
        if (livenessProbe?.httpGet) livenessProbe.httpGet.path = '/';
      }),
  },
  {
    id: 'probe-scheme',
    shows: [/Liveness probe failed: .*server gave HTTP response to HTTPS client/],
    fix: (demo) =>
      template(demo, 'web', ({ livenessProbe }) => {
        if (livenessProbe?.httpGet) livenessProbe.httpGet.scheme = 'HTTP';
      }),
  },
  {
    id: 'probe-path',
    shows: [/Liveness probe failed: HTTP probe failed with statuscode: 404/],
    fix: (demo) =>
      template(demo, 'catalog', ({ livenessProbe }) => {
        if (livenessProbe?.httpGet) livenessProbe.httpGet.path = '/healthz';
      }),
  },
  {
    id: 'probe-aggressive',
    shows: [/Liveness probe failed: .*connection refused/, /Error 137/],
    fix: (demo) =>
      template(demo, 'checkout', ({ livenessProbe }) => {
        if (livenessProbe) livenessProbe.initialDelaySeconds = 90;
      }),
  },
  {
    id: 'startup',
    shows: [/Startup probe failed/, /Error 137/],
    fix: (demo) =>
      template(demo, 'checkout', ({ startupProbe }) => {
        if (startupProbe) startupProbe.failureThreshold = 30;
      }),
    wrong: (demo) =>
      template(demo, 'checkout', ({ startupProbe }) => {
        if (startupProbe) startupProbe.failureThreshold = 8;
      }),
  },
  {
    id: 'readiness',
    shows: [/Readiness probe failed: .*:9090: connect: connection refused/],
    fix: (demo) =>
      template(demo, 'catalog', ({ readinessProbe }) => {
        if (readinessProbe?.httpGet) readinessProbe.httpGet.port = 8080;
      }),
  },
  {
    id: 'readiness-path',
    shows: [/Readiness probe failed: HTTP probe failed with statuscode: 404/],
    fix: (demo) =>
      template(demo, 'web', ({ readinessProbe }) => {
        if (readinessProbe?.httpGet) readinessProbe.httpGet.path = '/health/ready';
      }),
  },
  {
    id: 'unschedulable',
    shows: [
      /PodScheduled Unschedulable 0\/3 nodes are available: 3 Insufficient cpu\. preemption: 0\/3 nodes are available: 3 Preemption is not helpful/,
    ],
    fix: (demo) =>
      template(demo, 'checkout', (container) => {
        container.resources = { requests: { cpu: '200m', memory: '192Mi' }, limits: { cpu: '1', memory: '384Mi' } };
      }),
  },
  {
    id: 'selector',
    shows: [/3 node\(s\) didn't match Pod's node affinity\/selector/],
    fix: (demo) =>
      demo.edit('nodes', [undefined, demo.read.list('nodes')[0]?.metadata.name ?? ''], ({ metadata }) => {
        metadata.labels = { ...metadata.labels, disktype: 'nvme' };
      }),
  },
  {
    id: 'taint',
    shows: [/3 node\(s\) had untolerated taint \{dedicated: batch\}/],
    fix: (demo) =>
      demo.edit('deployments', ['prod', 'web'], ({ spec }) => {
        spec.template.spec.tolerations = [
          { key: 'dedicated', operator: 'Equal', value: 'batch', effect: 'NoSchedule' },
        ];
      }),
    wrong: (demo) =>
      demo.edit('deployments', ['prod', 'web'], ({ spec }) => {
        spec.template.spec.tolerations = [{ key: 'dedicated', operator: 'Equal', value: 'web', effect: 'NoSchedule' }];
      }),
  },
  {
    id: 'cordon',
    shows: [/3 node\(s\) were unschedulable/],
    fix: (demo) => {
      for (const { metadata } of demo.read.list('nodes')) {
        demo.edit('nodes', [undefined, metadata.name], ({ spec }) => {
          spec.unschedulable = false;
        });
      }
    },
  },
  {
    id: 'quota',
    shows: [
      /FailedCreate: Error creating: pods "app-xyz-.*" is forbidden: exceeded quota: compute, requested: requests\.cpu=100m, used: /,
    ],
    fix: (demo) =>
      demo.edit('resourcequotas', ['prod', 'compute'], ({ spec }) => {
        spec.hard = { 'requests.cpu': '4' };
      }),
  },
  {
    id: 'limits',
    shows: [/FailedCreate: Error creating: .* maximum memory usage per Container is 128Mi/],
    fix: (demo) => demo.store.remove('limitranges', 'prod', 'small'),
  },
  {
    id: 'pvc',
    shows: [
      /ProvisioningFailed: storageclass\.storage\.k8s\.io "fast-ssd" not found/,
      /pod has unbound immediate PersistentVolumeClaims/,
    ],
    fix: (demo) => claim(demo, {}),
  },
  {
    id: 'pvc-capacity',
    shows: [/unbound immediate PersistentVolumeClaims/],
    fix: (demo) => claim(demo, { storageClassName: '', resources: { requests: { storage: '30Gi' } } }),
  },
  {
    id: 'volume-full',
    shows: [/orders-db-0 Running .*CrashLoopBackOff/],
    fix: (demo) =>
      demo.edit('persistentvolumeclaims', ['prod', 'data-orders-db-0'], ({ spec }) => {
        spec.resources = { requests: { storage: '80Gi' } };
      }),
    wrong: (demo) => demo.store.remove('pods', 'prod', 'orders-db-0'),
  },
  {
    id: 'service-port',
    shows: [/statuscode: 503/],
    fix: (demo) =>
      demo.edit('services', ['prod', 'payments'], ({ spec }) => {
        spec.ports = (spec.ports ?? []).map((port) => ({ ...port, targetPort: 8080 }));
      }),
  },
  {
    id: 'networkpolicy',
    shows: [/statuscode: 503/],
    fix: (demo) => demo.store.remove('networkpolicies', 'prod', 'deny-redis'),
  },
  {
    id: 'dns',
    shows: [/coredns-.* Running .*CrashLoopBackOff/],
    fix: (demo) => {
      const map = demo.read.get('configmaps', 'kube-system', 'coredns');
      if (map)
        demo.store.update('configmaps', {
          ...map,
          data: { Corefile: (map.data?.Corefile ?? '').replace('forwrd', 'forward') },
        });
    },
  },
  {
    id: 'rollout',
    shows: [/Readiness probe failed: HTTP probe failed with statuscode: 500/],
    fix: (demo) => image(demo, 'catalog', 'shop/catalog:3.2.0'),
  },
  {
    id: 'scaled-to-zero',
    shows: [/statuscode: 503/],
    fix: (demo) =>
      demo.edit('deployments', ['prod', 'payments'], ({ spec }) => {
        spec.replicas = 2;
      }),
  },
];

describe('the scenarios', () => {
  test('the list has every file of the folder, each id once', () => {
    const files = readdirSync(FOLDER).filter((file) => !HELPERS.includes(file));
    expect(scenarios.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
    expect(new Set(scenarios.map(({ cause }) => cause)).size).toBeGreaterThanOrEqual(40);
  });

  test('the demo is healthy, and has been for days', () => {
    const demo = startDemo();
    expect(healthy(demo)).toEqual([]);
    expect(symptoms(demo)).toBe('');
    const ages = demo.read
      .list('pods', 'prod')
      .map(({ metadata }) => demo.now() - Date.parse(metadata.creationTimestamp));
    expect(Math.max(...ages)).toBeGreaterThan(3 * 86_400_000);
    demo.pass(3600);
    expect(symptoms(demo)).toBe('');
    demo.close();
  });

  test.each(CASES)(
    '$id shows as on a real cluster, and only the right change heals it',
    ({ id, shows, fix, wrong }) => {
      const demo = broken(id);
      for (const pattern of shows) expect(symptoms(demo)).toMatch(pattern);
      if (wrong) {
        wrong(demo);
        demo.pass(900);
        expect(healthy(demo)).not.toEqual([]);
      }
      fix(demo);
      demo.pass(900);
      expect(healthy(demo)).toEqual([]);
      demo.close();
    },
  );

  test('a leak is not healed by a higher limit, only slowed', () => {
    const demo = broken('leak', 1500);
    expect(symptoms(demo)).toMatch(/OOMKilled 137/);
    limits(demo, 'app-xyz', '512Mi');
    demo.pass(5400);
    const restarts = demo.pods('app-xyz').map(({ status }) => status?.containerStatuses?.[0]?.restartCount ?? 0);
    expect(Math.min(...restarts)).toBeGreaterThan(0);
    image(demo, 'app-xyz', 'shop/app-xyz:1.4.2');
    demo.pass(7200);
    expect(demo.pods('app-xyz').map(({ status }) => status?.containerStatuses?.[0]?.restartCount)).toEqual([0, 0]);
    demo.close();
  });
});

describe('mending', () => {
  let demo: TestDemo;
  beforeAll(() => {
    demo = startDemo();
  });
  afterAll(() => demo.close());

  test.each(scenarios.map(({ id }) => id))('%s is put back', (id) => {
    const scenario = findScenario(id);
    if (!scenario) throw new Error(id);
    expect(breakIt(demo.motion.context, scenario)).toBe(true);
    demo.pass(200);
    expect(breakIt(demo.motion.context, scenario)).toBe(false);
    expect(mendIt(demo.motion.context, scenario)).toBe(true);
    demo.pass(700);
    expect(healthy(demo)).toEqual([]);
    expect(demo.motion.ground.state().scenarios).toEqual({});
  });
});
