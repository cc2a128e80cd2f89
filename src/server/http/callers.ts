import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import { FoldError } from '#errors';
import { listOf, type ServerSettings } from '#server/settings';
import { browserSecret } from './browser-cookie.js';
import { isForThisMachine } from './this-machine.js';

const HASHED = /^sha256:([0-9a-f]{64})$/i;
/** Enough of a hash to tell owners apart. */
const OWNER_LENGTH = 32;

/** Who makes a request. */
export interface Caller {
  /**
   * Whose the submissions are that the caller makes: a hash of the API key, else of the secret that the browser keeps;
   * empty for programs without either.
   */
  readonly owner: string;
  /** Whose submissions the caller may list; undefined for programs on a server that others can reach too. */
  readonly listed: string | undefined;
  /** Who shares the server's time and space with others: a hash of the API key, else of the address. */
  readonly client: string;
}

/** Tells who makes a request. @throws FoldError `UNAUTHORIZED` */
export type FindCaller = (request: Request) => Caller;
/** Tells whose key a request carries; undefined where it carries none that is known. */
export type KnownOwner = (request: Request) => string | undefined;

/** Tells callers apart, by keys where the settings have some. */
export function findCallers(
  settings: Pick<ServerSettings, 'API_KEYS' | 'HOST' | 'ALLOWED_HOSTS' | 'TRUST_PROXY'>,
): FindCaller {
  if (settings.API_KEYS !== undefined) return callersByKey(settings.API_KEYS);
  const isPrivate = isForThisMachine(settings);
  return (request) => {
    const secret = browserSecret(request);
    const owner = secret === undefined ? '' : ownerHash(`browser:${secret}`);
    const listed = owner === '' && !isPrivate ? undefined : owner;
    return { owner, listed, client: ownerHash(`address:${addressOf(request)}`) };
  };
}

function callersByKey(keys: string): FindCaller {
  const ownerOf = knownOwner(keys);
  return (request) => {
    const owner = ownerOf(request);
    if (owner !== undefined) return { owner, listed: owner, client: owner };
    throw new FoldError('UNAUTHORIZED', 'the API key is missing or not known', {
      hint: 'send it as "Authorization: Bearer KEY"',
    });
  };
}

/** The address that requests are counted by: of IPv6 the network, since a client has a whole one. */
export function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? '');
}

/**
 * Finds owners by their keys. Only hashes of keys are kept, and a wrong key takes as long as a right one.
 *
 * @param keys comma-separated, in clear or as `sha256:` and hex digits
 */
export function knownOwner(keys: string | undefined): KnownOwner {
  const hashes = listOf(keys).map((key) => {
    const hex = HASHED.exec(key)?.[1];
    return hex === undefined ? sha256(key) : Buffer.from(hex, 'hex');
  });
  return (request) => {
    const given = sha256(keyOf(request));
    let owner: string | undefined;
    for (const hash of hashes)
      if (timingSafeEqual(hash, given)) owner = hash.toString('hex').slice(0, OWNER_LENGTH);
    return owner;
  };
}

function keyOf(request: Request): string {
  const bearer = /^Bearer\s+(.+)$/i.exec(request.get('authorization') ?? '')?.[1];
  return (bearer ?? request.get('x-api-key') ?? '').trim();
}

function ownerHash(text: string): string {
  return sha256(text).toString('hex').slice(0, OWNER_LENGTH);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
