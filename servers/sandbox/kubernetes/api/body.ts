import { parse } from 'yaml';
import { z } from 'zod';
import { ApiError, badRequest } from '../errors.ts';
import { isRecord } from '../fields.ts';
import type { Resource } from '../objects.ts';
import { groupVersion } from '../resources.ts';
import type { Draft } from '../store.ts';
import { decodeProtobuf, PROTOBUF } from './protobuf.ts';
import type { Call, KubeRequest } from './reply.ts';

/** The media type of the body: JSON where none is told. */
export const mediaType = ({ headers }: KubeRequest): string =>
  (headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';

const YAML = ['application/yaml', 'application/x-yaml', 'text/yaml', 'application/apply-patch+yaml'];

/** The body as JSON or YAML. Throws UnsupportedMediaType and BadRequest. */
export function parseBody(request: KubeRequest): unknown {
  const type = mediaType(request);
  if (type === PROTOBUF) return decodeProtobuf(request.body);
  const text = request.body.toString();
  if (!YAML.includes(type) && !/[/+]json$/.test(type))
    throw unsupported(type, ['application/json', 'application/yaml']);
  try {
    return YAML.includes(type) ? parse(text) : JSON.parse(text);
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : error}`);
  }
}

export const unsupported = (type: string, accepted: readonly string[]): ApiError =>
  new ApiError({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')} (got ${type})`,
  });

const draftSchema = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: z.looseObject({}).nullish(),
});

/** An object that a client sent for a path: of the path's kind and namespace. */
export function draftOf(call: Call, body: unknown): Draft {
  const { resource, namespace, name } = call.target;
  const parsed = draftSchema.safeParse(body);
  if (!parsed.success) throw badRequest(`Object 'Kind' is missing in '${call.body.toString('utf8', 0, 100)}'`);
  checkKind(resource, parsed.data);
  const sent = parsed.data.metadata ?? {};
  const { uid, resourceVersion, creationTimestamp, ...metadata } = sent;
  if (resource.namespaced && metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (name && metadata.name && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  return {
    ...parsed.data,
    apiVersion: groupVersion(resource),
    kind: resource.kind,
    metadata: {
      ...metadata,
      ...(typeof uid === 'string' && { uid }),
      ...(typeof resourceVersion === 'string' && { resourceVersion }),
      ...(resource.namespaced && namespace !== undefined && { namespace }),
      ...(name && { name }),
    },
  };
}

function checkKind(
  resource: Resource,
  { apiVersion, kind }: { apiVersion?: string | undefined; kind?: string | undefined },
): void {
  const expected = groupVersion(resource);
  if (apiVersion && apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  if (kind && kind !== resource.kind) {
    throw badRequest(`the kind in the data (${kind}) does not match the expected kind (${resource.kind})`);
  }
}

/** Whether a write is only tried: `?dryRun=All`. */
export function isDryRun({ query, target }: Call): boolean {
  const wishes = query.getAll('dryRun').filter(Boolean);
  const odd = wishes.find((wish) => wish !== 'All');
  if (odd !== undefined) {
    throw new ApiError({
      code: 422,
      reason: 'Invalid',
      message: `${target.resource.kind} "" is invalid: dryRun: Unsupported value: "${odd}": supported values: "All"`,
    });
  }
  return wishes.length > 0;
}

/** Who writes: `fieldManager`, or the program's name from its user agent. */
export function managerOf({ query, headers }: KubeRequest): string {
  return query.get('fieldManager') || headers['user-agent']?.split('/')[0] || 'unknown';
}

/** A body that must be a map. */
export function recordBody(request: KubeRequest): Record<string, unknown> {
  const body = parseBody(request);
  if (!isRecord(body)) throw badRequest('the body of the request is not an object');
  return body;
}
