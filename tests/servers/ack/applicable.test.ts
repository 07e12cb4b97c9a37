import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applicableKinds, checkApplicable } from '../../../servers/ack/kube/applicable/object.ts';
import { objectSchema } from '../../../servers/ack/kube/objects.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import { type ConnectedApi, configOf, connectApi, webOf } from './kube-apply-support.ts';

const check = (object: JsonObject) => checkApplicable(objectSchema.parse(object));
/** What is said against an object; empty where nothing is. */
function saidOf(object: JsonObject): string {
  try {
    check(object);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const metadata = { name: 'web', namespace: 'shop' };
const pod = (fields: JsonObject) => webOf({ pod: fields });
const container = (fields: JsonObject) => webOf({ container: fields });
const security = (securityContext: JsonObject) => container({ securityContext });
const meta = (fields: JsonObject): JsonObject => ({ ...configOf(), metadata: { ...metadata, ...fields } });
const service = (spec: JsonObject): JsonObject => ({ apiVersion: 'v1', kind: 'Service', metadata, spec });
const env = (name: string, value: string) => container({ env: [{ name, value }] });

describe('what is never applied', () => {
  it.each<[string, JsonObject, RegExp]>([
    ['a Secret', { apiVersion: 'v1', kind: 'Secret', metadata }, /Secret is not among the kinds/],
    ['a role', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata }, /not among the kinds/],
    ['a pod of its own', { apiVersion: 'v1', kind: 'Pod', metadata }, /not among the kinds/],
    ['a custom kind that is called like one', { ...webOf(), apiVersion: 'evil.example.com/v1' }, /must be apps\/v1/],
    ['anything of the cluster itself', meta({ namespace: 'kube-system' }), /belongs to the cluster itself/],
    ['an owner', meta({ ownerReferences: [] }), /metadata.ownerReferences is not among/],
    ['a finalizer', meta({ finalizers: ['x/y'] }), /metadata.finalizers is not among/],
    ['a generated name', meta({ generateName: 'web-' }), /metadata.generateName/],
    ['our own marks', meta({ annotations: { 'k8s-copilot/made': 'x' } }), /set by this server only/],
    [
      'what kubectl keeps',
      meta({ annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }),
      /kubectl/,
    ],
    ['no namespace', { ...configOf(), metadata: { name: 'web' } }, /metadata.namespace is missing/],
    ['a status', { ...webOf(), status: { replicas: 1 } }, /Deployment.status is not among/],
    [
      'a namespace for privileged pods',
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'x', labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
      },
      /privileged pods/,
    ],
    [
      'a token for pods',
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
      /automountServiceAccountToken must be false/,
    ],
    [
      'a secret of an account',
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false, secrets: [] },
      /ServiceAccount.secrets/,
    ],
    ['addresses of others', service({ externalIPs: ['1.2.3.4'] }), /externalIPs/],
    ['a name elsewhere', service({ type: 'ExternalName', externalName: 'evil.example.com' }), /out of the cluster/],
    [
      'listeners of others',
      {
        ...service({}),
        metadata: {
          ...metadata,
          annotations: { 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-force-override-listeners': 'true' },
        },
      },
      /another load balancer/,
    ],
    [
      'code for the ingress controller',
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { ...metadata, annotations: { 'nginx.ingress.kubernetes.io/configuration-snippet': 'x' } },
      },
      /run code/,
    ],
    [
      'a volume that is there',
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: { volumeName: 'pv-1' } },
      /volumeName/,
    ],
    ['a blanked secret', configOf({ A: '<secret:3>' }), /blanked out/],
    ['a megabyte', configOf({ A: 'x'.repeat(300_000) }), /more than 256 KiB/],
    ['a password in a ConfigMap', configOf({ DB_PASSWORD: 'hunter2' }), /data.DB_PASSWORD looks like a secret/],
    [
      'a private key in a ConfigMap',
      configOf({ 'app.conf': '-----BEGIN RSA PRIVATE KEY-----' }),
      /looks like a secret/,
    ],
    ['a token in a variable', env('API_TOKEN', 'abc'), /env\[0\].value holds the secret API_TOKEN itself/],
    ['a privileged container', security({ privileged: true }), /containers\[0\].securityContext.privileged/],
    [
      'a privileged init container',
      pod({ initContainers: [{ name: 'i', image: 'i', securityContext: { privileged: true } }] }),
      /initContainers\[0\]/,
    ],
    ['a capability', security({ capabilities: { add: ['NET_BIND_SERVICE', 'SYS_ADMIN'] } }), /not SYS_ADMIN/],
    ['all capabilities', security({ capabilities: { add: ['ALL'] } }), /not ALL/],
    ['no confinement', security({ seccompProfile: { type: 'Unconfined' } }), /seccompProfile/],
    ['an unmasked proc', security({ procMount: 'Unmasked' }), /procMount/],
    [
      'a kernel setting',
      pod({ securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }),
      /sysctls\[0\].name/,
    ],
    ['the network of the node', pod({ hostNetwork: true }), /hostNetwork/],
    ['the processes of the node', pod({ hostPID: true }), /hostPID/],
    ['a chosen node', pod({ nodeName: 'node-1' }), /nodeName is not among/],
    ['a debug container', pod({ ephemeralContainers: [] }), /ephemeralContainers/],
    ['the class of the system', pod({ priorityClassName: 'system-node-critical' }), /priorityClassName/],
    ['a folder of the node', pod({ volumes: [{ name: 'v', hostPath: { path: '/' } }] }), /volumes\[0\].hostPath/],
    ['a file server', pod({ volumes: [{ name: 'v', nfs: { server: 'x', path: '/' } }] }), /volumes\[0\].nfs/],
    [
      'a token by a volume',
      pod({ volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: {} }] } }] }),
      /serviceAccountToken/,
    ],
    ['a port of the node', container({ ports: [{ containerPort: 80, hostPort: 80 }] }), /hostPort/],
    [
      'a probe of another host',
      container({ livenessProbe: { httpGet: { host: '169.254.169.254', port: 80 } } }),
      /livenessProbe.httpGet.host/,
    ],
    [
      'a hook to another host',
      container({ lifecycle: { preStop: { httpGet: { host: 'x', port: 80 } } } }),
      /lifecycle.preStop.httpGet.host/,
    ],
    [
      'mounts on the node',
      container({ volumeMounts: [{ name: 'v', mountPath: '/v', mountPropagation: 'Bidirectional' }] }),
      /mountPropagation/,
    ],
  ])('%s', (_, object, said) => {
    expect(saidOf(object)).toMatch(said);
  });

  it('neither in the pods of any other workload', () => {
    const bad = { spec: { hostNetwork: true, containers: [] } };
    const of = (kind: string, spec: JsonObject): JsonObject => ({ apiVersion: 'batch/v1', kind, metadata, spec });
    expect(saidOf(of('Job', { template: bad }))).toMatch(/spec.template.spec.hostNetwork/);
    expect(saidOf(of('CronJob', { jobTemplate: { spec: { template: bad } } }))).toMatch(/hostNetwork/);
    for (const kind of ['StatefulSet', 'DaemonSet'])
      expect(saidOf({ ...of(kind, { template: bad }), apiVersion: 'apps/v1' })).toMatch(/hostNetwork/);
    const taken = { volumeClaimTemplates: [{ spec: { volumeName: 'pv-1' } }] };
    expect(saidOf({ ...of('StatefulSet', taken), apiVersion: 'apps/v1' })).toMatch(
      /volumeClaimTemplates\[0\].volumeName/,
    );
  });

  it('and all that is wrong is told, the first of it in words', () => {
    const many = pod({ hostNetwork: true, hostPID: true, hostIPC: true, nodeName: 'n' });
    expect(saidOf(many)).toMatch(/^Deployment web: .*; and 1 more$/);
  });
});

