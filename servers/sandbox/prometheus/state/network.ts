import type { Endpoints, Service } from '../../kubernetes/controllers/kinds.ts';
import type { KubeObject } from '../../kubernetes/objects.ts';
import { type StateSample, sample } from './sample.ts';

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/service/service-metrics.md */
export function describeService({ metadata, spec }: Service): StateSample[] {
  const labels = { namespace: metadata.namespace, service: metadata.name, uid: metadata.uid };
  return [
    sample('kube_service_info', { ...labels, cluster_ip: spec.clusterIP, external_name: spec.externalName }, 1),
    sample('kube_service_spec_type', { ...labels, type: spec.type ?? 'ClusterIP' }, 1),
  ];
}

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/service/endpoint-metrics.md */
export function describeEndpoints({ metadata, subsets }: Endpoints): StateSample[] {
  const labels = { namespace: metadata.namespace, endpoint: metadata.name };
  const addresses = (subsets ?? []).flatMap(({ addresses: ready = [], notReadyAddresses: waiting = [], ports = [] }) =>
    [...ready.map(({ ip }) => ({ ip, ready: 'true' })), ...waiting.map(({ ip }) => ({ ip, ready: 'false' }))].flatMap(
      (address) => (ports.length > 0 ? ports : [undefined]).map((port) => ({ ...address, port })),
    ),
  );
  return [
    sample('kube_endpoint_info', labels, 1),
    ...addresses.map(({ ip, ready, port }) =>
      sample(
        'kube_endpoint_address',
        {
          ...labels,
          ip,
          ready,
          port_name: port?.name,
          port_number: port && String(port.port),
          port_protocol: port && (port.protocol ?? 'TCP'),
        },
        1,
      ),
    ),
  ];
}

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/service/ingress-metrics.md */
export const describeIngress = ({ metadata }: KubeObject): StateSample[] => [
  sample('kube_ingress_info', { namespace: metadata.namespace, ingress: metadata.name }, 1),
];
