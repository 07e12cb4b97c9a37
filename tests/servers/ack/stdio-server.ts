import { createAckServer } from '../../../servers/ack/server.ts';
import { serveStdio } from '../../../servers/ack/transports.ts';

/** The server as a child process of a test: its cloud is at the address given as the first argument. */
const endpoints = process.argv[2] ?? '';
const server = createAckServer({ cloud: { accessKeyId: 'id', accessKeySecret: 'secret', endpoints }, clock: Date.now });
const serving = serveStdio(server);
console.log('This line must not reach stdout');
await serving;
