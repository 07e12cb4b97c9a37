import { addonState, liveAddons } from '../../state.ts';
import type { World } from '../../world.ts';
import { put } from './bootstrap.ts';
import type { Context } from './context.ts';
import type { Controller } from './engine.ts';
import { SYSTEM_WORKLOADS } from './system-workloads.ts';

const EVERY_MS = 20_000;

/** Makes the workloads of the add-ons that the cloud has installed, once each; what is deleted later stays away. */
export function addons(context: Context, world: World): Controller {
  return {
    name: 'addon',
    concerns: () => [],
    reconcile: () => {
      if (!context.read.get('namespaces', undefined, 'kube-system')) return context.now() + 1_000;
      const live = liveAddons(world, context.clusterId).filter((addon) => addonState(world, addon) !== 'initial');
      const names = ['kube-proxy', ...live.map(({ name }) => name)];
      const fresh = names.filter((name) => !context.ground.state().installed.includes(name));
      for (const name of fresh) {
        for (const [plural, draft] of SYSTEM_WORKLOADS[name] ?? []) put(context, plural, draft);
      }
      if (fresh.length > 0) context.ground.change((state) => state.installed.push(...fresh));
      return context.now() + EVERY_MS;
    },
  };
}
