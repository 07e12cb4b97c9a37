import type { Message, Translate } from '../../src/chat/messages.ts';
import type { Language, LocalText } from '../../src/chat/types.ts';
import { clusterArgs, poolArgs } from './args.ts';
import type { Knowledge } from './knowledge.ts';
import type { Option } from './option.ts';
import { recommend } from './recommend.ts';
import { missingFields, type Requirements } from './requirements.ts';

type Words = Record<Language, Translate>;
type Worded = { code: string; text: LocalText };

/** What `plan -o json` prints: the options, what a dialogue would still ask, and when there is no option, why. */
export function optionsJson(asked: Requirements, knowledge: Knowledge, words: Words) {
  const answer = recommend(asked, knowledge);
  return {
    schemaVersion: 1,
    options: answer.ok ? answer.options.map((option) => optionJson(option, words)) : [],
    missing: missingFields(asked),
    ...(!answer.ok && {
      refused: answer.refusals.map(({ code, field, message, nearest }) => ({
        code,
        field,
        text: inBoth(message, words),
        nearest,
      })),
    }),
  };
}

function optionJson(option: Option, words: Words) {
  const { id, rank, wish, version, pool, capacity, network, cost } = option;
  const worded = (messages: readonly Message[]) => messages.map((message) => textOf(message, words));
  return {
    id,
    rank,
    region: wish.region,
    zones: wish.zones,
    clusterSpec: wish.clusterType,
    kubernetesVersion: version.version,
    nodePools: [
      {
        ...poolArgs(option),
        instanceType: pool.instanceTypes[0] ?? '',
        count: pool.count,
        zones: wish.zones,
        podsPerNode: capacity.perNode,
        usablePodsPerNode: capacity.usable,
        podsEstimated: capacity.estimated,
        runtime: wish.runtime,
      },
    ],
    network: {
      plugin: network.mode === 'flannel' ? 'flannel' : 'terway',
      mode: network.mode,
      vpcCidr: network.vpcCidr,
      nodeVswitches: network.nodes,
      podVswitches: network.pods,
      podCidr: network.podCidr ?? network.pods.map(({ cidr }) => cidr).join(','),
      serviceCidr: network.serviceCidr,
      proxyMode: network.proxyMode,
      networkPolicy: wish.networkPolicy,
      publicApiServer: wish.apiExposure === 'public',
    },
    storage: option.storage.map((storage) => ({ ...storage, csi: true })),
    addons: option.addons.map(({ name }) => name),
    ingress: wish.ingress,
    ...pick(clusterArgs(option)),
    monthlyCost: {
      amount: cost.amount,
      currency: cost.currency,
      complete: cost.complete,
      lines: cost.lines.map(({ label, ...line }) => ({ ...line, text: inBoth(label, words) })),
      notIncluded: worded(cost.notIncluded),
    },
    reasons: worded(option.reasons),
    pros: worded(option.pros),
    cons: worded(option.cons),
    warnings: worded(option.warnings),
    immutable: worded(option.fixed),
  };
}

function pick({ security, logging, maintenanceWindow, autoUpgradeChannel }: ReturnType<typeof clusterArgs>) {
  return { security, logging, maintenanceWindow, autoUpgradeChannel };
}

function textOf(message: Message, words: Words): Worded {
  return { code: message.key.replace(/^plan\./, ''), text: inBoth(message, words) };
}

function inBoth(message: Message, words: Words): LocalText {
  return { en: words.en(message), zh: words.zh(message) };
}
