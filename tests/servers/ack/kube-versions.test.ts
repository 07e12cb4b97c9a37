import { afterEach, expect, it } from 'vitest';
import { status } from './fake-kube.ts';
import { connectKube } from './kube-support.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const GROUP = (name: string, ...versions: string[]) => ({
  name,
  versions: versions.map((version) => ({ groupVersion: `${name}/${version}`, version })),
});
const KINDS: Record<string, object> = {
  '/api': { versions: ['v1'] },
  '/apis': { groups: [GROUP('apps', 'v1'), GROUP('shop.example', 'v1', 'v1beta1')] },
  '/api/v1': {
    resources: [
      { name: 'pods', kind: 'Pod' },
      { name: 'pods/log', kind: 'Pod' },
      { name: 'pods/eviction', kind: 'Eviction' },
    ],
  },
  '/apis/apps/v1': {
    resources: [
      { name: 'deployments', kind: 'Deployment' },
      { name: 'deployments/scale', kind: 'Scale' },
    ],
  },
  '/apis/shop.example/v1': { resources: [{ name: 'baskets', kind: 'Basket' }] },
};

it('the version of a cluster comes with every API version and kind that it serves, and without parts of objects', async () => {
  const { done, kube, close } = await connectKube();
  cleanups.push(close);
  kube.intercept(({ path }, response) => {
    if (path === '/apis/shop.example/v1beta1') {
      status(response, 503, 'ServiceUnavailable', 'the server behind it is away');
      return true;
    }
    if (!(path in KINDS)) return false;
    response.end(JSON.stringify(KINDS[path]));
    return true;
  });
  expect(await done('k8s_versions')).toEqual({
    version: 'v1.36.1',
    apiVersions: [
      'v1',
      'apps/v1',
      'shop.example/v1',
      'shop.example/v1beta1',
      'apps/v1/Deployment',
      'shop.example/v1/Basket',
      'v1/Pod',
    ],
    unanswered: ['shop.example/v1beta1'],
  });
});

it('what the API server refuses is an error, and no cluster without kinds', async () => {
  const { refused, kube, close } = await connectKube();
  cleanups.push(close);
  kube.intercept(({ path }, response) => {
    if (path === '/apis') status(response, 403, 'Forbidden', 'no');
    else if (path in KINDS) response.end(JSON.stringify(KINDS[path]));
    else return false;
    return true;
  });
  expect(await refused('k8s_versions')).toMatchObject({ code: 'Forbidden' });
});
