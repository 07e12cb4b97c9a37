import { z } from 'zod';
import type { JsonObject } from '../../../src/tools/types.ts';
import { refusal } from '../errors.ts';
import type { ToolContext } from '../tool.ts';

/** Input fields that the tools for Kubernetes share. */
export const clusterId = z.string().min(1).max(260).describe('Id or name of a cluster, as k8s_clusters lists them');
export const kind = z.string().regex(/^[A-Z][A-Za-z0-9]{0,62}$/, 'a kind such as Deployment');
export const apiVersion = z
  .string()
  .regex(/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?v\d+((alpha|beta)\d+)?$/, 'such as apps/v1')
  .optional();
export const name = z.string().min(1).max(253);
export const namespace = z.string().min(1).max(63);
export const reference = { clusterId, apiVersion, kind, namespace: namespace.optional(), name };
export const selector = z.string().min(1).max(2000).optional();

/** An object as JSON. */
export const json = z.record(z.string(), z.json());

/** The way to the cluster that a tool was asked about. */
export async function wireOf(idOrName: string, { clusters }: Pick<ToolContext, 'clusters'>) {
  const cluster = await clusters.find(idOrName);
  return cluster.wire();
}

/** The gateway refuses answers beyond 2 MB; this leaves room for what lies around the objects. */
export const maxAnswerBytes = 1_700_000;

export const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** The object where it fits into an answer. */
export function fitting(object: JsonObject): JsonObject {
  const bytes = bytesOf(object);
  if (bytes <= maxAnswerBytes) return object;
  throw refusal('REFUSED', `The object has ${bytes} bytes, more than fit into an answer: list it with fields`);
}
