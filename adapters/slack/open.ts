import type { Intake } from '../../src/chat/types.ts';
import { createStage, showActivity } from './activity.ts';
import type { Running } from './adapter.ts';
import { createAsked } from './asked.ts';
import { connect } from './connection.ts';
import { createDirectory } from './directory.ts';
import { createHandlers } from './handlers.ts';
import type { SlackOptions } from './options.ts';
import { createOutbound } from './outbound.ts';
import { createReplyUrls } from './reply-urls.ts';
import type { Session } from './session.ts';

/** Opens the connection and puts the adapter's parts together as soon as it is known who the bot is. */
export function open(options: SlackOptions, intake: Intake): Running {
  const { clock, onError } = options;
  const running: Running = {
    connection: connect({
      ...options,
      onIdentity(me, api) {
        const directory = createDirectory({ api, team: me.team_id, clock, onError });
        const asked = createAsked(api, clock, onError);
        const replyUrls = createReplyUrls(clock);
        const session: Session = { options, intake, api, me, directory, asked, replyUrls, nameOf: directory.nameOf };
        const stage = createStage(clock);
        running.session = session;
        running.deliver = createOutbound({ ...options, api, asked, replyUrls });
        running.activity = (conversation, viewer) => showActivity(session, stage, { conversation, viewer });
        return createHandlers(session);
      },
    }),
  };
  return running;
}
