import { type Context, Hono } from 'hono';
import type { Transcript } from '../../src/chat/transcript.ts';
import { type ConsoleEnv, languageOf, type Refuse } from './refusal.ts';
import type { ApprovalView, ConsoleSources, Viewer } from './wire.ts';

/** The lists behind the page's boards. Who may see what is the sources' to decide. */

const AUDIT_PAGE = 100;

const viewerOf = (c: Context<ConsoleEnv>): Viewer => ({ user: c.var.user, language: languageOf(c) });

/** The reading routes. Incidents and reports have no source yet: their lists are empty. */
export function readRoutes(sources: ConsoleSources, transcript: Transcript, refuse: Refuse): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/tasks', async (c) => c.json(await sources.tasks(viewerOf(c))));
  app.get('/tasks/:id', async (c) => {
    const task = await sources.task(viewerOf(c), c.req.param('id'));
    return task ? c.json(task) : refuse(c, 404, 'not-found');
  });
  app.get('/approvals', async (c) => {
    const waiting = await sources.approvals(viewerOf(c));
    return c.json(await Promise.all(waiting.map((approval) => withCard(approval, transcript))));
  });
  app.get('/audit', async (c) => {
    const before = Number(c.req.query('before'));
    const page = { limit: AUDIT_PAGE, ...(before > 0 ? { before } : {}) };
    return c.json(await sources.audit(viewerOf(c), page));
  });
  app.get('/clusters', async (c) => c.json(await sources.clusters(viewerOf(c))));
  app.get('/incidents', (c) => c.json([]));
  app.get('/reports', (c) => c.json([]));
  return app;
}

/** An approver decides on what the asker saw: the card itself, where it was shown in this console. */
async function withCard(approval: ApprovalView, transcript: Transcript): Promise<ApprovalView> {
  const card = approval.card ?? (await transcript.card(approval.cardId));
  return card ? { ...approval, card } : approval;
}
