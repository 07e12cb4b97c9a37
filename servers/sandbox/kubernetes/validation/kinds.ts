import { isDeepStrictEqual } from 'node:util';
import { matches } from '../controllers/selectors.ts';
import type { FieldProblem } from '../errors.ts';
import { at, listAt, numberAt, recordAt, recordsAt, textAt, textsAt } from '../fields.ts';
import type { KubeObject } from '../objects.ts';
import { parseQuantity } from '../quantity.ts';
import { labelProblems } from './names.ts';
import { checkPodSpec, notNegative, objectName, oneOf, portNumber } from './pod-spec.ts';
import { IMMUTABLE, prohibited, required, wrong } from './problems.ts';
import { selectorOf } from './selector.ts';

type Check = (object: KubeObject) => FieldProblem[];
type ChangeCheck = (object: KubeObject, before: KubeObject) => FieldProblem[];

/** What is wrong with a template and the selector that must find its pods. */
function templateProblems(object: KubeObject): FieldProblem[] {
  const spec = at(object, 'spec');
  const labels = textsAt(spec, 'template', 'metadata', 'labels');
  const selector = at(spec, 'selector');
  const empty =
    Object.keys(recordAt(selector, 'matchLabels')).length + listAt(selector, 'matchExpressions').length === 0;
  return [
    ...notNegative('spec.replicas', at(spec, 'replicas')),
    ...notNegative('spec.minReadySeconds', at(spec, 'minReadySeconds')),
    ...notNegative('spec.revisionHistoryLimit', at(spec, 'revisionHistoryLimit')),
    ...(selector === undefined ? [required('spec.selector')] : []),
    ...(selector !== undefined && empty
      ? [wrong('spec.selector', selector, 'empty selector is invalid for deployment')]
      : []),
    ...(empty || matches(selectorOf(selector), labels)
      ? []
      : [wrong('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]),
    ...labelProblems('spec.template.metadata.labels', labels),
    ...checkPodSpec(at(spec, 'template', 'spec'), 'spec.template.spec', claimNames(spec)),
    ...oneOf('spec.template.spec.restartPolicy', at(spec, 'template', 'spec', 'restartPolicy'), ['Always']),
  ];
}

const claimNames = (spec: unknown): string[] =>
  recordsAt(spec, 'volumeClaimTemplates').map((claim) => textAt(claim, 'metadata', 'name') ?? '');

const jobTemplate = (spec: unknown, field: string): FieldProblem[] => [
  ...checkPodSpec(at(spec, 'template', 'spec'), `${field}.template.spec`),
  ...['parallelism', 'completions', 'backoffLimit'].flatMap((name) => notNegative(`${field}.${name}`, at(spec, name))),
  ...(at(spec, 'template', 'spec', 'restartPolicy') === 'Always'
    ? [
        {
          reason: 'FieldValueRequired' as const,
          field: `${field}.template.spec.restartPolicy`,
          message: 'Required value: valid values: "OnFailure", "Never"',
        },
      ]
    : []),
];

function deploymentProblems(object: KubeObject): FieldProblem[] {
  const deadline = numberAt(object, 'spec', 'progressDeadlineSeconds') ?? 600;
  const ready = numberAt(object, 'spec', 'minReadySeconds') ?? 0;
  const rolling = at(object, 'spec', 'strategy', 'rollingUpdate');
  const stuck = ['maxSurge', 'maxUnavailable'].every((name) => ['0', '0%'].includes(String(at(rolling, name))));
  const field = 'spec.strategy.rollingUpdate.maxUnavailable';
  return [
    ...templateProblems(object),
    ...oneOf('spec.strategy.type', at(object, 'spec', 'strategy', 'type'), ['Recreate', 'RollingUpdate']),
    ...(stuck ? [wrong(field, at(rolling, 'maxUnavailable'), 'may not be 0 when `maxSurge` is 0')] : []),
    ...(deadline <= ready
      ? [wrong('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')]
      : []),
  ];
}

function serviceProblems(object: KubeObject): FieldProblem[] {
  const ports = recordsAt(object, 'spec', 'ports');
  const type = textAt(object, 'spec', 'type');
  const headless = at(object, 'spec', 'clusterIP') === 'None';
  return [
    ...oneOf('spec.type', type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...(ports.length === 0 && !headless && type !== 'ExternalName' ? [required('spec.ports')] : []),
    ...(type === 'ExternalName' ? objectName('spec.externalName', textAt(object, 'spec', 'externalName')) : []),
    ...labelProblems('spec.selector', textsAt(object, 'spec', 'selector')),
    ...ports.flatMap((port, n) => [
      ...(numberAt(port, 'port') === undefined
        ? [required(`spec.ports[${n}].port`)]
        : portNumber(`spec.ports[${n}].port`, at(port, 'port'))),
      ...portNumber(`spec.ports[${n}].targetPort`, at(port, 'targetPort')),
      ...(ports.length > 1 && !textAt(port, 'name') ? [required(`spec.ports[${n}].name`)] : []),
    ]),
  ];
}

function scalerProblems(object: KubeObject): FieldProblem[] {
  const [min, max] = [numberAt(object, 'spec', 'minReplicas') ?? 1, numberAt(object, 'spec', 'maxReplicas') ?? 0];
  return [
    ...(max < 1 ? [wrong('spec.maxReplicas', max, 'must be greater than 0')] : []),
    ...(max < min ? [wrong('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`')] : []),
    ...objectName('spec.scaleTargetRef.name', textAt(object, 'spec', 'scaleTargetRef', 'name')),
    ...(textAt(object, 'spec', 'scaleTargetRef', 'kind') ? [] : [required('spec.scaleTargetRef.kind')]),
  ];
}

function claimProblems(object: KubeObject): FieldProblem[] {
  const size = at(object, 'spec', 'resources', 'requests', 'storage');
  const positive = (parseQuantity(size) ?? 0) > 0;
  return [
    ...(listAt(object, 'spec', 'accessModes').length === 0
      ? [required('spec.accessModes', 'at least 1 access mode is required')]
      : []),
    ...(size === undefined ? [required('spec.resources[storage]')] : []),
    ...(size !== undefined && !positive ? [wrong('spec.resources[storage]', size, 'must be greater than zero')] : []),
  ];
}

function budgetProblems(object: KubeObject): FieldProblem[] {
  const both = at(object, 'spec', 'minAvailable') !== undefined && at(object, 'spec', 'maxUnavailable') !== undefined;
  return both ? [wrong('spec', recordAt(object, 'spec'), 'minAvailable and maxUnavailable cannot be both set')] : [];
}

const ingressProblems: Check = (object) =>
  recordsAt(object, 'spec', 'rules').flatMap((rule, n) =>
    recordsAt(rule, 'http', 'paths').flatMap((path, m) => {
      const field = `spec.rules[${n}].http.paths[${m}]`;
      return [
        ...(textAt(path, 'pathType') ? [] : [required(`${field}.pathType`, 'pathType must be specified')]),
        ...objectName(
          `${field}.backend.service.name`,
          textAt(path, 'backend', 'service', 'name') ?? textAt(path, 'backend', 'resource', 'name'),
        ),
      ];
    }),
  );

/** What is wrong with an object, by plural. */
export const CHECKS: Record<string, Check> = {
  pods: (object) => checkPodSpec(at(object, 'spec'), 'spec'),
  deployments: deploymentProblems,
  replicasets: templateProblems,
  statefulsets: templateProblems,
  daemonsets: templateProblems,
  jobs: (object) => jobTemplate(at(object, 'spec'), 'spec'),
  cronjobs: (object) => [
    ...(textAt(object, 'spec', 'schedule') ? [] : [required('spec.schedule')]),
    ...oneOf('spec.concurrencyPolicy', at(object, 'spec', 'concurrencyPolicy'), ['Allow', 'Forbid', 'Replace']),
    ...jobTemplate(at(object, 'spec', 'jobTemplate', 'spec'), 'spec.jobTemplate.spec'),
  ],
  services: serviceProblems,
  horizontalpodautoscalers: scalerProblems,
  persistentvolumeclaims: claimProblems,
  poddisruptionbudgets: budgetProblems,
  ingresses: ingressProblems,
};

const fixed =
  (field: string, ...path: string[]): ChangeCheck =>
  (object, before) =>
    isDeepStrictEqual(at(object, ...path), at(before, ...path)) ? [] : [wrong(field, at(object, ...path), IMMUTABLE)];

/** Everything of a pod's spec but what may change. */
function podRest(pod: KubeObject): unknown {
  const { tolerations: _, activeDeadlineSeconds: __, ...spec } = recordAt(pod, 'spec');
  const bare = (field: string) => recordsAt(spec, field).map(({ image, ...container }) => container);
  return { ...spec, containers: bare('containers'), initContainers: bare('initContainers') };
}

const POD_FIELDS =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
const SET_FIELDS =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

function setRest(object: KubeObject): unknown {
  const { replicas, ordinals, template, updateStrategy, revisionHistoryLimit, ...rest } = recordAt(object, 'spec');
  const { persistentVolumeClaimRetentionPolicy, minReadySeconds, ...kept } = rest;
  return kept;
}

function claimChange(object: KubeObject, before: KubeObject): FieldProblem[] {
  const rest = ({ resources, volumeName, volumeAttributesClassName, ...spec }: Record<string, unknown>) => spec;
  const size = (one: KubeObject) => parseQuantity(at(one, 'spec', 'resources', 'requests', 'storage')) ?? 0;
  const moved = !isDeepStrictEqual(rest(recordAt(object, 'spec')), rest(recordAt(before, 'spec')));
  const why =
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  return [
    ...(moved ? [prohibited('spec', why)] : []),
    ...(size(object) < size(before)
      ? [prohibited('spec.resources.requests.storage', 'field can not be less than status.capacity')]
      : []),
  ];
}

const frozen = (object: KubeObject, before: KubeObject): FieldProblem[] => {
  const same = isDeepStrictEqual([object.data, object.binaryData], [before.data, before.binaryData]);
  return before.immutable === true && !same ? [prohibited('data', 'field is immutable when `immutable` is set')] : [];
};
const roleFixed: ChangeCheck = (object, before) =>
  isDeepStrictEqual(object.roleRef, before.roleRef) ? [] : [wrong('roleRef', object.roleRef, 'cannot change roleRef')];
const selectorFixed = fixed('spec.selector', 'spec', 'selector');

/** What must not have changed, by plural. */
export const CHANGE_CHECKS: Record<string, ChangeCheck> = {
  pods: (object, before) =>
    isDeepStrictEqual(podRest(object), podRest(before)) ? [] : [prohibited('spec', POD_FIELDS)],
  deployments: selectorFixed,
  replicasets: selectorFixed,
  daemonsets: selectorFixed,
  statefulsets: (object, before) =>
    isDeepStrictEqual(setRest(object), setRest(before)) ? [] : [prohibited('spec', SET_FIELDS)],
  jobs: (object, before) => [
    ...selectorFixed(object, before),
    ...fixed('spec.template', 'spec', 'template')(object, before),
  ],
  services: (object, before) => {
    const [now, then] = [textAt(object, 'spec', 'clusterIP'), textAt(before, 'spec', 'clusterIP')];
    const changed = then && now !== then && textAt(object, 'spec', 'type') === textAt(before, 'spec', 'type');
    return changed ? [wrong('spec.clusterIPs[0]', [now], 'may not change once set')] : [];
  },
  persistentvolumeclaims: claimChange,
  configmaps: frozen,
  secrets: (object, before) => [...frozen(object, before), ...fixed('type', 'type')(object, before)],
  rolebindings: roleFixed,
  clusterrolebindings: roleFixed,
  storageclasses: fixed('provisioner', 'provisioner'),
};
