import { type Attributes, denied, isAllowed } from '../auth/rbac.ts';
import { ApiError, noSuchPath } from '../errors.ts';
import type { Resource } from '../objects.ts';
import { groupVersion } from '../resources.ts';
import { apiGroup, COMPUTED, coreVersions, groupList, resourceList, versionInfo } from './discovery.ts';
import { evict } from './eviction.ts';
import { log } from './logs.ts';
import { metrics } from './metrics.ts';
import { openApiJson, openApiProtobuf } from './openapi.ts';
import { patch } from './patching.ts';
import { bind } from './pod-binding.ts';
import { getOne, list } from './read.ts';
import { removeAll, removeOne } from './remove.ts';
import { type Call, flag, json, type KubeRequest, type Reply, type Target } from './reply.ts';
import { review } from './reviews.ts';
import { scale } from './scale.ts';
import { requestToken } from './token.ts';
import { watch } from './watch.ts';
import { create, update } from './write.ts';

/** As servers since 1.28 write it: clients ask for `v2@v1.0`, which is no valid media type. */
const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** Answers one request. Throws `ApiError`. */
export function route(request: KubeRequest): Reply {
  const known = plainPath(request);
  if (known) return known;
  const target = targetOf(request);
  if (!target) throw noSuchPath();
  authorize(request, target);
  if (target.resource.group === 'metrics.k8s.io') return metrics(request, target);
  if (target.resource.group === 'authorization.k8s.io') {
    const answer = request.method === 'POST' ? review(request, target.resource.plural) : undefined;
    if (!answer) throw methodNotAllowed();
    return answer;
  }
  const call = { ...request, target };
  return target.subresource ? subresource(call, target.subresource) : main(call);
}

/** What is not about objects: health, version, discovery. */
function plainPath({ cluster, path, headers }: KubeRequest): Reply | undefined {
  const resources = cluster.store.resources();
  const [root, ...rest] = path.split('/').filter(Boolean);
  const served = rest.length === 0 || (root === 'apis' && rest.length <= 2) || (root === 'api' && rest.length === 1);
  switch (root) {
    case 'readyz':
    case 'livez':
    case 'healthz':
      return { kind: 'raw', status: 200, contentType: 'text/plain', body: 'ok' };
    case 'version':
      return json(versionInfo(cluster.version));
    case 'openapi':
      if (rest[0] !== 'v2') return undefined;
      if (!headers.accept?.includes('protobuf')) return json(openApiJson(resources));
      return { kind: 'raw', status: 200, contentType: PROTOBUF, body: openApiProtobuf(resources) };
    case 'api':
    case 'apis':
      return served ? discovery(resources, root, rest) : undefined;
    default:
      return undefined;
  }
}

function discovery(resources: readonly Resource[], root: string, rest: string[]): Reply {
  const [first, second] = rest;
  const body =
    first === undefined
      ? root === 'api'
        ? coreVersions()
        : groupList(resources)
      : second === undefined && root === 'apis'
        ? apiGroup(resources, first)
        : resourceList(resources, rest.join('/'));
  if (!body) throw noSuchPath();
  return json(body);
}

/** What a path below `/api` or `/apis` names. */
function targetOf({ cluster, path }: KubeRequest): Target | undefined {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const rooted = parts[0] === 'api' ? 2 : parts[0] === 'apis' ? 3 : undefined;
  if (rooted === undefined) return undefined;
  const version = parts.slice(1, rooted).join('/');
  const rest = parts.slice(rooted);
  const scoped = rest[0] === 'namespaces' && rest.length >= 3 && !['status', 'finalize'].includes(rest[2] ?? '');
  const [namespace, plural, name, sub, ...more] = scoped ? rest.slice(1) : [undefined, ...rest];
  const resource = [...cluster.store.resources(), ...COMPUTED].find(
    (one) => one.plural === plural && groupVersion(one) === version,
  );
  if (!resource || more.length > 0) return undefined;
  if (resource.namespaced ? namespace === undefined && name !== undefined : namespace !== undefined) return undefined;
  if (sub !== undefined && !resource.subresources.includes(sub)) return undefined;
  return { resource, namespace, name, subresource: sub };
}

const VERBS: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

function verbOf({ method, query }: KubeRequest, { name }: Target): string {
  if (method === 'GET' || method === 'HEAD') return isWatch(query) ? 'watch' : name === undefined ? 'list' : 'get';
  if (method === 'DELETE') return name === undefined ? 'deletecollection' : 'delete';
  return VERBS[method] ?? method.toLowerCase();
}

const isWatch = (query: URLSearchParams): boolean => flag(query, 'watch');

function authorize(request: KubeRequest, target: Target): void {
  const { resource, namespace, name, subresource: sub } = target;
  const wanted: Attributes = {
    verb: verbOf(request, target),
    group: resource.group,
    resource: sub ? `${resource.plural}/${sub}` : resource.plural,
    namespace,
    name,
  };
  if (!isAllowed(request.cluster.store, request.user, wanted)) throw denied(request.user, wanted);
}

const methodNotAllowed = (): ApiError =>
  new ApiError({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
  });

function main(call: Call): Reply {
  const one = call.target.name !== undefined;
  switch (call.method) {
    case 'GET':
      if (isWatch(call.query)) return watch(one ? watchOne(call) : call);
      return one ? getOne(call) : list(call);
    case 'POST':
      if (one) throw methodNotAllowed();
      return create(call);
    case 'PUT':
      if (!one) throw methodNotAllowed();
      return update(call);
    case 'PATCH':
      if (!one) throw methodNotAllowed();
      return patch(call);
    case 'DELETE':
      return one ? removeOne(call) : removeAll(call);
    default:
      throw methodNotAllowed();
  }
}

/** A watch of one object is one of its collection with a field selector. */
function watchOne(call: Call): Call {
  const query = new URLSearchParams(call.query);
  query.set('fieldSelector', `metadata.name=${call.target.name}`);
  return { ...call, query, target: { ...call.target, name: undefined } };
}

function subresource(call: Call, name: string): Reply {
  switch (`${call.method} ${name}`) {
    case 'GET status':
      return getOne(call);
    case 'PUT status':
    case 'PUT finalize':
      return update(call);
    case 'PATCH status':
      return patch(call);
    case 'GET scale':
    case 'PUT scale':
    case 'PATCH scale':
      return scale(call);
    case 'GET log':
      return log(call);
    case 'POST eviction':
      return evict(call);
    case 'POST binding':
      return bind(call);
    case 'POST token':
      return requestToken(call);
    default:
      throw methodNotAllowed();
  }
}
