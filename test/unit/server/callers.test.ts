import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { readSettings } from '#server/settings';
import { findCallers } from '#server/http/callers';
import { isForThisMachine } from '#server/http/this-machine';

const SECRET = 'q'.repeat(32);

const from = (ip: string, headers: Record<string, string> = {}): Request =>
  ({ ip, get: (name: string) => headers[name] }) as unknown as Request;
const cookie = (secret: string) => ({ cookie: `other=1; codonfold-browser=${secret}; last=2` });

describe('findCallers', () => {
  const open = findCallers(readSettings({ HOST: '0.0.0.0' }));

  it('knows a browser by its secret, wherever it is', () => {
    const [here, there] = ['192.0.2.1', '192.0.2.2'].map((ip) => open(from(ip, cookie(SECRET))));
    expect(here!.owner).toMatch(/^[0-9a-f]{32}$/);
    expect(there!.owner).toBe(here!.owner);
    expect(here!.listed).toBe(here!.owner);
    expect(open(from('192.0.2.1', cookie(`${SECRET}x`))).owner).not.toBe(here!.owner);
  });

  it.each(['', 'short', `${'q'.repeat(31)} `, 'q'.repeat(129)])(
    'takes no secret that could be guessed or is none: %j',
    (secret) => {
      expect(open(from('192.0.2.1', cookie(secret)))).toMatchObject({
        owner: '',
        listed: undefined,
      });
    },
  );

  it('tells clients apart by address, of IPv6 by network', () => {
    const clients = ['192.0.2.1', '192.0.2.2', '2001:db8:0:1::1', '2001:db8:0:1::2'].map(
      (ip) => open(from(ip)).client,
    );
    expect(new Set(clients).size).toBe(3);
    expect(clients[2]).toBe(clients[3]);
  });

  it('lets programs without a key list what they asked for on a server for this machine alone', () => {
    const own = findCallers(readSettings({}));
    expect(own(from('127.0.0.1'))).toMatchObject({ owner: '', listed: '' });
    expect(open(from('127.0.0.1'))).toMatchObject({ owner: '', listed: undefined });
  });

  it('goes by key where there are keys, whatever cookie comes along', () => {
    const keyed = findCallers(readSettings({ API_KEYS: 'alice,bob' }));
    const [alice, again, bob] = ['alice', 'alice', 'bob'].map((key, i) =>
      keyed(from(`192.0.2.${i}`, { authorization: `Bearer ${key}`, ...cookie(SECRET) })),
    );
    expect(alice).toEqual(again);
    expect(alice!.client).toBe(alice!.owner);
    expect(bob!.owner).not.toBe(alice!.owner);
    expect(() => keyed(from('192.0.2.1', cookie(SECRET)))).toThrow('API key');
  });

  it('knows owners by what stands in the stores of earlier versions', () => {
    const keyed = findCallers(readSettings({ API_KEYS: 'bob, alice' }));
    const alice = { authorization: 'Bearer alice' };
    expect(keyed(from('192.0.2.1', alice)).owner).toBe('2bd806c97f0e00af1a1fc3328fa763a9');
    expect(open(from('192.0.2.1', cookie(SECRET))).owner).toBe('7f392555997d0124cfe7b4b0dd5342ee');
  });

  it('takes keys whose hashes alone are in the settings, and no hash for a key', () => {
    const hash = 'sha256:2BD806C97F0E00AF1A1FC3328FA763A9269723C8DB8FAC4F93AF71DB186D6E90';
    const keyed = findCallers(readSettings({ API_KEYS: `bob,${hash}` }));
    const owners = ['alice', 'bob'].map(
      (key) => keyed(from('192.0.2.1', { authorization: `Bearer ${key}` })).owner,
    );
    expect(owners[0]).toBe('2bd806c97f0e00af1a1fc3328fa763a9');
    expect(owners[1]).not.toBe(owners[0]);
    for (const key of [hash, hash.toLowerCase().slice(7), 'alic', ''])
      expect(() => keyed(from('192.0.2.1', { 'x-api-key': key })), key).toThrow('API key');
  });

  it.each([
    ['authorization', 'bearer   alice '],
    ['x-api-key', ' alice'],
  ])('reads a key from %s: %j', (name, value) => {
    const keyed = findCallers(readSettings({ API_KEYS: 'alice' }));
    expect(keyed(from('192.0.2.1', { [name]: value })).owner).toMatch(/^2bd806c9/);
  });
});

describe('isForThisMachine', () => {
  it.each([
    [true, {}],
    [true, { HOST: '::1' }],
    [true, { HOST: '0.0.0.0', ALLOWED_HOSTS: 'localhost' }],
    [false, { HOST: '0.0.0.0' }],
    [false, { ALLOWED_HOSTS: 'fold.example' }],
    [false, { HOST: '0.0.0.0', ALLOWED_HOSTS: 'localhost, fold.example' }],
    [false, { TRUST_PROXY: '1' }],
  ])('%s for %o', (expected, settings) => {
    expect(isForThisMachine(readSettings(settings as Record<string, string>))).toBe(expected);
  });
});
