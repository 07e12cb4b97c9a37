import type { Resource } from '../objects.ts';
import { groupVersion } from '../resources.ts';

/**
 * The little of OpenAPI v2 that clients need: which kinds can be patched, and that `dryRun` is understood. There are no
 * schemas, so that clients leave validation to the server. https://kubernetes.io/docs/concepts/overview/kubernetes-api/
 */
export function openApiJson(resources: readonly Resource[]) {
  const paths = resources.map((resource) => [
    pathOf(resource),
    {
      patch: {
        operationId: `patch${resource.kind}`,
        parameters: [{ name: 'dryRun', in: 'query', type: 'string', uniqueItems: true }],
        responses: { 200: { description: 'OK' } },
        'x-kubernetes-group-version-kind': gvk(resource),
      },
    },
  ]);
  return { swagger: '2.0', info: INFO, paths: Object.fromEntries(paths), definitions: {} };
}

const INFO = { title: 'Kubernetes', version: 'unversioned' };
const gvk = ({ group, version, kind }: Resource) => ({ group, version, kind });

function pathOf(resource: Resource): string {
  const root = resource.group ? `/apis/${groupVersion(resource)}` : `/api/${resource.version}`;
  return `${root}${resource.namespaced ? '/namespaces/{namespace}' : ''}/${resource.plural}/{name}`;
}

/**
 * The same as the protobuf that `kubectl` asks for. Field numbers of
 * https://github.com/google/gnostic-models/blob/main/openapiv2/OpenAPIv2.proto
 */
export function openApiProtobuf(resources: readonly Resource[]): Uint8Array {
  const paths = resources.map((resource) =>
    message(2, [text(1, pathOf(resource)), message(2, [message(8, operation(resource))])]),
  );
  const info = [text(1, INFO.title), text(2, INFO.version)];
  return Buffer.concat([text(1, '2.0'), message(2, info), message(8, paths)]);
}

function operation(resource: Resource): Buffer[] {
  const dryRun = [text(2, 'query'), text(4, 'dryRun'), text(6, 'string')];
  // ParametersItem > Parameter > NonBodyParameter > QueryParameterSubSchema
  const parameter = message(8, [message(1, [message(2, [message(3, dryRun)])])]);
  const extension = [text(1, 'x-kubernetes-group-version-kind'), message(2, [text(2, JSON.stringify(gvk(resource)))])];
  return [text(5, `patch${resource.kind}`), parameter, message(13, extension)];
}

const text = (field: number, value: string): Buffer => lengthDelimited(field, Buffer.from(value));
const message = (field: number, parts: Buffer[]): Buffer => lengthDelimited(field, Buffer.concat(parts));

const lengthDelimited = (field: number, body: Buffer): Buffer =>
  Buffer.concat([varint((field << 3) | 2), varint(body.length), body]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
