import { z } from 'zod';
import { rowsOf } from './collector.ts';
import type { SurveyNode } from './survey.ts';
import {
  amountsOf,
  by,
  conditions,
  listOf,
  metadata,
  millis,
  number,
  quantities,
  since,
  sorted,
  telling,
  whole,
} from './values.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/ */
const nodeSchema = z.object({
  metadata,
  spec: z
    .object({
      unschedulable: z.boolean().nullish(),
      providerID: z.string().nullish(),
      taints: listOf(z.object({ key: z.string(), value: z.string().nullish(), effect: z.string() })),
    })
    .prefault({}),
  status: z
    .object({
      conditions,
      allocatable: quantities,
      nodeInfo: z.object({ kubeletVersion: z.string().default('') }).prefault({}),
    })
    .prefault({}),
});
const pressures = /^(MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable)$/;

type Row = Omit<SurveyNode, 'volumeLimits'>;

export const createNodes = () =>
  rowsOf('Node', { schema: nodeSchema }, ({ metadata: about, spec, status }): Row => {
    const ready = status.conditions.find(({ type }) => type === 'Ready');
    const isReady = ready?.status === 'True';
    const pressed = status.conditions.filter(({ type, status: is }) => pressures.test(type) && is === 'True');
    const unreadySince = isReady ? undefined : millis(ready?.lastTransitionTime);
    return {
      name: about.name,
      labels: sorted(about.labels),
      taints: spec.taints
        .map(({ key, value, effect }) => ({ key, value: value ?? '', effect }))
        .sort(by(({ key, value, effect }) => `${key} ${effect} ${value}`)),
      cordoned: spec.unschedulable ?? false,
      ready: isReady,
      ...(unreadySince !== undefined && { readySince: unreadySince }),
      pressures: pressed
        .map(({ type, lastTransitionTime }) => ({ type, ...since(lastTransitionTime) }))
        .sort(by(({ type }) => type)),
      allocatable: { ...amountsOf(status.allocatable), pods: whole(status.allocatable.pods) ?? 0 },
      version: status.nodeInfo.kubeletVersion,
      createdAt: millis(about.creationTimestamp) ?? 0,
      ...(spec.providerID && { providerId: spec.providerID }),
      annotations: telling(about.annotations),
    };
  });

/** https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/csi-node-v1/ */
const csiSchema = z.object({
  metadata,
  spec: z.object({
    drivers: listOf(z.object({ name: z.string(), allocatable: z.object({ count: number.optional() }).nullish() })),
  }),
});

/** How many volumes of each driver a node can hold, by the node's name. */
export const createCsiNodes = () =>
  rowsOf('CSINode', { apiVersion: 'storage.k8s.io/v1', schema: csiSchema }, ({ metadata: { name }, spec }) => {
    const limits = spec.drivers.flatMap(({ name: driver, allocatable }): [string, number][] =>
      allocatable?.count === undefined ? [] : [[driver, allocatable.count]],
    );
    return { name, limits: sorted(Object.fromEntries(limits)) };
  });
