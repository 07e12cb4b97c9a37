import type {
  CreateClusterNodePoolRequest,
  CreateClusterRequest,
  ModifyClusterRequest,
  Nodepool,
} from '@alicloud/cs20151215';
import type { JsonObject } from '../../../src/tools/types.ts';
import type { AddonSpec, ClusterSpec, MaintenanceWindow, NodePoolSpec } from '../spec.ts';

/**
 * Builds the bodies of the CS calls that create things, field by field, in the SDK's names. Only the fields named here can
 * be sent: the announcement below retired many that are still in the SDK, which answers them with 400 or ignores them.
 * https://help.aliyun.com/zh/ack/product-overview/announcement-on-ack-openapi-parameter-changes-and-deprecation
 */

/** A request as plain data: the SDK's model classes without their methods. */
type Plain<T> = T extends (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { [Key in keyof T as T[Key] extends (...args: never) => unknown ? never : Key]?: Plain<T[Key]> | undefined }
    : T;

/** Marks what an idempotency key has made, so that it is found again instead of made twice. */
export const keyTag = 'k8s-copilot/key';
export const ownTags = { 'managed-by': 'k8s-copilot' };

/** The body of CreateCluster. `runtimeVersion` is containerd's, for the pools that name none. */
export function createClusterBody(spec: ClusterSpec, key: string, runtimeVersion: string | undefined) {
  const { network, security, logging } = spec;
  const flannel = network.plugin === 'flannel';
  return {
    name: spec.name,
    regionId: spec.region,
    clusterType: 'ManagedKubernetes',
    profile: 'Default',
    clusterSpec: spec.spec,
    kubernetesVersion: spec.version,
    timezone: spec.timezone,
    vpcid: network.vpcId,
    vswitchIds: network.nodeVswitchIds,
    // Marked deprecated in the SDK, without a replacement: Terway still needs it.
    podVswitchIds: flannel || network.podVswitchIds.length === 0 ? undefined : network.podVswitchIds,
    containerCidr: flannel ? network.podCidr : undefined,
    nodeCidrMask: flannel ? String(network.nodeCidrMask ?? 26) : undefined,
    serviceCidr: network.serviceCidr,
    ipStack: 'ipv4',
    proxyMode: network.proxyMode ?? proxyModeFor(spec.version),
    snatEntry: network.snat,
    endpointPublicAccess: network.publicApiServer,
    isEnterpriseSecurityGroup: security.enterpriseSg,
    deletionProtection: security.deletionProtection,
    rrsaConfig: { enabled: security.rrsa },
    maintenanceWindow: spec.maintenanceWindow && maintenanceWindowBody(spec.maintenanceWindow),
    operationPolicy: spec.autoUpgradeChannel && {
      clusterAutoUpgrade: { enabled: true, channel: spec.autoUpgradeChannel },
    },
    ...(logging.controlPlane.length > 0 && {
      controlplaneLogComponents: logging.controlPlane,
      controlplaneLogTtl: String(logging.ttlDays),
    }),
    auditLogConfig: { enabled: logging.audit },
    addons: clusterAddons(spec).map(addonBody),
    nodepools: spec.nodepools.map((pool) => nodePoolBody(pool, runtimeVersion)),
    tags: pairs({ ...spec.tags, ...ownTags, [keyTag]: key }),
  } satisfies Plain<CreateClusterRequest>;
}

/** The body of CreateClusterNodePool, its nodes tagged with the key. */
export function createNodePoolBody(spec: NodePoolSpec, key: string, runtimeVersion: string | undefined) {
  const body = nodePoolBody(spec, runtimeVersion);
  return {
    ...body,
    scalingGroup: { ...body.scalingGroup, tags: pairs({ ...ownTags, [keyTag]: key }) },
  } satisfies Plain<CreateClusterNodePoolRequest>;
}

/** A maintenance window as the SDK documents it: start in UTC, length such as `3h`, days separated by commas. */
export function maintenanceWindowBody(window: MaintenanceWindow) {
  return {
    enable: true,
    maintenanceTime: window.time,
    duration: `${window.hours}h`,
    weeklyPeriod: window.weekdays.join(','),
  } satisfies Plain<ModifyClusterRequest>['maintenanceWindow'];
}

/** An add-on with its settings as the JSON string that the cloud wants. */
export function addonBody(addon: AddonSpec) {
  return {
    name: addon.name,
    version: addon.version,
    config: addon.config && JSON.stringify(addon.config),
    disabled: addon.disabled,
  };
}

/** Tags or labels as a list of keys and values. */
export const pairs = (record: Record<string, string>) => Object.entries(record).map(([key, value]) => ({ key, value }));

/** The request as it would go over the wire, for a dry run: empty fields left out. */
export const asSent = (body: object): JsonObject => JSON.parse(JSON.stringify(body));

function nodePoolBody(spec: NodePoolSpec, runtimeVersion: string | undefined) {
  const { autoscaling, spot, management } = spec;
  return {
    nodepoolInfo: { name: spec.name, type: 'ess' },
    autoScaling: autoscaling && {
      enable: autoscaling.enabled,
      minInstances: autoscaling.min,
      maxInstances: autoscaling.max,
      type: spot ? 'spot' : 'cpu',
    },
    scalingGroup: {
      vswitchIds: spec.vswitchIds,
      instanceTypes: spec.instanceTypes,
      // With autoscaling the autoscaler owns the number of nodes.
      desiredSize: autoscaling?.enabled ? undefined : spec.desiredSize,
      instanceChargeType: spec.chargeType,
      ...(spec.chargeType === 'PrePaid' && {
        period: spec.months ?? 1,
        periodUnit: 'Month',
        autoRenew: true,
        autoRenewPeriod: 1,
      }),
      ...(spot && { spotStrategy: spot.strategy, spotPriceLimit: spotLimits(spot.priceLimits) }),
      systemDiskCategory: spec.systemDisk.category,
      systemDiskPerformanceLevel: spec.systemDisk.pl,
      systemDiskSize: spec.systemDisk.sizeGiB,
      dataDisks: spec.dataDisks.map((disk) => ({
        category: disk.category,
        performanceLevel: disk.pl,
        size: disk.sizeGiB,
      })),
      imageType: spec.image,
      multiAzPolicy: spec.multiAzPolicy,
      keyPair: spec.keyPair,
      loginAsNonRoot: spec.keyPair === undefined ? undefined : true,
    },
    kubernetesConfig: {
      runtime: 'containerd',
      runtimeVersion: spec.runtimeVersion ?? runtimeVersion,
      labels: pairs(spec.labels),
      taints: spec.taints,
    },
    management: {
      enable: management.autoRepair || management.autoUpgrade || management.autoVulFix,
      autoRepair: management.autoRepair,
      autoUpgrade: management.autoUpgrade,
      autoUpgradePolicy: management.autoUpgrade ? { autoUpgradeKubelet: true } : undefined,
      autoVulFix: management.autoVulFix,
      autoVulFixPolicy: management.autoVulFix ? { vulLevel: 'asap', restartNode: false } : undefined,
    },
  } satisfies Plain<Nodepool>;
}

const spotLimits = (limits: Record<string, number>) =>
  Object.entries(limits).map(([instanceType, price]) => ({ instanceType, priceLimit: String(price) }));

/** The network plugin is itself an add-on: without it the cloud would take the cluster for a Flannel one. */
function clusterAddons(spec: ClusterSpec): AddonSpec[] {
  const plugin: AddonSpec[] =
    spec.network.plugin === 'flannel'
      ? [{ name: 'flannel' }]
      : [
          { name: 'terway-controlplane', config: { ENITrunking: 'true' } },
          {
            name: 'terway-eniip',
            config: { IPVlan: String(spec.network.dataPathV2), NetworkPolicy: 'true', ENITrunking: 'true' },
          },
        ];
  const merged = plugin.map((own) => ({ ...own, ...spec.addons.find((addon) => addon.name === own.name) }));
  const names = new Set(merged.map((addon) => addon.name));
  return [...merged, ...spec.addons.filter((addon) => !names.has(addon.name))];
}

/** Kubernetes deprecates IPVS in 1.35, where nftables is offered instead. */
function proxyModeFor(version: string): 'nftables' | 'ipvs' {
  const minor = Number(version.split('.')[1]);
  return minor >= 35 ? 'nftables' : 'ipvs';
}
