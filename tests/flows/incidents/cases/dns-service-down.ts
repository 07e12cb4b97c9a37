import type { CauseCase } from '../case.ts';
import {
  ago,
  container,
  containerStatus,
  deployment,
  node,
  pod,
  running,
  service,
  terminated,
  waiting,
} from '../objects.ts';

const labels = { 'k8s-app': 'kube-dns' };
const containers = [container({ name: 'coredns' })];
const broken = containerStatus({
  name: 'coredns',
  state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=coredns pod=coredns-1_kube-system'),
  lastState: terminated(1),
  restartCount: 6,
});
const dns = (ready: boolean) => [
  deployment('kube-system/coredns', { labels, containers, ready: ready ? 1 : 0 }),
  pod('kube-system/coredns-1', { labels, containers, ...(!ready && { statuses: [broken] }) }),
  service('kube-system/kube-dns', { selector: labels, ports: [{ port: 53, targetPort: 53, protocol: 'UDP' }] }),
];
const app = (name: string, line?: string) => ({
  objects: [deployment(`prod/${name}`), pod(`prod/${name}-1`)].flat(),
  logs: line === undefined ? {} : { [`prod/${name}-1/app`]: `${line}\n`.repeat(6) },
});
const misbehaving = (host: string) =>
  `2026-11-25T11:59:30Z ERROR dial tcp: lookup ${host} on 10.96.0.10:53: server misbehaving`;
const web = app('web', misbehaving('cart'));
const cart = app('cart', misbehaving('db.example.com'));
const coredns = { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' };

export const dnsServiceDownCase: CauseCase = {
  cause: 'DNSServiceDown',
  firing: {
    objects: [node('node-a'), ...dns(false), ...web.objects, service('prod/cart', { selector: { app: 'web' } })],
    logs: web.logs,
    expect: { object: coredns, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), ...dns(true), ...app('web').objects] },
  recovered: {
    objects: [
      node('node-a'),
      deployment('kube-system/coredns', { labels, containers }),
      pod('kube-system/coredns-1', {
        labels,
        containers,
        statuses: [
          containerStatus({
            name: 'coredns',
            state: running(60),
            lastState: terminated(1, { endedAgo: 61 }),
            restartCount: 4,
          }),
        ],
      }),
      ...app('web').objects,
    ],
    logs: {
      'prod/web-1/app': `${misbehaving('cart').replace('T11:59', 'T10:30')}\n`.repeat(6),
    },
  },
  // One client, one name, and a server that answers: the name is wrong.
  nearest: {
    objects: [node('node-a'), ...dns(true), ...app('web').objects],
    logs: {
      'prod/web-1/app': '2026-11-25T11:59:30Z ERROR dial tcp: lookup orders-db on 10.96.0.10:53: no such host\n'.repeat(
        6,
      ),
    },
    expect: { cause: 'DNSResolutionFails', object: { kind: 'Deployment', namespace: 'prod', name: 'web' } },
  },
  more: {
    'is found from another namespace, whose programs complain': {
      objects: [node('node-a'), ...dns(false), ...web.objects, ...cart.objects, service('prod/cart')],
      logs: { ...web.logs, ...cart.logs },
      namespace: 'prod',
      expect: { cause: 'DNSServiceDown', object: coredns, confidence: 'proven' },
    },
    'is likely where several programs complain and the server cannot be looked at': {
      objects: [...web.objects, ...cart.objects, service('prod/cart')],
      logs: { ...web.logs, ...cart.logs },
      unknown: ['Node'],
      namespace: 'prod',
      expect: { cause: 'DNSServiceDown', object: coredns, confidence: 'likely' },
    },
    'is likely where a Service that exists is denied': {
      objects: [node('node-a'), ...dns(true), ...app('web').objects, ...app('cart').objects, service('prod/cart')],
      logs: {
        'prod/web-1/app': '2026-11-25T11:59:30Z ERROR dial tcp: lookup cart on 10.96.0.10:53: no such host\n'.repeat(6),
      },
      expect: { cause: 'DNSServiceDown', object: coredns, confidence: 'likely' },
    },
    'says nothing while its pods are starting': {
      objects: [
        node('node-a'),
        deployment('kube-system/coredns', { labels, containers, ready: 0, metadata: { creationTimestamp: ago(1) } }),
        pod('kube-system/coredns-1', {
          labels,
          containers,
          statuses: [containerStatus({ name: 'coredns', state: waiting('ContainerCreating') })],
          metadata: { creationTimestamp: ago(1) },
          status: { startTime: ago(1) },
        }),
      ],
      expect: undefined,
    },
  },
};
