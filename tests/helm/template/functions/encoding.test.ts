import { createDecipheriv, createPrivateKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { bcryptWith } from '../../../../src/helm/template/functions/bcrypt.ts';
import { bytesOf, textOf } from '../../../../src/helm/template/functions/bytes.ts';
import { answers, call, callIn, failures, testWorld } from './calls.ts';

describe('text is encoded by its bytes', () => {
  answers([
    ['b64enc', 'coffee', 'Y29mZmVl'],
    ['b64enc', 'é', 'w6k='],
    ['b64enc', '', ''],
    ['b64dec', 'Y29mZmVl', 'coffee'],
    ['b64dec', 'w6k=', 'é'],
    ['b64dec', 'Y29m\nZmVl\r\n', 'coffee'],
    ['b64dec', '', ''],
    ['b64dec', 'a', 'illegal base64 data at input byte 0'],
    ['b64dec', 'abc', 'illegal base64 data at input byte 0'],
    ['b64dec', 'YWJjZ', 'illegal base64 data at input byte 4'],
    ['b64dec', 'ab$d', 'illegal base64 data at input byte 2'],
    ['b64dec', '====', 'illegal base64 data at input byte 0'],
    ['b64dec', 'YQ=', 'illegal base64 data at input byte 3'],
    ['b64dec', 'YQ==YQ==', 'illegal base64 data at input byte 4'],
    ['b64dec', 'YW-_', 'illegal base64 data at input byte 2'],
    ['b32enc', 'coffee', 'MNXWMZTFMU======'],
    ['b32enc', 'a', 'ME======'],
    ['b32enc', 'ab', 'MFRA===='],
    ['b32enc', 'abc', 'MFRGG==='],
    ['b32enc', 'abcd', 'MFRGGZA='],
    ['b32enc', 'abcde', 'MFRGGZDF'],
    ['b32enc', '', ''],
    ['b32dec', 'MNXWMZTFMU======', 'coffee'],
    ['b32dec', 'MFRGGZDF', 'abcde'],
    ['b32dec', 'MFRGGZA=', 'abcd'],
    ['b32dec', 'mfrgg===', 'illegal base32 data at input byte 0'],
    ['b32dec', 'MFR1G===', 'illegal base32 data at input byte 3'],
    ['sha1sum', 'abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha256sum', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['sha256sum', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [
      'sha512sum',
      'abc',
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
    ['adler32sum', 'abc', '38600999'],
    ['adler32sum', '', '1'],
    ['adler32sum', 'x'.repeat(100_000), '2116691386'],
  ]);

  test('bytes that are no text survive decoding, cutting and encoding', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const decoded = String(call('b64dec', all.toString('base64')));
    expect(call('b64enc', decoded)).toBe(all.toString('base64'));
    expect(bytesOf(textOf(all))).toEqual(all);
    expect(call('b64enc', call('trunc', 130n, decoded))).toBe(
      all.subarray(0, decoded.length && 130).toString('base64'),
    );
    expect(call('sha256sum', '\udcff')).toBe('a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89');
  });

  test('texts with broken halves of characters have bytes, too', () => {
    for (const bytes of [
      [0xc3],
      [0xe2, 0x82],
      [0xf0, 0x9f, 0x98],
      [0x80],
      [0xed, 0xa0, 0x80],
      [0xff, 0x41, 0xc3, 0xa9],
    ]) {
      expect([...bytesOf(textOf(Uint8Array.from(bytes)))]).toEqual(bytes);
    }
    expect([...bytesOf('\ud800')]).toEqual([0xef, 0xbf, 0xbd]);
  });
});

describe('chance is taken from the world and told', () => {
  test('random texts have their length and their letters', () => {
    const world = testWorld();
    const forms: [name: string, form: RegExp][] = [
      ['randAlphaNum', /^[A-Za-z0-9]{40}$/],
      ['randAlpha', /^[A-Za-z]{40}$/],
      ['randNumeric', /^[0-9]{40}$/],
      ['randAscii', /^[ -~]{40}$/],
    ];
    for (const [name, form] of forms) {
      expect(callIn(world, name, 40n)).toMatch(form);
      expect(callIn(world, name, 0n)).toBe('');
      expect(callIn(world, name, -1n)).toBe('');
    }
    expect(new Set(world.told)).toEqual(new Set(['random']));
  });

  test('numbers, bytes and identifiers are drawn', () => {
    for (let i = 0; i < 50; i++) expect([5n, 6n, 7n]).toContain(callIn(testWorld(), 'randInt', 5n, 8n));
    expect(call('randInt', 0n, 1n)).toBe(0n);
    expect(Buffer.from(String(call('randBytes', 12n)), 'base64')).toHaveLength(12);
    expect(call('uuidv4')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const shuffled = String(call('shuffle', 'abcdefghij'));
    expect([...shuffled].sort().join('')).toBe('abcdefghij');
  });

  failures([
    ['randInt', 5n, 5n, 'invalid argument to Intn'],
    ['randBytes', -1n, 'makeslice'],
    ['randAlpha', 2_000_000n, 'beyond its bounds'],
  ]);
});

describe('cryptography is what Node can do exactly', () => {
  answers([
    ['derivePassword', 1n, 'long', 'password', 'user', 'example.com', 'ZedaFaxcZaso9*'],
    ['derivePassword', 1n, 'maximum', 'password', 'user', 'example.com', 'pf4zS1LjCg&LjhsZ7T2~'],
    ['derivePassword', 1n, 'huge', 'password', 'user', 'example.com', 'cannot find password template huge'],
    ['derivePassword', 1n, 'constructor', 'a', 'b', 'c', 'cannot find password template constructor'],
    ['decryptAES', 'secret', '', ''],
    ['encryptAES', 'secret', '', ''],
    ['genPrivateKey', 'tin', 'Unknown type tin'],
    ['htpasswd', 'a:b', 'secret', 'invalid username: a:b'],
  ]);

  test('what is encrypted is decrypted with the same password', () => {
    for (const plain of ['plaintext', 'é', 'x'.repeat(16), 'x'.repeat(1000)]) {
      expect(call('decryptAES', 'secretkey', call('encryptAES', 'secretkey', plain))).toBe(plain);
    }
    const encrypted = Buffer.from(String(call('encryptAES', 'k', 'hello')), 'base64');
    const key = Buffer.concat([Buffer.from('k'), Buffer.alloc(31)]);
    const decipher = createDecipheriv('aes-256-cbc', key, encrypted.subarray(0, 16));
    expect(decipher.update(encrypted.subarray(16), undefined, 'utf8') + decipher.final('utf8')).toBe('hello');
  });

  test('private keys are made in the forms of Go', () => {
    expect(call('genPrivateKey', 'ecdsa')).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
    expect(call('genPrivateKey', 'ed25519')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(createPrivateKey(String(call('genPrivateKey', 'ecdsa'))).asymmetricKeyDetails?.namedCurve).toBe(
      'prime256v1',
    );
  });

  test('costly functions count as much work as they take', () => {
    const world = testWorld();
    world.steps = 1_600_000;
    expect(() => callIn(world, 'derivePassword', 1n, 'pin', 'a', 'b', 'c')).toThrow('too many steps');
    world.steps = 1_600_000;
    expect(() => callIn(world, 'genPrivateKey', 'rsa')).toThrow('too many steps');
  });

  test('passwords are hashed as by other implementations of bcrypt', () => {
    const salt = Buffer.from('10410410410410410410410410410410', 'hex');
    expect(bcryptWith({ key: Buffer.from('U*U'), salt, cost: 5 })).toBe(
      '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
    );
    const other = Buffer.from('71d79f8218a39259a7a29aabb2dbafc3', 'hex');
    expect(bcryptWith({ key: Buffer.from(''), salt: other, cost: 4 })).toBe(
      '$2a$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq',
    );
    expect(bcryptWith({ key: Buffer.from('pässword'), salt: other, cost: 6 })).toBe(
      '$2a$06$abcdefghijklmnopqrstuucAvzVZyxm.jXt0xAt3LTP7vrnE0I5rG',
    );
    expect(call('bcrypt', 'secret')).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/);
    expect(call('htpasswd', 'ada', 'secret')).toMatch(/^ada:\$2a\$10\$[./A-Za-z0-9]{53}$/);
    expect(call('bcrypt', 'x'.repeat(73))).toBe(
      'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes',
    );
  });

  failures([
    ['decryptAES', 'k', 'YQ==', 'input not full blocks'],
    ['genPrivateKey', 'dsa', 'no keys of DSA are made here: render the chart with helm, or give it the key'],
  ]);
});
