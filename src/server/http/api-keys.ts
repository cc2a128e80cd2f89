import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { FoldError } from '#errors';
import { listOf } from '#server/config';

const HASHED = /^sha256:([0-9a-f]{64})$/i;
/** Enough of the hash to tell owners apart. */
const OWNER_LENGTH = 32;

/** Tells whose request it is. @throws FoldError `UNAUTHORIZED` */
export type FindOwner = (request: Request) => string;
/** Tells whose key a request carries; undefined where it carries none that is known. */
export type KnownOwner = (request: Request) => string | undefined;

/**
 * Checks API keys.
 *
 * @param keys as for {@link knownOwner}; undefined: everybody is the same owner
 */
export function apiKeys(keys: string | undefined): FindOwner {
  if (keys === undefined) return () => '';
  const ownerOf = knownOwner(keys);
  return (request) => {
    const owner = ownerOf(request);
    if (owner !== undefined) return owner;
    throw new FoldError('UNAUTHORIZED', 'the API key is missing or not known', {
      hint: 'send it as "Authorization: Bearer KEY"',
    });
  };
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

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
