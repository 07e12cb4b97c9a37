import pRetry from 'p-retry';
import { ToolFailure } from '../errors.ts';
import { vendorFailure } from './failure.ts';

type Product = 'cs' | 'ecs' | 'vpc' | 'bss' | 'arms' | 'sls';

export interface CloudOptions {
  accessKeyId: string;
  accessKeySecret: string;
  /** Where the products live instead of Alibaba Cloud: one address for all, or one each (`http://127.0.0.1:1234` or a host name). */
  endpoints?: string | Partial<Record<Product, string>>;
}

interface SdkConfig {
  accessKeyId: string;
  accessKeySecret: string;
  endpoint?: string;
  protocol?: string;
  regionId: string;
  connectTimeout: number;
  readTimeout: number;
}

/** One product's API. The SDK is imported and its client made at the first call; a failure is thrown as a `ToolFailure`. */
interface Api<Client, Sdk> {
  /** Tried up to three times when the cloud is busy or out of reach. */
  read<T>(region: string, call: Call<Client, Sdk, T>): Promise<T>;
  /** Tried once: only the caller can know whether a second try is safe. */
  write<T>(region: string, call: Call<Client, Sdk, T>): Promise<T>;
}

type Call<Client, Sdk, T> = (client: Client, sdk: Sdk) => Promise<{ body?: T }>;

/** The region to give for a CS call that names a cluster or a task only: the central endpoint finds it. */
export const anywhere = '';

const home = 'cn-hangzhou';
/** The SDK's HTTP client counts its connect timeout while it waits for the answer too, so a short one would cut slow answers off. */
const timeoutMs = 20_000;

/** The SDKs as MCP tools use them: all vendor packages are loaded here, on demand. */
export function openCloud(options: CloudOptions) {
  const { accessKeyId, accessKeySecret } = options;
  function config(product: Product, region: string, standard?: string): SdkConfig {
    const { endpoints } = options;
    const override = typeof endpoints === 'string' ? endpoints : endpoints?.[product];
    return {
      accessKeyId,
      accessKeySecret,
      regionId: region || home,
      connectTimeout: timeoutMs,
      readTimeout: timeoutMs,
      ...(override !== undefined ? address(override) : standard !== undefined && { endpoint: standard }),
    };
  }
  return {
    cs: api(
      () => import('@alicloud/cs20151215'),
      (sdk, core, region) =>
        new (classOf(sdk))(new core.$OpenApiUtil.Config(config('cs', region, region ? undefined : 'cs.aliyuncs.com'))),
    ),
    ecs: api(
      () => import('@alicloud/ecs20140526'),
      (sdk, core, region) => new (classOf(sdk))(new core.$OpenApiUtil.Config(config('ecs', region))),
    ),
    vpc: api(
      () => import('@alicloud/vpc20160428'),
      (sdk, core, region) => new (classOf(sdk))(new core.$OpenApiUtil.Config(config('vpc', region))),
    ),
    bss: api(
      () => import('@alicloud/bssopenapi20171214'),
      (sdk, core, region) => new (classOf(sdk))(new core.$OpenApiUtil.Config(config('bss', region))),
    ),
    // ARMS has no SDK of version 2019-08-08 on npm: the generic client calls it by name.
    arms: api(
      loadCore,
      (sdk, core, region) =>
        new (classOf(sdk))(new core.$OpenApiUtil.Config(config('arms', region, `arms.${region}.aliyuncs.com`))),
    ),
  };
}

export type Cloud = ReturnType<typeof openCloud>;

/** The host and protocol of an override; throws on a path, because the SDKs cannot keep one. */
export function address(endpoint: string): { endpoint: string; protocol: string } {
  const url = new URL(endpoint.includes('://') ? endpoint : `https://${endpoint}`);
  if (url.pathname !== '/') throw new TypeError(`An endpoint is a host, without a path: ${endpoint}`);
  return { endpoint: url.host, protocol: url.protocol === 'http:' ? 'HTTP' : 'HTTPS' };
}

/** The client class of a CommonJS package: its default export, which some loaders have unwrapped already. */
function classOf<Class extends new (config: never) => unknown>(sdk: { default: Class | { default: Class } }): Class {
  return typeof sdk.default === 'function' ? sdk.default : sdk.default.default;
}

const loadCore = () => import('@alicloud/openapi-core');

type Core = Awaited<ReturnType<typeof loadCore>>;

function api<Client, Sdk>(
  load: () => Promise<Sdk>,
  connect: (sdk: Sdk, core: Core, region: string) => Client,
): Api<Client, Sdk> {
  const clients = new Map<string, Promise<[Client, Sdk]>>();
  async function make(region: string): Promise<[Client, Sdk]> {
    const [sdk, core] = await Promise.all([load(), loadCore()]);
    return [connect(sdk, core, region), sdk];
  }
  async function once<T>(access: 'read' | 'write', region: string, call: Call<Client, Sdk, T>): Promise<T> {
    const made = clients.get(region) ?? make(region);
    clients.set(region, made);
    const [client, sdk] = await made;
    const { body } = await call(client, sdk).catch((thrown) => {
      throw vendorFailure(thrown, access);
    });
    if (body === undefined) throw vendorFailure(new Error('The cloud answered without a body'), access);
    return body;
  }
  return {
    read: (region, call) =>
      pRetry(() => once('read', region, call), {
        retries: 2,
        minTimeout: 200,
        maxTimeout: 2_000,
        randomize: true,
        shouldRetry: ({ error }) =>
          error instanceof ToolFailure && error.error.retryable && error.error.code !== 'TIMEOUT',
      }),
    write: (region, call) => once('write', region, call),
  };
}
