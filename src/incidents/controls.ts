import { hasRole, type Policy } from '../approvals/policy.ts';
import type { Message, Translate } from '../chat/messages.ts';
import { withSafeValues } from '../chat/plain.ts';
import type { ActionOutcome, Button, IncomingAction, Language, UserRef } from '../chat/types.ts';
import type { Incidents } from './incidents.ts';

export interface IncidentControlOptions {
  incidents: Incidents;
  policy: Policy;
  translate: Record<Language, Translate>;
}

interface Said {
  say: Message;
  code?: 'forbidden' | 'decided' | 'not-found' | 'invalid';
}

const WORDS: readonly string[] = ['heal', 'mute', 'close', 'look'];
const LONGEST_MUTE_HOURS = 24 * 30;

/** Typed words and clicks that concern incidents, with the same rights: choose a remedy, mute, close, look again. */
export function createIncidentControls({ incidents, policy, translate }: IncidentControlOptions) {
  async function act(word: string, id: string, args: Record<string, string>, user: UserRef): Promise<Said> {
    const incident = await incidents.get(id);
    const params = { id };
    if (!incident) return { say: { key: 'incidents.refused.not-found', params }, code: 'not-found' };
    if (!hasRole(policy, user, ['operator', 'approver']))
      return { say: { key: 'incidents.refused.role' }, code: 'forbidden' };
    if (word === 'look') {
      await incidents.lookAgain(id);
      return { say: { key: 'incidents.said.looking', params } };
    }
    if (word === 'close') {
      const done = await incidents.close(id, user);
      return done
        ? { say: { key: 'incidents.said.closed', params } }
        : { say: { key: 'incidents.refused.over', params }, code: 'decided' };
    }
    return word === 'mute' ? mute(id, args, user) : heal(id, args.remedy, user);
  }

  async function heal(id: string, remedy: string | undefined, user: UserRef): Promise<Said> {
    const first = remedy ?? (await incidents.get(id))?.finding?.remedies.find((one) => one.id !== 'advice')?.id;
    if (first === undefined) return { say: { key: 'incidents.refused.remedy', params: { id } }, code: 'invalid' };
    const asked = await incidents.heal(id, first, user);
    return 'refused' in asked
      ? { say: asked.refused, code: 'invalid' }
      : { say: { key: 'incidents.said.asked', params: { id, approval: asked.asked } } };
  }

  async function mute(id: string, { hours = '1', reason = '' }: Record<string, string>, by: UserRef): Promise<Said> {
    const length = Number(hours);
    if (!(length > 0) || length > LONGEST_MUTE_HOURS)
      return { say: { key: 'incidents.refused.mute' }, code: 'invalid' };
    const done = await incidents.mute(id, { hours: length, reason: reason.slice(0, 500), by });
    return {
      say: { key: done ? 'incidents.said.muted' : 'incidents.refused.not-found', params: { id, hours: length } },
    };
  }

  return {
    async command(
      command: string,
      args: Record<string, string>,
      { user }: { user: UserRef },
    ): Promise<{ say: Message; buttons?: Button[] } | undefined> {
      if (!WORDS.includes(command)) return undefined;
      if (args.incident === undefined) return { say: { key: 'incidents.said.which', params: { word: command } } };
      const { say } = await act(command, args.incident, args, user);
      return { say: withSafeValues(say) };
    },
    owns: (actionId: string): boolean => WORDS.includes(actionId.split(':')[0] ?? ''),
    async click(actionId: string, actor: UserRef, inputs: IncomingAction['inputs'] = {}): Promise<ActionOutcome> {
      const [word = '', id = '', remedy] = actionId.split(':');
      const text = (name: string) => [inputs[name]].flat()[0];
      const given = { hours: text('hours'), reason: text('reason'), remedy };
      const args = Object.fromEntries(
        Object.entries(given).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
      );
      const { say, code } = await act(word, id, args, actor);
      const language = (await incidents.get(id))?.language ?? 'en';
      return code ? { result: 'refused', code, message: translate[language](say) } : { result: 'accepted' };
    },
    whyClosed: async (): Promise<'decided' | 'expired'> => 'decided',
  };
}
