import type { FieldProblem } from '../errors.ts';
import { at, isRecord, numberAt, recordAt, recordsAt, textAt } from '../fields.ts';
import { parseQuantity } from '../quantity.ts';
import { checkName, DNS_LABEL, DNS_SUBDOMAIN } from './names.ts';
import { duplicate, prohibited, required, unsupported, wrong } from './problems.ts';

/** What is wrong with a pod's spec; `claims` are volumes that a StatefulSet adds. As ValidatePodSpec of pkg/apis/core/validation/validation.go, for what matters here. */
export function checkPodSpec(spec: unknown, field: string, claims: readonly string[] = []): FieldProblem[] {
  const containers = recordsAt(spec, 'containers');
  const volumes = recordsAt(spec, 'volumes');
  const names = new Set([...volumes.map((volume) => textAt(volume, 'name') ?? ''), ...claims]);
  return [
    ...volumes.flatMap((volume, n) => volumeProblems(volume, `${field}.volumes[${n}]`)),
    ...repeats(volumes, (n) => `${field}.volumes[${n}].name`),
    ...(containers.length === 0 ? [required(`${field}.containers`)] : []),
    ...containers.flatMap((one, n) => containerProblems(one, `${field}.containers[${n}]`, names)),
    ...repeats(containers, (n) => `${field}.containers[${n}].name`),
    ...recordsAt(spec, 'initContainers').flatMap((one, n) =>
      containerProblems(one, `${field}.initContainers[${n}]`, names),
    ),
    ...oneOf(`${field}.restartPolicy`, at(spec, 'restartPolicy'), ['Always', 'OnFailure', 'Never']),
    ...oneOf(`${field}.dnsPolicy`, at(spec, 'dnsPolicy'), [
      'ClusterFirstWithHostNet',
      'ClusterFirst',
      'Default',
      'None',
    ]),
    ...notNegative(`${field}.terminationGracePeriodSeconds`, at(spec, 'terminationGracePeriodSeconds')),
  ];
}

/** A value that must be one of some, where there is one. */
export const oneOf = (field: string, value: unknown, supported: readonly string[]): FieldProblem[] =>
  value === undefined || supported.some((one) => one === value) ? [] : [unsupported(field, value, supported)];

/** A number that must not be below zero, where there is one. */
export const notNegative = (field: string, value: unknown): FieldProblem[] =>
  typeof value === 'number' && value < 0 ? [wrong(field, value, 'must be greater than or equal to 0')] : [];

function repeats(items: readonly unknown[], field: (n: number) => string): FieldProblem[] {
  const names = items.map((item) => textAt(item, 'name') ?? '');
  return names.flatMap((name, n) => (name && names.indexOf(name) < n ? [duplicate(field(n), name)] : []));
}

function volumeProblems(volume: unknown, field: string): FieldProblem[] {
  const name = textAt(volume, 'name');
  const sources = Object.keys(recordAt(volume)).filter((key) => key !== 'name');
  return [
    ...(name ? checkName(`${field}.name`, name, DNS_LABEL) : [required(`${field}.name`)]),
    ...sources.slice(1).map((source) => prohibited(`${field}.${source}`, 'may not specify more than 1 volume type')),
  ];
}

function containerProblems(container: unknown, field: string, volumes: Set<string>): FieldProblem[] {
  const name = textAt(container, 'name');
  const image = textAt(container, 'image');
  return [
    ...(name ? checkName(`${field}.name`, name, DNS_LABEL) : [required(`${field}.name`)]),
    ...(image ? [] : [required(`${field}.image`)]),
    ...(image && image !== image.trim()
      ? [wrong(`${field}.image`, image, 'must not have leading or trailing whitespace')]
      : []),
    ...oneOf(`${field}.imagePullPolicy`, at(container, 'imagePullPolicy'), ['Always', 'IfNotPresent', 'Never']),
    ...recordsAt(container, 'ports').flatMap((port, n) => portProblems(port, `${field}.ports[${n}]`)),
    ...recordsAt(container, 'env').flatMap((env, n) => envProblems(env, `${field}.env[${n}]`)),
    ...recordsAt(container, 'volumeMounts').flatMap((mount, n) =>
      mountProblems(mount, `${field}.volumeMounts[${n}]`, volumes),
    ),
    ...resourceProblems(at(container, 'resources'), `${field}.resources`),
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) => probeProblems(container, probe, field)),
  ];
}

