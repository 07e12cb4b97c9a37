import type { Intake } from '../../src/chat/types.ts';
import type { Api } from './api.ts';
import type { Asked } from './asked.ts';
import type { Directory } from './directory.ts';
import type { Here } from './inbound.ts';
import type { SlackOptions } from './options.ts';
import type { ReplyUrls } from './reply-urls.ts';

/** What the parts of the adapter share once it knows who it is in this workspace. */
export interface Session extends Here {
  options: SlackOptions;
  intake: Intake;
  api: Api;
  directory: Directory;
  asked: Asked;
  replyUrls: ReplyUrls;
}
