import type { ChannelForm, ChannelSource, ChannelView } from '../../adapters/console/wire.ts';
import { hasRole, type Policy } from '../approvals/policy.ts';
import type { Channels } from '../channels/channels.ts';
import type { Digests } from '../channels/digest.ts';
import { type ChannelChange, type ChannelSettings, valuesOf, zoneNamed } from '../channels/settings.ts';

export interface ChannelSourceOptions {
  channels: Channels;
  digests: Pick<Digests, 'next'>;
  policy: Policy;
  timeZone: string;
}

/** The channels as the console shows and changes them, with the rights that hold in chat. */
export function createChannelSource({ channels, digests, policy, timeZone }: ChannelSourceOptions): ChannelSource {
  async function view(settings: ChannelSettings): Promise<ChannelView> {
    const { id, rev, conversation, updatedBy, updatedAt } = settings;
    const nextDigest = await digests.next(id);
    return {
      ...valuesOf(settings),
      key: id,
      rev,
      platform: conversation.platform,
      kind: conversation.kind,
      updatedBy: updatedBy.split(':').slice(2).join(':') || updatedBy,
      updatedAt,
      ...(nextDigest !== undefined && { nextDigest }),
    };
  }

  return {
    async list({ user }) {
      const all = await Promise.all((await channels.list()).map(view));
      return { channels: all, mayChange: hasRole(policy, user, ['operator']), timeZone };
    },
    async set({ user }, key, form) {
      if (!hasRole(policy, user, ['operator'])) return { refused: 'operator' };
      const stored = await channels.get(key);
      if (!stored) return { refused: 'unknown' };
      const change = changeOf(form);
      const done = change ? await channels.set(stored.conversation, change, user, form.rev) : undefined;
      if (done?.result === 'done') return view(done.after);
      if (done?.result === 'same') return view(stored);
      return { refused: done?.result === 'stale' ? 'stale' : 'invalid' };
    },
    async remove({ user }, key) {
      if (!hasRole(policy, user, ['operator'])) return { refused: 'operator' };
      return (await channels.remove(key, user)) ? { ok: true } : { refused: 'unknown' };
    },
  };
}

/** The form as a whole: what it leaves out is taken away. Undefined where it names a zone that does not exist. */
function changeOf(form: ChannelForm): ChannelChange | undefined {
  const { name = null, incidents, clusters, namespaces, severities, language = null } = form;
  const [quietHours, digest] = [zoned(form.quietHours), zoned(form.digest)];
  if (quietHours === undefined || digest === undefined) return undefined;
  return { name, incidents, clusters, namespaces, severities, language, quietHours, digest } as ChannelChange;
}

/** Null for nothing; undefined for a zone that does not exist. */
function zoned<T extends { timeZone?: string | undefined }>(value: T | undefined) {
  if (!value) return null;
  const { timeZone, ...rest } = value;
  if (timeZone === undefined || timeZone === '') return rest;
  const zone = zoneNamed(timeZone);
  return zone === undefined ? undefined : { ...rest, timeZone: zone };
}
