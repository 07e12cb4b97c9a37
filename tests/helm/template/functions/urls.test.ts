import { describe, expect, test } from 'vitest';
import { answers, call, callIn, failures, testWorld } from './calls.ts';

const parts = (given: Record<string, string>) => ({
  scheme: '',
  host: '',
  hostname: '',
  path: '',
  query: '',
  opaque: '',
  fragment: '',
  userinfo: '',
  ...given,
});

describe('a URL is taken apart', () => {
  answers([
    [
      'urlParse',
      'http://admin:secret@server.com:8080/api?list=false#anchor',
      parts({
        scheme: 'http',
        host: 'server.com:8080',
        hostname: 'server.com',
        path: '/api',
        query: 'list=false',
        fragment: 'anchor',
        userinfo: 'admin:secret',
      }),
    ],
    ['urlParse', 'HTTPS://Example.COM', parts({ scheme: 'https', host: 'Example.COM', hostname: 'Example.COM' })],
    ['urlParse', '/path?query', parts({ path: '/path', query: 'query' })],
    ['urlParse', 'a/b', parts({ path: 'a/b' })],
    ['urlParse', '', parts({})],
    ['urlParse', '*', parts({ path: '*' })],
    ['urlParse', 'mailto:a@b.c', parts({ scheme: 'mailto', opaque: 'a@b.c' })],
    ['urlParse', 'file:///etc/hosts', parts({ scheme: 'file', path: '/etc/hosts' })],
    ['urlParse', '//host/path', parts({ host: 'host', hostname: 'host', path: '/path' })],
    ['urlParse', '///path', parts({ path: '///path' })],
    ['urlParse', 'http://[::1]:80/', parts({ scheme: 'http', host: '[::1]:80', hostname: '::1', path: '/' })],
    [
      'urlParse',
      'http://h/a%20b?c%20d',
      parts({ scheme: 'http', host: 'h', hostname: 'h', path: '/a b', query: 'c%20d' }),
    ],
    ['urlParse', 'http://u:p%40ss@h', parts({ scheme: 'http', host: 'h', hostname: 'h', userinfo: 'u:p%40ss' })],
    ['urlParse', 'http://h?', parts({ scheme: 'http', host: 'h', hostname: 'h' })],
    ['urlParse', 'http://h#f%23', parts({ scheme: 'http', host: 'h', hostname: 'h', fragment: 'f#' })],
    ['urlParse', 'postgres://h:5432/db', parts({ scheme: 'postgres', host: 'h:5432', hostname: 'h', path: '/db' })],
  ]);
  failures([
    ['urlParse', ':x', 'unable to parse url: missing protocol scheme'],
    ['urlParse', '1a:b', 'first path segment in URL cannot contain colon'],
    ['urlParse', 'http://h:port/', 'unable to parse url: invalid port after host'],
    ['urlParse', 'http://[::1/', "missing ']' in host"],
    ['urlParse', 'http://h/%zz', 'invalid URL escape'],
    ['urlParse', 'http://a b@h/', 'net/url: invalid userinfo'],
    ['urlParse', 'http://h/\u0001', 'net/url: invalid control character in URL'],
  ]);
});

test('a complaint does not repeat the URL, which may hold a password', () => {
  for (const url of [
    'http://u:se cret@h',
    'postgres://u:secret',
    'http://u:%zsecret@h',
    'http://u:secret@[::1',
    '1:secret',
  ]) {
    expect(() => call('urlParse', url)).toThrow(/^unable to parse url: (?!.*(?:secret|cret))/);
  }
});

describe('a URL is put together', () => {
  answers([
    [
      'urlJoin',
      { scheme: 'http', host: 'host:80', path: '/path', query: 'query', fragment: 'fragment' },
      'http://host:80/path?query#fragment',
    ],
    ['urlJoin', { scheme: 'https', host: 'h', path: 'p' }, 'https://h/p'],
    ['urlJoin', { scheme: 'http', host: 'h', userinfo: 'user:p@ss' }, 'http://user:p%40ss@h'],
    ['urlJoin', { path: '/a b' }, '/a%20b'],
    ['urlJoin', { scheme: 'mailto', opaque: 'a@b.c' }, 'mailto:a@b.c'],
    ['urlJoin', { path: 'a:b' }, './a:b'],
    ['urlJoin', { scheme: 'file', path: '/etc/hosts' }, 'file:///etc/hosts'],
    ['urlJoin', { host: 'h', path: '/é!' }, '//h/%C3%A9%21'],
    ['urlJoin', { fragment: 'a b!' }, '#a%20b!'],
    ['urlJoin', {}, ''],
  ]);
  failures([
    ['urlJoin', { host: 5n }, 'unable to parse host key, must be of type string, but int'],
    ['urlJoin', { userinfo: 'a b' }, 'unable to parse userinfo in dict: net/url: invalid userinfo'],
  ]);

  test('what was taken apart is put together again', () => {
    for (const url of ['http://a:b@h:1/p/q?x=1&y#z', 'https://h/', '/only/path', 'mailto:x@y']) {
      expect(call('urlJoin', call('urlParse', url))).toBe(url);
    }
  });
});

describe('paths are those of Go', () => {
  answers([
    ['base', '/a/b.txt', 'b.txt'],
    ['base', '/a/b/', 'b'],
    ['base', '', '.'],
    ['base', '///', '/'],
    ['base', 'a', 'a'],
    ['dir', '/a/b.txt', '/a'],
    ['dir', 'a/b/', 'a/b'],
    ['dir', 'a', '.'],
    ['dir', '', '.'],
    ['dir', '/a', '/'],
    ['clean', '/a/../b//c/./d/', '/b/c/d'],
    ['clean', 'a/../..', '..'],
    ['clean', '/..', '/'],
    ['clean', '', '.'],
    ['clean', './a', 'a'],
    ['ext', 'a.tar.gz', '.gz'],
    ['ext', 'a/b.c/d', ''],
    ['ext', '.bashrc', '.bashrc'],
    ['ext', 'a.', '.'],
    ['isAbs', '/a', true],
    ['isAbs', 'a', false],
    ['osBase', '/a/b.txt', 'b.txt'],
    ['osDir', '/a/b.txt', '/a'],
    ['osClean', 'a//b', 'a/b'],
    ['osExt', 'a.b', '.b'],
    ['osIsAbs', '/', true],
  ]);
});

test('no host is looked up, and that is told', () => {
  const world = testWorld();
  expect(callIn(world, 'getHostByName', 'example.com')).toBe('');
  expect(world.told).toEqual(['getHostByName']);
});
