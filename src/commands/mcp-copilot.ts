import { serveStdio } from '../../servers/ack/transports.ts';
import { copilotSources } from '../composition/copilot-sources.ts';
import { readConfig } from '../config.ts';
import { serveSessions } from '../mcp/http.ts';
import { createCopilotServer } from '../mcp/server.ts';
import { copilotTools } from '../mcp/tools.ts';
import { createRedactor } from '../tools/redaction.ts';

/** Serves what the bot knows to other agents, reading only, with the rights of whoever started it on this machine. */
export async function runCopilotMcp({ http }: { http?: number }, version: string): Promise<void> {
  // A setting that cannot be used is told now, not at the first call.
  readConfig(process.env);
  const tools = copilotTools(copilotSources());
  const redactor = createRedactor();
  const create = () => createCopilotServer({ tools, redactor, version, elapsed: () => performance.now() });
  if (http === undefined) return serveStdio(create());
  const { url } = await serveSessions(create, { port: http });
  process.stdout.write(
    `The copilot's MCP server is at ${url}, for this machine only. It reads with the rights of whoever started it, and asks nobody who they are.\n`,
  );
}
