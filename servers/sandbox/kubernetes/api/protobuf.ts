import { badRequest } from '../errors.ts';
import { recordAt } from '../fields.ts';

/**
 * Newer clients send what they build themselves as protobuf. The small requests of them are read here, by the field numbers of the `generated.proto`
 * files of k8s.io/api and k8s.io/apimachinery; everything else must be JSON or YAML.
 */

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

/** `map` is of texts, `secrets` a map of bytes, which JSON carries in base64. */
type Shape = Record<number, [name: string, type: 'text' | 'texts' | 'number' | 'bytes' | 'map' | 'secrets' | Shape]>;

const resourceAttributes: Shape = {
  1: ['namespace', 'text'],
  2: ['verb', 'text'],
  3: ['group', 'text'],
  4: ['version', 'text'],
  5: ['resource', 'text'],
  6: ['subresource', 'text'],
  7: ['name', 'text'],
};
const accessSpec: Shape = {
  1: ['resourceAttributes', resourceAttributes],
  2: ['nonResourceAttributes', { 1: ['path', 'text'], 2: ['verb', 'text'] }],
};
const preconditions: Shape = { 1: ['uid', 'text'], 2: ['resourceVersion', 'text'] };
const deleteOptions: Shape = {
  1: ['gracePeriodSeconds', 'number'],
  2: ['preconditions', preconditions],
  4: ['propagationPolicy', 'text'],
  5: ['dryRun', 'texts'],
};
const metadata: Shape = {
  1: ['name', 'text'],
  2: ['generateName', 'text'],
  3: ['namespace', 'text'],
  11: ['labels', 'map'],
  12: ['annotations', 'map'],
};

const SHAPES: Record<string, Shape> = {
  SelfSubjectAccessReview: { 2: ['spec', accessSpec] },
  SelfSubjectRulesReview: { 2: ['spec', { 1: ['namespace', 'text'] }] },
  TokenRequest: {
    1: ['metadata', metadata],
    2: ['spec', { 1: ['audiences', 'texts'], 4: ['expirationSeconds', 'number'] }],
  },
  Eviction: { 1: ['metadata', metadata], 2: ['deleteOptions', deleteOptions] },
  DeleteOptions: deleteOptions,
  Namespace: { 1: ['metadata', metadata] },
  ServiceAccount: { 1: ['metadata', metadata] },
  ConfigMap: { 1: ['metadata', metadata], 2: ['data', 'map'], 3: ['binaryData', 'secrets'] },
  Secret: { 1: ['metadata', metadata], 2: ['data', 'secrets'], 3: ['type', 'text'], 4: ['stringData', 'map'] },
};
/** `k8s\0`, then runtime.Unknown. */
const MAGIC = Buffer.from('k8s\0');
const UNKNOWN: Shape = { 1: ['typeMeta', { 1: ['apiVersion', 'text'], 2: ['kind', 'text'] }], 2: ['raw', 'bytes'] };

/** A body as JSON. Throws BadRequest for kinds that are not read from protobuf. */
export function decodeProtobuf(body: Buffer): Record<string, unknown> {
  if (!body.subarray(0, 4).equals(MAGIC)) throw badRequest('provided data does not appear to be a protobuf message');
  const { typeMeta, raw } = decode(body.subarray(4), UNKNOWN);
  const type = typeMeta instanceof Object ? { ...typeMeta } : {};
  const kind = 'kind' in type ? String(type.kind) : '';
  const shape = SHAPES[kind];
  if (!shape || !(raw instanceof Uint8Array)) throw badRequest(`${kind} is not read from protobuf, send it as JSON`);
  return { ...type, ...decode(Buffer.from(raw), shape) };
}

function decode(bytes: Buffer, shape: Shape): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw badRequest('the protobuf message ends early');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const known = shape[tag >>> 3];
    if ((tag & 7) === 0) {
      const value = varint();
      if (known?.[1] === 'number') message[known[0]] = value;
      continue;
    }
    if ((tag & 7) !== 2) throw badRequest('the protobuf message has a field of an unexpected type');
    const length = varint();
    const part = bytes.subarray(at, at + length);
    at += length;
    if (known) put(message, known, part);
  }
  return message;
}

function put(message: Record<string, unknown>, [name, type]: [string, Shape[number][1]], part: Buffer): void {
  if (type === 'text') message[name] = part.toString();
  else if (type === 'bytes') message[name] = part;
  else if (type === 'texts') message[name] = [...(Array.isArray(message[name]) ? message[name] : []), part.toString()];
  else if (type === 'map' || type === 'secrets') message[name] = { ...recordAt(message, name), ...entryOf(part, type) };
  else if (type !== 'number') message[name] = decode(part, type);
}

function entryOf(part: Buffer, type: 'map' | 'secrets'): Record<string, string> {
  const { key, value } = decode(part, { 1: ['key', 'text'], 2: ['value', 'bytes'] });
  const bytes = value instanceof Uint8Array ? Buffer.from(value) : Buffer.alloc(0);
  return { [String(key ?? '')]: bytes.toString(type === 'map' ? 'utf8' : 'base64') };
}
