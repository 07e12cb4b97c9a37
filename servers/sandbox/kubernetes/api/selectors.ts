import { badRequest } from '../errors.ts';
import { at } from '../fields.ts';
import type { KubeObject } from '../objects.ts';

type Labels = Record<string, string>;
type Test = (labels: Labels) => boolean;

const KEY = String.raw`(?:[A-Za-z0-9][\w.-]*/)?[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?`;
const VALUE = String.raw`[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?|`;
const ABSENT = new RegExp(`^!\\s*(${KEY})$`);
const PRESENT = new RegExp(`^(${KEY})$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const COMPARED = new RegExp(`^(${KEY})\\s*(==|=|!=|>|<)\\s*(${VALUE})$`);

/** The test of a label selector. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api */
export function labelTest(selector: string): Test {
  const tests = outerParts(selector).map(requirement);
  return (labels) => tests.every((test) => test(labels));
}

/** Splits at the commas that are not within parentheses. */
function outerParts(selector: string): string[] {
  if (!selector.trim()) return [];
  return selector.split(/,(?![^()]*\))/).map((part) => part.trim());
}

function requirement(text: string): Test {
  const absent = ABSENT.exec(text)?.[1];
  if (absent) return (labels) => !(absent in labels);
  const present = PRESENT.exec(text)?.[1];
  if (present) return (labels) => present in labels;
  const [, key = '', operator, list = ''] = SET.exec(text) ?? [];
  if (operator)
    return among(
      key,
      operator,
      list.split(',').map((value) => value.trim()),
    );
  const compared = COMPARED.exec(text);
  if (!compared) throw badRequest(`unable to parse requirement: found '${text}', expected: a label requirement`);
  return comparison(compared[1] ?? '', compared[2] ?? '', compared[3] ?? '');
}

const among = (key: string, operator: string, values: string[]): Test => {
  const found = (labels: Labels) => key in labels && values.includes(labels[key] ?? '');
  return operator === 'in' ? found : (labels) => !found(labels);
};

function comparison(key: string, operator: string, value: string): Test {
  switch (operator) {
    case '!=':
      return (labels) => labels[key] !== value;
    case '>':
      return (labels) => Number(labels[key]) > Number(value);
    case '<':
      return (labels) => Number(labels[key]) < Number(value);
    default:
      return (labels) => labels[key] === value;
  }
}

const EVERYWHERE = ['metadata.name', 'metadata.namespace'];
/** The fields each kind may be selected by. https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/ */
const FIELDS: Record<string, string[]> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  replicasets: ['status.replicas'],
  replicationcontrollers: ['status.replicas'],
  jobs: ['status.successful'],
};
/** What a field counts as when it is not there. */
const DEFAULTS: Record<string, string> = {
  'spec.unschedulable': 'false',
  'spec.hostNetwork': 'false',
  'status.replicas': '0',
};

/** The test of a field selector: `status.phase!=Running,spec.nodeName=node-1`. */
export function fieldTest(plural: string, selector: string): (object: KubeObject) => boolean {
  const tests = selector
    .split(/(?<!\\),/)
    .filter(Boolean)
    .map((part) => fieldRequirement(plural, part));
  return (object) => tests.every((test) => test(object));
}

function fieldRequirement(plural: string, part: string): (object: KubeObject) => boolean {
  const [, field = '', operator = '', value = ''] = /^([^=!]+?)(!=|==|=)(.*)$/.exec(part) ?? [];
  if (!field) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
  if (!EVERYWHERE.includes(field) && !FIELDS[plural]?.includes(field)) {
    throw badRequest(`field label not supported: ${field}`);
  }
  const wanted = value.replaceAll(/\\(.)/g, '$1');
  return (object) => (fieldOf(object, field) === wanted) === (operator !== '!=');
}

function fieldOf(object: KubeObject, field: string): string {
  const path = field === 'source' ? ['source', 'component'] : field.split('.');
  const value = at(object, ...path) ?? DEFAULTS[field] ?? '';
  return String(value);
}