describe('what production needs', () => {
  let kube: ConnectedApi;
  beforeAll(async () => {
    kube = await connectApi();
  });
  afterAll(() => kube.close());

  it.each(release().map((object) => [`${object.kind}`, object] as const))('%s is applied', async (kind, object) => {
    const { created } = await kube.done('k8s_apply', { object, idempotencyKey: `release.${kind}` });
    expect(created).toBe(true);
    const again = await kube.done('k8s_apply', { object, idempotencyKey: `again.${kind}` });
    expect(again).toMatchObject({ created: false, diff: '' });
  });

  it('is every kind that may be', () => {
    expect(
      release()
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual([...applicableKinds].sort());
  });
});

/** One object of each kind, as a careful person writes it. */
function release(): JsonObject[] {
  const labels = { app: 'web' };
  const selector = { matchLabels: labels };
  const careful = {
    containers: [
      {
        name: 'web',
        image: 'registry.example.com/shop/web:1.4.2',
        ports: [{ name: 'http', containerPort: 8080 }],
        env: [
          { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          { name: 'TOKEN_TTL', value: '3600' },
          { name: 'PASSWORD_MIN_LENGTH', value: '12' },
        ],
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
        lifecycle: { preStop: { sleep: { seconds: 5 } } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
        },
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
      },
    ],
    serviceAccountName: 'web',
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: selector,
      },
    ],
    volumes: [{ name: 'tmp', emptyDir: {} }],
  };
  const template = { metadata: { labels, creationTimestamp: null }, spec: careful };
  const once = { metadata: { labels }, spec: { ...careful, restartPolicy: 'Never' } };
  const of = (apiVersion: string, kind: string, rest: JsonObject = {}): JsonObject => ({
    apiVersion,
    kind,
    metadata: { ...metadata, labels, creationTimestamp: null },
    status: {},
    ...rest,
  });
  const storage = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } };
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const utilization = { type: 'Utilization', averageUtilization: 70 };
  return [
    of('v1', 'Namespace', {
      metadata: { name: 'fresh', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    }),
    of('v1', 'ServiceAccount', { automountServiceAccountToken: false }),
    of('v1', 'ConfigMap', { data: { MODE: 'fast' } }),
    of('v1', 'Service', { spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] } }),
    of('apps/v1', 'Deployment', { spec: { replicas: 2, selector, template } }),
    of('apps/v1', 'StatefulSet', {
      spec: {
        serviceName: 'web',
        selector,
        template,
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: storage }],
      },
    }),
    of('apps/v1', 'DaemonSet', { spec: { selector, template } }),
    of('batch/v1', 'Job', { spec: { template: once } }),
    of('batch/v1', 'CronJob', { spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: once } } } }),
    of('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: {
        minReplicas: 2,
        maxReplicas: 6,
        scaleTargetRef,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: utilization } }],
      },
    }),
    of('policy/v1', 'PodDisruptionBudget', { spec: { maxUnavailable: 1, selector } }),
    of('networking.k8s.io/v1', 'Ingress', {
      spec: {
        ingressClassName: 'nginx',
        rules: [
          {
            host: 'shop.example.com',
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } }],
            },
          },
        ],
      },
    }),
    of('networking.k8s.io/v1', 'NetworkPolicy', {
      spec: { podSelector: selector, policyTypes: ['Ingress'], ingress: [{}] },
    }),
    of('v1', 'PersistentVolumeClaim', { spec: storage }),
  ];
}
