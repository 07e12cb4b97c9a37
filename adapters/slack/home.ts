import { userRef } from './inbound.ts';
import { drawingOf } from './options.ts';
import { renderHome } from './render.ts';
import type { Session } from './session.ts';

/** The Home tab of a person, as he is to see it now. Asked again while it is being made, it is made once more after. */
export function createHome(session: Session): (user: string) => Promise<void> {
  const { api, intake, options } = session;
  const making = new Map<string, { again: boolean }>();

  async function publish(user: string): Promise<void> {
    const messages = await intake.home(userRef(user, session));
    const blocks = renderHome(messages, drawingOf(options));
    // https://docs.slack.dev/reference/methods/views.publish
    await api.call('views.publish', { user_id: user, view: { type: 'home', blocks } });
  }

  return async (user) => {
    const running = making.get(user);
    if (running) {
      running.again = true;
      return;
    }
    const state = { again: false };
    making.set(user, state);
    try {
      do {
        state.again = false;
        await publish(user);
      } while (state.again);
    } finally {
      making.delete(user);
    }
  };
}
