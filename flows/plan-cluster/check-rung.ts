import { leastPods } from './capacity.ts';
import { prefixOf } from './cidr.ts';
import type { Knowledge } from './knowledge.ts';
import type { Rung } from './ladder.ts';
import { planNetwork } from './network.ts';
import { type Nearest, type Refusal, refuse, values } from './refusal.ts';
import type { Wish } from './wish.ts';

type RungRule = (wish: Wish, rung: Rung, knowledge: Knowledge) => Refusal | undefined;

const FLANNEL_NODES = 200;

/** What speaks against this type and number of nodes. */
export function checkRung(wish: Wish, rung: Rung, knowledge: Knowledge): Refusal[] {
  return RUNG_RULES.flatMap((rule) => rule(wish, rung, knowledge) ?? []);
}

const ownCpuInProduction: RungRule = ({ purpose }, { type }) =>
  purpose === 'prod' && type.shared
    ? refuse('shared-cpu', 'instanceType', { type: type.id }, [
        { field: 'instanceType', value: 'ecs.c7.xlarge' },
        { field: 'instanceType', value: 'ecs.g7.xlarge' },
        { field: 'purpose', value: 'dev' },
      ])
    : undefined;

const imageFitsCpu: RungRule = ({ osImage }, { type }) => {
  if (osImage === undefined || osImage.includes('Arm64') === (type.arch === 'arm64')) return undefined;
  const fitting = type.arch === 'arm64' ? 'AliyunLinux3Arm64' : 'AliyunLinux3ContainerOptimized';
  return refuse(
    'image-arch',
    'osImage',
    { image: osImage, type: type.id, arch: type.arch },
    values('osImage', [fitting]),
  );
};

const joins: RungRule = ({ network }, { type, capacity }) => {
  if (capacity && capacity.perNode >= leastPods(network)) return undefined;
  const better = network === 'terway-exclusive' ? 'ecs.g7.4xlarge' : 'ecs.g7.xlarge';
  const nearest: Nearest[] = [
    { field: 'instanceType', value: better },
    { field: 'network', value: network === 'terway-exclusive' ? 'terway-shared' : 'flannel' },
  ];
  return capacity
    ? refuse(
        'too-few-pods',
        'instanceType',
        { type: type.id, pods: capacity.perNode, least: leastPods(network) },
        nearest,
      )
    : refuse('pods-unknown', 'instanceType', { type: type.id }, nearest);
};

const podsFit: RungRule = ({ pods }, { type, count, capacity }) => {
  if (pods === undefined || !capacity || capacity.usable * count >= pods) return undefined;
  const nodes = capacity.usable > 0 ? Math.ceil(pods / capacity.usable) : undefined;
  return refuse('pods-do-not-fit', 'nodeCount', { pods, nodes: count, type: type.id, room: capacity.usable * count }, [
    ...(nodes === undefined ? [] : values('nodeCount', [nodes])),
    ...values(
      'pods',
      [capacity.usable * count].filter((room) => room > 0),
    ),
  ]);
};

const clusterHolds: RungRule = ({ clusterType, network, autoscaling, maxNodes, asked }, { count }, knowledge) => {
  const nodes = Math.max(count, autoscaling ? (maxNodes ?? 0) : 0);
  const limit = knowledge.specs.find(({ id }) => id === clusterType)?.maxNodes;
  if (limit !== undefined && nodes > limit)
    return refuse('basic-nodes', asked.clusterType ? 'clusterType' : 'nodeCount', { spec: clusterType, limit, nodes }, [
      { field: 'clusterType', value: 'ack.pro.small' },
      { field: 'nodeCount', value: limit },
    ]);
  if (network !== 'flannel' || nodes <= FLANNEL_NODES) return undefined;
  return refuse('flannel-nodes', 'network', { nodes, limit: FLANNEL_NODES }, values('network', ['terway-shared']));
};

const addressesFit: RungRule = (wish, rung) => {
  if (planNetwork(wish, rung)) return undefined;
  const field = wish.network === 'flannel' || wish.podCidr ? 'podCidr' : 'vpcCidr';
  const cidr = (field === 'podCidr' ? wish.podCidr : wish.vpcCidr) ?? '';
  const wider = field === 'vpcCidr' ? '10.0.0.0/8' : '10.0.0.0/12';
  return refuse(
    'addresses-do-not-fit',
    field,
    { cidr, nodes: rung.count },
    prefixOf(cidr) > prefixOf(wider) ? values(field, [wider]) : [],
  );
};

const RUNG_RULES: readonly RungRule[] = [ownCpuInProduction, imageFitsCpu, joins, podsFit, clusterHolds, addressesFit];
