import { z } from 'zod';

/** What the world remembers. All times are epoch milliseconds of simulated time; spans are simulated seconds. */

const taskFault = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stuck'), stage: z.int() }),
  z.object({ kind: z.literal('fail'), stage: z.int(), code: z.string(), message: z.string() }),
]);

export const taskSchema = z.object({
  id: z.string(),
  clusterId: z.string(),
  type: z.string(),
  target: z.object({ id: z.string(), type: z.string() }),
  createdAt: z.number(),
  startsAt: z.number(),
  stages: z.array(z.object({ name: z.string(), seconds: z.number() })).min(1),
  /** Decided when the task is created: it can't be mended later. */
  fault: taskFault.optional(),
  pausedAt: z.number().optional(),
  cancelledAt: z.number().optional(),
  /** The task whose stage this one is: they pause and are cancelled together. */
  parentId: z.string().optional(),
  /** The instances it brings or takes. */
  instanceIds: z.array(z.string()).default([]),
});
export type Task = z.infer<typeof taskSchema>;
export type TaskFault = z.infer<typeof taskFault>;

export const tagSchema = z.object({ key: z.string(), value: z.string() });

const change = z.object({ to: z.string(), taskId: z.string() });

export const clusterSchema = z.object({
  id: z.string(),
  region: z.string(),
  name: z.string(),
  version: z.string(),
  upgrades: z.array(change).default([]),
  createdAt: z.number(),
  updatedAt: z.number(),
  createTaskId: z.string(),
  deleteTaskId: z.string().optional(),
  vpcId: z.string(),
  vswitchIds: z.array(z.string()),
  podVswitchIds: z.array(z.string()),
  deletionProtection: z.boolean(),
  publicAccess: z.boolean(),
  securityGroupId: z.string(),
  loadBalancerId: z.string(),
  natGatewayId: z.string().optional(),
  eipId: z.string().optional(),
  tags: z.array(tagSchema),
  /** The rest of the CreateCluster body as it was sent, and as ModifyCluster changed it. */
  settings: z.record(z.string(), z.json()),
});
export type Cluster = z.infer<typeof clusterSchema>;

/** The body of CreateClusterNodePool and of each entry of CreateCluster's `nodepools`: what the world acts on; the rest is kept. */
export const poolSpecSchema = z.looseObject({
  nodepool_info: z.looseObject({ name: z.string().min(1).max(63) }),
  scaling_group: z.looseObject({
    vswitch_ids: z.array(z.string()).min(1).max(8),
    instance_types: z.array(z.string()).min(1).max(10),
    desired_size: z.int().min(0).max(1000).optional(),
    instance_charge_type: z.enum(['PostPaid', 'PrePaid']).default('PostPaid'),
    period: z.int().min(1).optional(),
    period_unit: z.enum(['Week', 'Month']).optional(),
    system_disk_category: z
      .enum(['cloud_essd', 'cloud_auto', 'cloud_essd_entry', 'cloud_efficiency', 'cloud_ssd'])
      .default('cloud_essd'),
    system_disk_size: z.int().min(20).max(2048).default(120),
    image_type: z.string().default('AliyunLinux3ContainerOptimized'),
    multi_az_policy: z.enum(['PRIORITY', 'COST_OPTIMIZED', 'BALANCE']).default('BALANCE'),
    key_pair: z.string().optional(),
    login_password: z.string().optional(),
  }),
  auto_scaling: z
    .looseObject({
      enable: z.boolean().optional(),
      min_instances: z.int().min(0).optional(),
      max_instances: z.int().min(0).optional(),
    })
    .optional(),
  management: z.looseObject({ enable: z.boolean().optional() }).optional(),
  kubernetes_config: z
    .looseObject({ runtime: z.string().optional(), runtime_version: z.string().optional() })
    .optional(),
});
export type PoolSpec = z.infer<typeof poolSpecSchema>;

export const poolSchema = z.object({
  id: z.string(),
  clusterId: z.string(),
  isDefault: z.boolean(),
  createdAt: z.number(),
  updatedAt: z.number(),
  createTaskId: z.string(),
  deleteTaskId: z.string().optional(),
  upgrades: z.array(change).default([]),
  version: z.string(),
  scalingGroupId: z.string(),
  desiredSize: z.int(),
  spec: poolSpecSchema,
});
export type Pool = z.infer<typeof poolSchema>;

export const nodeSchema = z.object({
  id: z.string(),
  clusterId: z.string(),
  poolId: z.string(),
  zone: z.string(),
  vswitchId: z.string(),
  instanceType: z.string(),
  ip: z.string(),
  /** The task that brings it; it shows and is Ready this many seconds of progress into that task. */
  joinTaskId: z.string(),
  showsAfter: z.number(),
  readyAfter: z.number(),
  /** The task that takes it away. */
  leaveTaskId: z.string().optional(),
  /** Its pods are not evicted before it goes. */
  undrained: z.boolean().optional(),
});
export type Node = z.infer<typeof nodeSchema>;

export const addonSchema = z.object({
  /** `CLUSTER/NAME`. */
  id: z.string(),
  clusterId: z.string(),
  name: z.string(),
  version: z.string(),
  config: z.string().optional(),
  installTaskId: z.string(),
  activeAfter: z.number(),
  upgrades: z.array(change).default([]),
  configTaskId: z.string().optional(),
  removeTaskId: z.string().optional(),
});
export type Addon = z.infer<typeof addonSchema>;

export const vpcSchema = z.object({
  id: z.string(),
  region: z.string(),
  name: z.string(),
  cidr: z.string(),
  createdAt: z.number(),
  tags: z.array(tagSchema),
});
export type Vpc = z.infer<typeof vpcSchema>;

export const vswitchSchema = vpcSchema.extend({ vpcId: z.string(), zone: z.string() });
export type VSwitch = z.infer<typeof vswitchSchema>;

/** A cluster check or an inspection: it is done `seconds` after it began. */
export const checkSchema = z.object({
  id: z.string(),
  clusterId: z.string(),
  kind: z.enum(['check', 'inspection']),
  type: z.string(),
  target: z.string().optional(),
  createdAt: z.number(),
  seconds: z.number(),
});
export type Check = z.infer<typeof checkSchema>;

/** A client token that was used: the same token with the same request gets the same answer. */
export const tokenSchema = z.object({ id: z.string(), request: z.string(), answer: z.record(z.string(), z.json()) });

export const counterSchema = z.object({ id: z.string(), accepted: z.int() });
