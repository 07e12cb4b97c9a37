import { at, listAt, numberAt, recordsAt, textAt, textsAt } from '../fields.ts';
import type { KubeObject } from '../objects.ts';
import { ageColumn, type Column, column, labelsText, nameColumn, selectorText, wide } from './columns.ts';

/** The columns of services and what lies around them. */
export const networkColumns: Record<string, Column[]> = {
  services: [
    nameColumn,
    column('Type', (object) => textAt(object, 'spec', 'type') ?? 'ClusterIP'),
    column('Cluster-IP', (object) => textAt(object, 'spec', 'clusterIP') || '<none>'),
    column('External-IP', externalIp),
    column('Port(s)', servicePorts),
    ageColumn,
    wide('Selector', (object) => labelsText(textsAt(object, 'spec', 'selector'))),
  ],
  endpoints: [nameColumn, column('Endpoints', endpointsText), ageColumn],
  endpointslices: [
    nameColumn,
    column('AddressType', (object) => textAt(object, 'addressType') ?? ''),
    column('Ports', (object) =>
      few(
        recordsAt(object, 'ports').map((port) => String(port.port ?? '*')),
        '<unset>',
      ),
    ),
    column('Endpoints', (object) =>
      few(
        recordsAt(object, 'endpoints').flatMap((one) => listAt(one, 'addresses').map(String)),
        '<unset>',
      ),
    ),
    ageColumn,
  ],
  ingresses: [
    nameColumn,
    column('Class', (object) => textAt(object, 'spec', 'ingressClassName') ?? '<none>'),
    column('Hosts', (object) =>
      few(
        recordsAt(object, 'spec', 'rules').flatMap((rule) => textAt(rule, 'host') ?? []),
        '*',
      ),
    ),
    column('Address', (object) => balancers(object).join(',')),
    column('Ports', (object) => (listAt(object, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
    ageColumn,
  ],
  ingressclasses: [
    nameColumn,
    column('Controller', (object) => textAt(object, 'spec', 'controller') ?? ''),
    column('Parameters', (object) => textAt(object, 'spec', 'parameters', 'name') ?? '<none>'),
    ageColumn,
  ],
  networkpolicies: [
    nameColumn,
    column('Pod-Selector', (object) => selectorText(at(object, 'spec', 'podSelector'))),
    ageColumn,
  ],
};

/** The first three, and how many more. */
function few(values: string[], none: string): string {
  if (values.length === 0) return none;
  return values.slice(0, 3).join(',') + (values.length > 3 ? ` + ${values.length - 3} more...` : '');
}

const balancers = (object: KubeObject): string[] =>
  recordsAt(object, 'status', 'loadBalancer', 'ingress').flatMap(
    (one) => textAt(one, 'ip') ?? textAt(one, 'hostname') ?? [],
  );

function externalIp(service: KubeObject): string {
  if (textAt(service, 'spec', 'type') === 'ExternalName') return textAt(service, 'spec', 'externalName') ?? '';
  const addresses = [...balancers(service), ...listAt(service, 'spec', 'externalIPs').map(String)];
  if (addresses.length > 0) return addresses.join(',');
  return textAt(service, 'spec', 'type') === 'LoadBalancer' ? '<pending>' : '<none>';
}

function servicePorts(service: KubeObject): string {
  const ports = recordsAt(service, 'spec', 'ports').map((port) => {
    const node = numberAt(port, 'nodePort');
    return `${port.port}${node ? `:${node}` : ''}/${textAt(port, 'protocol') ?? 'TCP'}`;
  });
  return ports.join(',') || '<none>';
}

function endpointsText(endpoints: KubeObject): string {
  const all = recordsAt(endpoints, 'subsets').flatMap((subset) => {
    const addresses = recordsAt(subset, 'addresses').map((one) => textAt(one, 'ip') ?? '');
    const ports = recordsAt(subset, 'ports').map((port) => String(port.port));
    if (ports.length === 0) return addresses;
    return ports.flatMap((port) => addresses.map((ip) => `${ip}:${port}`));
  });
  return few(all, '<none>');
}
