/** @file Servers that answer questions about sequences, and how they are told who asks. */
import { FoldError } from '#errors';
import { VERSION } from '#version';
import type { Environment } from './cache.js';

/** A server and how it is asked. */
export interface AskedServer {
  readonly url: URL;
  /** `codonfold/VERSION CONTACT`; the contact may be missing. */
  readonly userAgent: string;
  readonly environment: Environment;
  /** A connection on which nothing comes for so long is given up. */
  readonly stallTimeoutMs: number;
}

/**
 * The address of a server as somebody wrote it.
 *
 * @param example of such an address
 * @throws FoldError `USAGE`
 */
export function serverUrl(text: string, example: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new FoldError('USAGE', `${JSON.stringify(text)} is not the address of a server`, {
    hint: `It looks like ${example}.`,
  });
}

/** An address below that of a server. */
export function addressAt({ url }: AskedServer, path: string): URL {
  return new URL(path, url.href.endsWith('/') ? url : `${url.href}/`);
}

/** Whether a text can tell the people who run a server whom to write to. */
export function isContact(text: string | undefined): text is string {
  return text !== undefined && /^[\x21-\x7e]{3,200}$/.test(text);
}

/** The name that a server sees. */
export function userAgent(contact?: string): string {
  return contact === undefined ? `codonfold/${VERSION}` : `codonfold/${VERSION} ${contact}`;
}
