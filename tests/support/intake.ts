import type { Intake } from '../../src/chat/types.ts';

/** An intake that takes everything and does nothing, but for what a test is about. */
export function fakeIntake(own: Partial<Intake> = {}): Intake {
  return {
    message: async () => {},
    action: async () => ({ result: 'accepted' }),
    card: async () => undefined,
    home: async () => [],
    stop: async () => false,
    joined: async () => {},
    ...own,
  };
}
