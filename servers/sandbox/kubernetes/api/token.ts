import { z } from 'zod';
import { issueToken } from '../auth/tokens.ts';
import { timestamp } from '../births.ts';
import { recordBody } from './body.ts';
import { stored } from './read.ts';
import { type Call, json, type Reply } from './reply.ts';

const requestSchema = z.looseObject({
  spec: z
    .looseObject({
      audiences: z.array(z.string()).nullish(),
      // The real server gives no token for less than ten minutes.
      expirationSeconds: z.int().min(600).nullish(),
    })
    .nullish(),
});

/** Answers POST of a service account's `token`. https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ */
export function requestToken(call: Call): Reply {
  const account = stored(call);
  const { spec } = requestSchema.parse(recordBody(call));
  const seconds = spec?.expirationSeconds ?? 3600;
  const audiences = spec?.audiences?.length ? spec.audiences : ['https://kubernetes.default.svc'];
  const now = call.cluster.store.now();
  const token = issueToken(account, { key: call.cluster.tokenKey, now, seconds, audiences });
  const body = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name: account.metadata.name, namespace: account.metadata.namespace, creationTimestamp: timestamp(now) },
    spec: { audiences, expirationSeconds: seconds },
    status: { token, expirationTimestamp: timestamp(now + seconds * 1000) },
  };
  return json(body, 201);
}
