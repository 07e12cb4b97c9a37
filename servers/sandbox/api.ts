import { z } from 'zod';
import { armsActions } from './arms.ts';
import { bssActions } from './bss.ts';
import type { Handler } from './call.ts';
import { matchRoute } from './cs/routes.ts';
import { ecsActions } from './ecs.ts';
import { CloudError, notFound, refusal } from './errors.ts';
import { spend } from './faults.ts';
import { requestId } from './ids.ts';
import { checkSignature, type SignedRequest } from './signature.ts';
import { vpcActions } from './vpc.ts';
import type { World } from './world.ts';

/** A status and a JSON value; or `hang`: never answer. */
export type Answer = { status: number; body: unknown } | 'hang';

/** The RPC products by API version. Every other version speaks CS. */
const RPC: Record<string, Record<string, Handler>> = {
  '2014-05-26': ecsActions,
  '2016-04-28': vpcActions,
  '2017-12-14': bssActions,
  '2019-08-08': armsActions,
};

interface Target {
  rpc: boolean;
  action: string;
  handler: Handler;
  status: number;
  path: Record<string, string>;
}

/** The door of the OpenAPI: signature, faults, the call as one transaction, and the answer in the product's shape. */
export function createApi(world: World, baseUrl: () => string): (request: SignedRequest) => Answer {
  let calls = 0;
  return (request) => {
    const rpc = String(request.headers['x-acs-version']) in RPC;
    try {
      checkSignature(request);
      const target = targetOf(request);
      calls += 1;
      refuseByFault(world, target.action, calls);
      const input = { query: queryOf(request, rpc), body: rpc ? undefined : jsonBody(request.body) };
      const result = world.transaction(() =>
        target.handler({ world, baseUrl: baseUrl(), action: target.action, path: target.path, ...input }),
      );
      return spoiltAnswer(world, target) ?? { status: target.status, body: rpc ? withId(result) : result };
    } catch (error) {
      if (error instanceof CloudError) return { status: error.status, body: errorBody(error, rpc) };
      throw error;
    }
  };
}

const withId = (result: unknown) => ({ RequestId: requestId(), ...z.record(z.string(), z.unknown()).parse(result) });

function targetOf({ method, path, headers }: SignedRequest): Target {
  const actions = RPC[String(headers['x-acs-version'])];
  const route = actions ? undefined : matchRoute(method, path);
  if (route) return { rpc: false, ...route };
  const action = String(headers['x-acs-action']);
  const handler = actions?.[action];
  if (!handler) throw notFound('InvalidAction.NotFound', `Specified api is not found in this sandbox: ${action}.`);
  return { rpc: true, action, handler, status: 200, path: {} };
}

function queryOf(request: SignedRequest, rpc: boolean): Record<string, string> {
  const form = rpc ? new URLSearchParams(request.body.toString()) : [];
  return Object.fromEntries([...request.query, ...form]);
}

function jsonBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw refusal('InvalidParameter', 'The body is not JSON.');
  }
}

function refuseByFault(world: World, action: string, calls: number): void {
  const faults = world.faults();
  if (faults.throttleEvery && calls % faults.throttleEvery === 0) {
    throw refusal('Throttling.User', 'Request was denied due to user flow control.');
  }
  const left = spend(faults, 'errorBefore', action);
  if (!left) return;
  world.setFaults(left);
  throw new CloudError(503, 'ServiceUnavailable', 'The request has failed due to a temporary failure of the server.');
}

/** The answer to a call that took effect, where a fault says that nobody is to learn of it. */
function spoiltAnswer(world: World, { action, rpc }: Target): Answer | undefined {
  const faults = world.faults();
  const hung = spend(faults, 'hangAfterAccept', action);
  if (hung) {
    world.setFaults(hung);
    return 'hang';
  }
  const failed = spend(faults, 'errorAfterAccept', action);
  if (!failed) return undefined;
  world.setFaults(failed);
  const status = faults.errorAfterAccept?.status ?? 500;
  return {
    status,
    body: errorBody(
      new CloudError(status, 'InternalError', 'The request processing has failed due to some unknown error.'),
      rpc,
    ),
  };
}

function errorBody({ code, message, status, data }: CloudError, rpc: boolean) {
  const id = requestId();
  if (rpc) return { RequestId: id, HostId: 'sandbox', Code: code, Message: message };
  return { code, message, requestId: id, request_id: id, status, ...(data && { data }) };
}
