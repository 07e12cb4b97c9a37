import { z } from 'zod';

/** What a cluster is to be, in our words: no vendor field names, so a retired field cannot be asked for. */

const cidr = z.string().regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, 'an IPv4 range such as 172.16.0.0/16');
const tags = z.record(z.string().min(1).max(128), z.string().max(128));

const diskSpec = z.strictObject({
  category: z.enum(['cloud_essd', 'cloud_auto', 'cloud_essd_entry', 'cloud_efficiency', 'cloud_ssd']),
  /** Performance level, for `cloud_essd`. */
  pl: z.enum(['PL0', 'PL1', 'PL2', 'PL3']).optional(),
  sizeGiB: z.int().min(20).max(32_768),
});

export const nodePoolSpec = z.strictObject({
  name: z.string().min(1).max(63),
  instanceTypes: z.array(z.string()).min(1).max(10),
  vswitchIds: z.array(z.string()).min(1).max(8),
  /** Nodes to keep; with autoscaling, the number to start with. */
  desiredSize: z.int().min(0).max(500),
  autoscaling: z.strictObject({ enabled: z.boolean(), min: z.int().min(0), max: z.int().min(0).max(500) }).optional(),
  systemDisk: diskSpec,
  dataDisks: z.array(diskSpec).max(10).default([]),
  image: z.string().default('AliyunLinux3ContainerOptimized'),
  /** Version of containerd; left out, the newest that the Kubernetes version offers. */
  runtimeVersion: z.string().optional(),
  chargeType: z.enum(['PostPaid', 'PrePaid']).default('PostPaid'),
  /** For `PrePaid`. */
  months: z.int().min(1).max(60).optional(),
  spot: z
    .strictObject({
      strategy: z.enum(['SpotAsPriceGo', 'SpotWithPriceLimit']),
      /** CNY per hour by instance type, for `SpotWithPriceLimit`. */
      priceLimits: z.record(z.string(), z.number().positive()).default({}),
    })
    .optional(),
  keyPair: z.string().optional(),
  multiAzPolicy: z.enum(['BALANCE', 'PRIORITY', 'COST_OPTIMIZED']).default('BALANCE'),
  labels: z.record(z.string(), z.string()).default({}),
  taints: z
    .array(
      z.strictObject({
        key: z.string(),
        value: z.string().optional(),
        effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
      }),
    )
    .default([]),
  management: z
    .strictObject({
      autoRepair: z.boolean().default(true),
      autoUpgrade: z.boolean().default(true),
      autoVulFix: z.boolean().default(true),
    })
    .prefault({}),
});

export const maintenanceWindow = z.strictObject({
  /** Start, UTC, for example `18:00:00Z`. */
  time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/),
  hours: z.int().min(1).max(24),
  weekdays: z
    .array(z.enum(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']))
    .min(1)
    .max(7),
});

export const addonSpec = z.strictObject({
  name: z.string().min(1),
  version: z.string().optional(),
  /** The add-on's own settings, sent as a JSON string. */
  config: z.record(z.string(), z.json()).optional(),
  /** True keeps an add-on out that the cloud would install by itself. */
  disabled: z.boolean().optional(),
});

export const channels = z.enum(['patch', 'stable', 'rapid']);

export const clusterSpec = z.strictObject({
  name: z.string().min(1).max(63),
  region: z.string(),
  spec: z.enum(['ack.standard', 'ack.pro.small', 'ack.pro.xlarge', 'ack.pro.2xlarge', 'ack.pro.4xlarge']),
  /** As the cloud lists it, for example `1.36.1-aliyun.1`. */
  version: z.string(),
  timezone: z.string().optional(),
  network: z.strictObject({
    plugin: z.enum(['terway', 'flannel']),
    vpcId: z.string(),
    nodeVswitchIds: z.array(z.string()).min(1).max(8),
    /** Terway only. */
    podVswitchIds: z.array(z.string()).max(8).default([]),
    /** Flannel only. */
    podCidr: cidr.optional(),
    /** Flannel only: how many addresses a node gets, as a mask. */
    nodeCidrMask: z.int().min(24).max(28).optional(),
    serviceCidr: cidr,
    proxyMode: z.enum(['nftables', 'ipvs', 'iptables']).optional(),
    /** Terway's eBPF data path. */
    dataPathV2: z.boolean().default(true),
    publicApiServer: z.boolean().default(false),
    /** A NAT gateway, so that nodes reach the internet. */
    snat: z.boolean().default(true),
  }),
  security: z
    .strictObject({
      deletionProtection: z.boolean().default(true),
      enterpriseSg: z.boolean().default(true),
      rrsa: z.boolean().default(true),
    })
    .prefault({}),
  logging: z
    .strictObject({
      controlPlane: z.array(z.string()).default([]),
      ttlDays: z.int().min(1).max(3650).default(30),
      audit: z.boolean().default(false),
    })
    .prefault({}),
  maintenanceWindow: maintenanceWindow.optional(),
  autoUpgradeChannel: channels.optional(),
  addons: z.array(addonSpec).default([]),
  /** Pools to make with the cluster; more can be made afterwards, each by its own call. */
  nodepools: z.array(nodePoolSpec).max(20).default([]),
  tags: tags.default({}),
});

export type ClusterSpec = z.infer<typeof clusterSpec>;
export type NodePoolSpec = z.infer<typeof nodePoolSpec>;
export type MaintenanceWindow = z.infer<typeof maintenanceWindow>;
export type AddonSpec = z.infer<typeof addonSpec>;