/** What is wrong with a port number. */
export const portNumber = (field: string, value: unknown): FieldProblem[] =>
  typeof value === 'number' && (value < 1 || value > 65535)
    ? [wrong(field, value, 'must be between 1 and 65535, inclusive')]
    : [];

function portProblems(port: unknown, field: string): FieldProblem[] {
  const number = numberAt(port, 'containerPort');
  return [
    ...(number ? portNumber(`${field}.containerPort`, number) : [required(`${field}.containerPort`)]),
    ...portNumber(`${field}.hostPort`, at(port, 'hostPort')),
    ...oneOf(`${field}.protocol`, at(port, 'protocol'), ['SCTP', 'TCP', 'UDP']),
  ];
}

function envProblems(env: unknown, field: string): FieldProblem[] {
  const source = at(env, 'valueFrom');
  const both = isRecord(source) && textAt(env, 'value');
  return [
    ...(textAt(env, 'name') ? [] : [required(`${field}.name`)]),
    ...(both ? [wrong(`${field}.valueFrom`, '', 'may not be specified when `value` is not empty')] : []),
  ];
}

function mountProblems(mount: unknown, field: string, volumes: Set<string>): FieldProblem[] {
  const name = textAt(mount, 'name');
  const missing = name && !volumes.has(name);
  return [
    ...(name ? [] : [required(`${field}.name`)]),
    ...(missing
      ? [{ reason: 'FieldValueInvalid' as const, field: `${field}.name`, message: `Not found: "${name}"` }]
      : []),
    ...(textAt(mount, 'mountPath') ? [] : [required(`${field}.mountPath`)]),
  ];
}

function resourceProblems(resources: unknown, field: string): FieldProblem[] {
  const limits = recordAt(resources, 'limits');
  const requests = recordAt(resources, 'requests');
  const negative = [
    ...Object.entries(limits).map(([name, value]) => ['limits', name, value] as const),
    ...Object.entries(requests).map(([name, value]) => ['requests', name, value] as const),
  ]
    .filter(([, , value]) => (parseQuantity(value) ?? 0) < 0)
    .map(([kind, name, value]) => wrong(`${field}.${kind}[${name}]`, value, 'must be greater than or equal to 0'));
  const over = Object.entries(requests)
    .filter(
      ([name, value]) => limits[name] !== undefined && (parseQuantity(value) ?? 0) > (parseQuantity(limits[name]) ?? 0),
    )
    .map(([name, value]) =>
      wrong(`${field}.requests`, value, `must be less than or equal to ${name} limit of ${limits[name]}`),
    );
  return [...negative, ...over];
}

function probeProblems(container: unknown, kind: string, field: string): FieldProblem[] {
  const probe = at(container, kind);
  if (!isRecord(probe)) return [];
  const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'].filter((name) => isRecord(probe[name]));
  const path = `${field}.${kind}`;
  const success = numberAt(probe, 'successThreshold') ?? 1;
  return [
    ...(handlers.length === 0 ? [required(path, 'must specify a handler type')] : []),
    ...handlers.slice(1).map((name) => prohibited(`${path}.${name}`, 'may not specify more than 1 handler type')),
    ...['httpGet', 'tcpSocket'].flatMap((name) => portNumber(`${path}.${name}.port`, at(probe, name, 'port'))),
    ...['initialDelaySeconds', 'periodSeconds', 'timeoutSeconds', 'failureThreshold'].flatMap((name) =>
      notNegative(`${path}.${name}`, probe[name]),
    ),
    ...(kind !== 'readinessProbe' && success !== 1 ? [wrong(`${path}.successThreshold`, success, 'must be 1')] : []),
  ];
}

/** What is wrong with a reference to an object by name. */
export const objectName = (field: string, name: string | undefined): FieldProblem[] =>
  name ? checkName(field, name, DNS_SUBDOMAIN) : [required(field)];
