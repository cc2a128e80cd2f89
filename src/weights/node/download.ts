import { setTimeout as sleep } from 'node:timers/promises';
import { FoldError, messageOf } from '#errors';
import type { Environment } from './cache.js';
import { versionOf } from './file-version.js';
import { httpGet, type HttpAnswer, type HttpOptions } from './http.js';
import { Final, PartFile, type Requirements } from './part-file.js';
import { findTarMember, requirePart, type RemotePart } from './tar-member.js';

/** Attempts in a row that bring nothing new. */
const MAX_FUTILE_ATTEMPTS = 6;
/** Attempts in all: 8 GB over a line that drops every ten megabytes. */
const MAX_ATTEMPTS = 1000;
const MAX_DELAY_MS = 30_000;
const STALL_MS = 60_000;
const CHANGED = 'the file changed on the server';

/** How a file is fetched. */
export interface DownloadOptions extends Partial<Requirements> {
  /** What is more is not fetched; where absent, 100 GB of a file whose size the server states, 1 GB of others. */
  readonly maxBytes?: number | undefined;
  /** Name of a member of the tar archive at the address, which alone is fetched; the whole file where absent. */
  readonly archiveMember?: string | undefined;
  /** Called as bytes come; `total` where the server states it. */
  readonly onProgress?: ((received: number, total: number | undefined) => void) | undefined;
  /** Called when an attempt has failed and another follows, with its reason and the time until then. */
  readonly onRetry?: ((reason: string, delayMs: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly environment?: Environment;
  /** Wait before the second attempt; doubles with each futile one. */
  readonly retryDelayMs?: number;
  readonly stallTimeoutMs?: number;
  /** Certificates to trust instead of the usual ones. */
  readonly ca?: string | undefined;
}

/**
 * Fetches a file. Bytes gather in `TARGET.part`, which a later attempt or call goes on from; the target
 * appears only when it is whole and its checksum right.
 *
 * @param address http or https
 * @param target path of the file, in a folder that exists; one process at a time, see `withFileLock`
 * @param options see {@link DownloadOptions}
 * @returns SHA-256 of the file
 * @throws FoldError `DOWNLOAD_FAILED`, `FILE_WRITE`; the signal's reason when it aborts
 */
export async function download(
  address: string,
  target: string,
  options: DownloadOptions = {},
): Promise<string> {
  const { signal, retryDelayMs = 1000, maxBytes, inspect } = options;
  const part = new PartFile(target, address);
  if ((await part.size()) > (maxBytes ?? Infinity)) await part.restart(undefined);
  let furthest = await part.size();
  let futile = 0;
  for (let attempts = 1; ; attempts++) {
    try {
      const startedAt = await part.size();
      const stated = await attempt(new URL(address), part, options);
      return await part.finish({ sha256: options.sha256 ?? stated, inspect }, startedAt > 0);
    } catch (cause) {
      signal?.throwIfAborted();
      const reached = await part.size();
      futile = reached > furthest ? 0 : futile + 1;
      furthest = Math.max(furthest, reached);
      if (cause instanceof FoldError) throw cause;
      if (cause instanceof Final || futile >= MAX_FUTILE_ATTEMPTS || attempts >= MAX_ATTEMPTS)
        throw failure(address, cause);
      const delayMs = Math.min(retryDelayMs * 2 ** futile, MAX_DELAY_MS);
      options.onRetry?.(messageOf(cause), delayMs);
      await sleep(delayMs, undefined, signal ? { signal } : {});
    }
  }
}

function failure(address: string, cause: unknown): FoldError {
  const places = 'HTTPS_PROXY sets a proxy, HF_ENDPOINT a mirror of huggingface.co.';
  return new FoldError('DOWNLOAD_FAILED', `${address}: ${messageOf(cause)}`, {
    cause,
    hint: cause instanceof Final ? places : `Try again: it goes on where it stopped. ${places}`,
  });
}

/** One try; returns the checksum that the server states. */
async function attempt(
  url: URL,
  part: PartFile,
  options: DownloadOptions,
): Promise<string | undefined> {
  if (options.archiveMember === undefined) return attemptWhole(url, part, options);
  const { environment = process.env, stallTimeoutMs = STALL_MS, signal, ca } = options;
  const { maxBytes, onProgress } = options;
  const http = { environment, stallTimeoutMs, signal, ca };
  const member = await findTarMember(url, options.archiveMember, http);
  await attemptPart(url, part, { ...http, member, maxBytes, onProgress });
  return undefined;
}

/** What {@link attemptPart} fetches, and how. */
interface PartOptions
  extends Omit<HttpOptions, 'headers'>, Pick<DownloadOptions, 'maxBytes' | 'onProgress'> {
  readonly member: RemotePart;
}

/** Goes on with a part of a file; another version of the file on the server is begun from the start. */
async function attemptPart(
  url: URL,
  part: PartFile,
  { member: { start, size, version }, maxBytes, onProgress, ...http }: PartOptions,
): Promise<void> {
  const isSameVersion = version !== undefined && version === (await part.version());
  if (!isSameVersion) await part.restart(version);
  const received = await part.size();
  if (received === size) return;
  if (received > size) {
    await part.restart(version);
    throw new Error('more was received than the member has');
  }
  const headers = {
    range: `bytes=${start + received}-${start + size - 1}`,
    ...(version === undefined ? {} : { 'if-range': version }),
  };
  const answer = await httpGet(url, { ...http, headers });
  try {
    if (answer.status === 200) throw new Error(CHANGED);
    requirePart(answer, start + received);
    if (versionOf(answer.body.headers) !== version) throw new Error(CHANGED);
    const { signal } = http;
    const place = { start: received, total: size, maxBytes, onProgress, signal };
    await part.append(answer.body, place);
  } finally {
    answer.body.destroy();
  }
}

/** One request; returns the checksum that the server states. */
async function attemptWhole(
  url: URL,
  part: PartFile,
  options: DownloadOptions,
): Promise<string | undefined> {
  const { environment = process.env, stallTimeoutMs = STALL_MS, signal, ca } = options;
  const { maxBytes, onProgress } = options;
  const size = await part.size();
  const version = await part.version();
  // Without a version or a checksum nothing would tell that the file on the server is another one by now.
  const canResume = size > 0 && (version !== undefined || options.sha256 !== undefined);
  const answer = await httpGet(url, {
    headers: canResume
      ? { range: `bytes=${size}-`, ...(version === undefined ? {} : { 'if-range': version }) }
      : {},
    environment,
    stallTimeoutMs,
    signal,
    ca,
  });
  try {
    const hasChecksum = options.sha256 !== undefined;
    const begun = canResume ? { size, version, hasChecksum } : undefined;
    const place = await placeOf(answer, begun, part);
    if (place) await part.append(answer.body, { ...place, maxBytes, onProgress, signal });
  } finally {
    answer.body.destroy();
  }
  return statedChecksum(answer);
}

/** What is here of a file whose rest was asked for. */
interface Begun {
  readonly size: number;
  readonly version: string | undefined;
  readonly hasChecksum: boolean;
}

/**
 * Where the answer's bytes belong and how long the whole is; nothing where no byte is missing. Throws for an
 * answer of another kind, and for the rest of another version than the one begun: servers may ignore `If-Range`.
 */
async function placeOf(
  answer: HttpAnswer,
  begun: Begun | undefined,
  part: PartFile,
): Promise<{ start: number; total: number | undefined } | undefined> {
  const { status, headers } = answer;
  const version = versionOf(answer.body.headers);
  if (status === 200) {
    await part.restart(version);
    const length = headers.get('content-length');
    return { start: 0, total: length === undefined ? undefined : Number(length) };
  }
  if (status === 206) {
    const [, from, total] =
      /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    const isAsked = begun !== undefined && from !== undefined && Number(from) === begun.size;
    if (isAsked && isSameVersion(begun, version))
      return { start: begun.size, total: total === '*' ? undefined : Number(total) };
    await part.restart(undefined);
    throw new Error(isAsked ? CHANGED : 'the server sent another part than was asked for');
  }
  if (status === 416) {
    // Nothing after what we have: an earlier run got it all and ended before it gave the file its name.
    if (begun && headers.get('content-range') === `bytes */${begun.size}`) return undefined;
    await part.restart(undefined);
    throw new Error('the server has fewer bytes than it sent before');
  }
  const problem = `the server answers ${status}`;
  if (status === 408 || status === 429 || status >= 500) throw new Error(problem);
  throw new Final(problem);
}

/** Whether the rest belongs to what is here; where nothing tells, a checksum will. */
function isSameVersion(begun: Begun, version: string | undefined): boolean {
  if (begun.version === undefined || version === undefined) return begun.hasChecksum;
  return begun.version === version;
}

/** huggingface.co names the SHA-256 of a large file in a header of its redirect. */
function statedChecksum({ headers }: HttpAnswer): string | undefined {
  return /^"?([0-9a-f]{64})"?$/.exec(headers.get('x-linked-etag') ?? '')?.[1];
}
