import { createAckServer, openWorld } from '../../servers/ack/server.ts';
import { serveHttp, serveStdio } from '../../servers/ack/transports.ts';
import { openCloud } from '../composition/cloud.ts';
import { readConfig } from '../config.ts';
import { createLog } from '../telemetry/log.ts';

/** Serves the `ack` tools to any MCP client. Nothing here can mint an approval, so writing tools refuse. */
export async function runMcp({ http }: { http?: number }): Promise<void> {
  const config = readConfig(process.env);
  const { cloud, clusters, close } = await openCloud(config, createLog('warn'));
  const world = openWorld(clusters, cloud);
  const create = () => createAckServer({ cloud, world, clock: Date.now });
  if (http === undefined) {
    await serveStdio(create());
    world.close();
    await close();
    return;
  }
  const { url } = await serveHttp(create, { port: http });
  process.stdout.write(`The ack MCP server is at ${url}\n`);
}
