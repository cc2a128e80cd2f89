import { FoldError } from '#errors';
import type { Environment } from './cache.js';

const HUGGING_FACE = 'https://huggingface.co';

/**
 * The address of a file, on the mirror where `HF_ENDPOINT` names one and the file is of huggingface.co.
 *
 * @param url as the registry has it
 * @throws FoldError `USAGE` for an `HF_ENDPOINT` that no file can be fetched from; it is not repeated, as it may hold a
 *   password
 */
export function mirrored(url: string, environment: Environment): string {
  const { HF_ENDPOINT: endpoint } = environment;
  if (!endpoint || !url.startsWith(`${HUGGING_FACE}/`)) return url;
  return baseOf(endpoint) + url.slice(HUGGING_FACE.length);
}

/** The endpoint without slashes at its end. */
function baseOf(endpoint: string): string {
  if (!URL.canParse(endpoint)) throw refusal('is not an address');
  const { protocol, username, password, search, hash, origin, pathname } = new URL(endpoint);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw refusal('does not begin with https:// or http://');
  if (username || password) throw refusal('has a user name or a password in it');
  if (search || hash) throw refusal('has a "?" or a "#" in it, after which no path can follow');
  return origin + pathname.replace(/\/+$/, '');
}

function refusal(problem: string): FoldError {
  return new FoldError('USAGE', `HF_ENDPOINT ${problem}`, {
    hint: `Give the mirror's address alone, as in HF_ENDPOINT=${HUGGING_FACE}, or unset it.`,
  });
}
