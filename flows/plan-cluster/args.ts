import { dataPathV2, type Option } from './option.ts';

/** The arguments of the `ack` tools for an option. Ids that only exist later are filled in by the plan. */

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
/** Maintenance windows are told in Beijing time and sent in UTC. */
const HOURS_AHEAD = 8;

/** A cluster without its network's ids and without node pools. */
export function clusterArgs({ wish, version, network, addons }: Option) {
  const flannel = network.mode === 'flannel';
  const serious = wish.purpose !== 'dev';
  return {
    name: wish.name,
    region: wish.region,
    spec: wish.clusterType,
    version: version.version,
    timezone: 'Asia/Shanghai',
    network: {
      plugin: flannel ? 'flannel' : 'terway',
      ...(flannel && network.podCidr && { podCidr: network.podCidr }),
      ...(flannel && network.nodeMask && { nodeCidrMask: network.nodeMask }),
      serviceCidr: network.serviceCidr,
      proxyMode: network.proxyMode,
      dataPathV2: dataPathV2(wish),
      publicApiServer: wish.apiExposure === 'public',
      snat: true,
    },
    security: { deletionProtection: wish.deletionProtection, enterpriseSg: true, rrsa: serious },
    logging: {
      controlPlane: wish.logging ? ['apiserver', 'kcm', 'scheduler', 'ccm', 'controlplane-events'] : [],
      ttlDays: 30,
      audit: wish.logging,
    },
    maintenanceWindow: maintenance(wish.maintenanceWindow),
    ...(serious && { autoUpgradeChannel: 'stable' }),
    addons: addons
      .filter(({ when }) => when === 'create')
      .map(({ name, config }) => ({ name, ...(config && { config }) })),
  };
}

/** A node pool without its vSwitches. */
export function poolArgs({ pool }: Option) {
  const { category, level, sizeGiB } = pool.systemDisk;
  return {
    name: pool.name,
    instanceTypes: pool.instanceTypes,
    desiredSize: pool.count,
    ...(pool.autoscaling && { autoscaling: { enabled: true, ...pool.autoscaling } }),
    systemDisk: { category, pl: level, sizeGiB },
    image: pool.image,
    multiAzPolicy: 'BALANCE',
    ...(Object.keys(pool.labels).length > 0 && { labels: pool.labels }),
    management: { autoRepair: true, autoUpgrade: true, autoVulFix: true },
  };
}

function maintenance(window: string) {
  const [day = 'thu', time = '01:00', hours = '3h'] = window.split(' ');
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const utc = hour - HOURS_AHEAD;
  const at = DAYS.findIndex((name) => name.toLowerCase().startsWith(day));
  const two = (part: number) => String(part).padStart(2, '0');
  return {
    time: `${two((utc + 24) % 24)}:${two(minute)}:00Z`,
    hours: Number.parseInt(hours, 10),
    weekdays: [DAYS[(at + (utc < 0 ? 6 : 7)) % 7] ?? 'Thursday'],
  };
}
