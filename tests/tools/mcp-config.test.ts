import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { afterEach, describe, expect, it } from 'vitest';
import { extraServers, McpConfigError, parseMcpConfig } from '../../src/tools/mcp-config.ts';
import { call, setUp, toyServer } from './fakes.ts';

const parse = (config: unknown, variables: Record<string, string> = {}) =>
  parseMcpConfig(typeof config === 'string' ? config : JSON.stringify(config, null, 2), {
    file: 'mcp.json',
    variables,
  });
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe('mcp.json', () => {
  it('is read in the form that every MCP client uses, with our list of reading tools beside it', () => {
    const config = parse({
      mcpServers: {
        files: { command: 'npx', args: ['-y', 'files'], env: { A: '1' }, readingTools: ['list'] },
        far: { url: 'https://example.com/mcp' },
      },
    });
    expect(config.mcpServers).toEqual({
      files: { command: 'npx', args: ['-y', 'files'], env: { A: '1' }, readingTools: ['list'] },
      far: { url: 'https://example.com/mcp', headers: {}, readingTools: [] },
    });
  });

  it('replaces variables that it was given, and no others', () => {
    const config = (text: string) => ({
      mcpServers: { far: { url: 'https://example.com/mcp', headers: { Authorization: text } } },
    });
    expect(parse(config('Bearer ${FAR}'), { FAR: 'abc' }).mcpServers.far).toMatchObject({
      headers: { Authorization: 'Bearer abc' },
    });
    expect(() => parse(config('${HOME}'))).toThrow(/mcp\.json:6: HOME is not set/);
    expect(() => parse(config('${constructor}'))).toThrow(McpConfigError);
  });

  it.each<[string, string, number]>([
    ['a missing bracket', '{\n  "mcpServers": {\n    "a": {"command": "x"}\n', 4],
    ['a wrong type', '{\n  "mcpServers": {\n    "a": {\n      "command": 5\n    }\n  }\n}', 3],
    ['a name that does not fit', '{\n  "mcpServers": {\n    "A B": {"command": "x"}\n  }\n}', 3],
    ['the name of our own server', '{\n  "mcpServers": {\n    "ack": {"command": "x"}\n  }\n}', 3],
    ['an address that is none', '{"mcpServers": {\n  "a": {"url": "file:///etc/passwd"}}}', 2],
    ['an unknown setting', '{"mcpServers": {\n  "a": {"command": "x", "shell": true}}}', 2],
  ])('is refused with its line for %s', (_what, text, line) => {
    let thrown: unknown;
    try {
      parse(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(McpConfigError);
    expect(thrown).toMatchObject({ code: 'MCP_CONFIG_INVALID', line });
  });
});

describe('a server in a process of its own', () => {
  it('sees PATH and HOME of our environment and nothing else, and is started again when it ended', async () => {
    process.env.SECRET_CANARY = 'seen';
    const command = process.execPath;
    const args = [fileURLToPath(new URL('./stdio-server.ts', import.meta.url))];
    const extras = extraServers(
      parse({ mcpServers: { child: { command, args, env: { OWN: 'yes' }, readingTools: ['environment', 'die'] } } }),
    );
    const { gateway } = setUp({ extras });
    closers.push(() => gateway.close());
    const seen = await gateway.read(call('child__environment'));
    delete process.env.SECRET_CANARY;
    const environment = JSON.parse(String(seen.ok && seen.data.text));
    expect(
      Object.entries(environment)
        .filter(([, value]) => value !== '')
        .map(([key]) => key)
        .sort(),
    ).toEqual(['HOME', 'OWN', 'PATH']);
    expect(await gateway.read(call('child__die'))).toMatchObject({
      ok: false,
      error: { code: 'CONNECTION_LOST', ambiguous: false },
    });
    expect(await gateway.read(call('child__environment'))).toMatchObject({ ok: true });
  });

  it('is reported when its command does not exist', async () => {
    const extras = extraServers(parse({ mcpServers: { ghost: { command: '/nowhere/server', readingTools: ['a'] } } }));
    const { gateway } = setUp({ extras });
    expect(await gateway.read(call('ghost__a'))).toMatchObject({
      ok: false,
      error: { code: 'SERVER_UNREACHABLE', ambiguous: false },
    });
  });
});

describe('a server over HTTP', () => {
  it('gets the headers and answers', async () => {
    const seen: (string | undefined)[] = [];
    const http = createServer(async (request, response) => {
      seen.push(request.headers.authorization);
      const transport = new StreamableHTTPServerTransport({});
      await toyServer()
        .make()
        .connect(transport as never);
      await transport.handleRequest(request, response);
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    closers.push(() => http.close());
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
    const extras = extraServers(
      parse({ mcpServers: { far: { url, headers: { Authorization: 'Bearer abc' }, readingTools: ['get_thing'] } } }),
    );
    const { gateway } = setUp({ extras });
    closers.push(() => gateway.close());
    expect(await gateway.read(call('far__get_thing', { id: 'x' }))).toEqual({ ok: true, data: { id: 'x' } });
    expect(new Set(seen)).toEqual(new Set(['Bearer abc']));
  });
});
