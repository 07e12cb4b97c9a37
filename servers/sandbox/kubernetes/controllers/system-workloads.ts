import { ACS } from '../images/system.ts';
import type { Draft } from '../store.ts';
import type { Container } from './pod-kinds.ts';

/** What each add-on brings into a cluster. Modelled on ACK; names as ACK uses them, versions are this world's own. */

type Made = [plural: string, draft: Draft];

const SYSTEM = 'kube-system';
const EVERYWHERE = [{ operator: 'Exists' }];

interface Spec {
  name: string;
  image: string;
  replicas?: number;
  resources?: Container['resources'];
  container?: Partial<Container>;
  pod?: Record<string, unknown>;
}

const template = ({ name, image, resources, container, pod }: Spec) => ({
  metadata: { labels: { 'k8s-app': name } },
  spec: {
    containers: [
      {
        name,
        image: `${ACS}/${image}`,
        imagePullPolicy: 'IfNotPresent',
        ...(resources && { resources }),
        ...container,
      },
    ],
    priorityClassName: 'system-node-critical',
    serviceAccountName: 'default',
    ...pod,
  },
});

const selector = (name: string) => ({ matchLabels: { 'k8s-app': name } });

const daemonSet = (object: string, spec: Spec): Made => [
  'daemonsets',
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: object, namespace: SYSTEM, labels: { 'k8s-app': spec.name } },
    spec: {
      selector: selector(spec.name),
      template: template({ ...spec, pod: { hostNetwork: true, tolerations: EVERYWHERE, ...spec.pod } }),
    },
  },
];

const deployment = (object: string, spec: Spec): Made => [
  'deployments',
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: object, namespace: SYSTEM, labels: { 'k8s-app': spec.name } },
    spec: { replicas: spec.replicas ?? 1, selector: selector(spec.name), template: template(spec) },
  },
];

const service = (name: string, spec: Record<string, unknown>): Made => [
  'services',
  { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: SYSTEM }, spec },
];

const small = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } };

const COREFILE = `.:53 {
    errors
    health {
        lameduck 15s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods verified
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf
    cache 30
    loop
    reload
    loadbalance
}
`;

/** By add-on name. Those that run outside of the cluster bring nothing. */
export const SYSTEM_WORKLOADS: Record<string, Made[]> = {
  'kube-proxy': [daemonSet('kube-proxy-worker', { name: 'kube-proxy-worker', image: 'kube-proxy:v1.36.1' })],
  'terway-eniip': [
    daemonSet('terway-eniip', {
      name: 'terway-eniip',
      image: 'terway:v1.15.0',
      resources: { requests: { cpu: '100m', memory: '100Mi' } },
    }),
  ],
  'csi-plugin': [
    daemonSet('csi-plugin', {
      name: 'csi-plugin',
      image: 'csi-plugin:v1.34.3',
      resources: { requests: { cpu: '50m', memory: '64Mi' } },
    }),
  ],
  'ack-node-problem-detector': [
    daemonSet('ack-node-problem-detector-daemonset', {
      name: 'ack-node-problem-detector',
      image: 'node-problem-detector:v0.8.20',
    }),
  ],
  loongcollector: [
    daemonSet('loongcollector-ds', {
      name: 'loongcollector-ds',
      image: 'loongcollector:v3.1.6',
      resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '2Gi' } },
    }),
  ],
  coredns: [
    [
      'configmaps',
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'coredns', namespace: SYSTEM },
        data: { Corefile: COREFILE },
      },
    ],
    deployment('coredns', {
      name: 'kube-dns',
      image: 'coredns:v1.12.1.3',
      replicas: 2,
      resources: { requests: { cpu: '100m', memory: '100Mi' }, limits: { memory: '2Gi' } },
      container: {
        name: 'coredns',
        args: ['-conf', '/etc/coredns/Corefile'],
        ports: [
          { name: 'dns', containerPort: 53, protocol: 'UDP' },
          { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
          { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
        ],
        livenessProbe: {
          httpGet: { path: '/health', port: 8080 },
          initialDelaySeconds: 60,
          failureThreshold: 5,
          timeoutSeconds: 5,
        },
        readinessProbe: { httpGet: { path: '/ready', port: 8181 } },
        volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
      },
      pod: {
        volumes: [
          { name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } },
        ],
      },
    }),
    service('kube-dns', {
      clusterIP: '192.168.0.10',
      clusterIPs: ['192.168.0.10'],
      selector: { 'k8s-app': 'kube-dns' },
      ports: [
        { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, targetPort: 53, protocol: 'TCP' },
        { name: 'metrics', port: 9153, targetPort: 9153, protocol: 'TCP' },
      ],
    }),
  ],
  'metrics-server': [
    deployment('metrics-server', {
      name: 'metrics-server',
      image: 'metrics-server:v0.3.9.7',
      replicas: 2,
      resources: { requests: { cpu: '40m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      container: { readinessProbe: { httpGet: { path: '/readyz', port: 4443, scheme: 'HTTPS' } } },
    }),
    service('metrics-server', {
      selector: { 'k8s-app': 'metrics-server' },
      ports: [{ port: 443, targetPort: 4443, protocol: 'TCP' }],
    }),
  ],
  'nginx-ingress-controller': [
    deployment('nginx-ingress-controller', {
      name: 'ingress-nginx',
      image: 'nginx-ingress-controller:v1.13.3',
      replicas: 2,
      resources: { requests: { cpu: '100m', memory: '200Mi' } },
      container: {
        readinessProbe: { httpGet: { path: '/healthz', port: 10254 } },
        livenessProbe: { httpGet: { path: '/healthz', port: 10254 } },
      },
    }),
    service('nginx-ingress-lb', {
      type: 'LoadBalancer',
      selector: { 'k8s-app': 'ingress-nginx' },
      ports: [
        { name: 'http', port: 80, targetPort: 80, protocol: 'TCP' },
        { name: 'https', port: 443, targetPort: 443, protocol: 'TCP' },
      ],
    }),
  ],
  'arms-prometheus': [
    deployment('arms-prometheus-ack-arms-prometheus', {
      name: 'arms-prometheus',
      image: 'arms-prom-operator:v1.1.32',
      resources: small,
    }),
  ],
};
