import { setTimeout as sleep } from 'node:timers/promises';
import { FoldError } from '#errors';
import type { Environment } from './cache.js';
import { httpGet, type HttpAnswer, type HttpOptions } from './http.js';
import { Final, PartFile } from './part-file.js';
import { findTarMember, requirePart, type RemotePart } from './tar-member.js';

/** Attempts in a row that bring nothing new. */
const MAX_FUTILE_ATTEMPTS = 6;
/** Attempts in all: 8 GB over a line that drops every ten megabytes. */
const MAX_ATTEMPTS = 1000;
const MAX_DELAY_MS = 30_000;
const STALL_MS = 60_000;

/** How a file is fetched. */
export interface DownloadOptions {
  /** What the finished file must hash to; without it, what the server states, where it does. */
  readonly sha256?: string | undefined;
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
 * @throws FoldError `DOWNLOAD_FAILED`, `FILE_WRITE`; the signal's reason when it aborts
 */
export async function download(
  address: string,
  target: string,
  options: DownloadOptions = {},
): Promise<void> {
  const { signal, retryDelayMs = 1000 } = options;
  const part = new PartFile(target, address);
  let furthest = await part.size();
  let futile = 0;
  for (let attempts = 1; ; attempts++) {
    try {
      const startedAt = await part.size();
      const expected = await attempt(new URL(address), part, options);
      await part.finish(options.sha256 ?? expected, startedAt > 0);
      return;
    } catch (cause) {
      signal?.throwIfAborted();
      const reached = await part.size();
      futile = reached > furthest ? 0 : futile + 1;
      furthest = Math.max(furthest, reached);
      if (cause instanceof FoldError) throw cause;
      if (cause instanceof Final || futile >= MAX_FUTILE_ATTEMPTS || attempts >= MAX_ATTEMPTS)
        throw failure(address, cause);
      const delayMs = Math.min(retryDelayMs * 2 ** futile, MAX_DELAY_MS);
      options.onRetry?.(reasonOf(cause), delayMs);
      await sleep(delayMs, undefined, signal ? { signal } : {});
    }
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'unknown reason';
}

function failure(address: string, cause: unknown): FoldError {
  return new FoldError('DOWNLOAD_FAILED', `${address}: ${reasonOf(cause)}`, {
    cause,
    hint: 'Try again: it goes on where it stopped. HTTPS_PROXY sets a proxy, HF_ENDPOINT a mirror of huggingface.co.',
  });
}

/** One try; returns the checksum that the server states. */
async function attempt(
  url: URL,
  part: PartFile,
  options: DownloadOptions,
): Promise<string | undefined> {
  if (options.archiveMember === undefined) return attemptWhole(url, part, options);
  const { environment = process.env, stallTimeoutMs = STALL_MS, signal, ca, onProgress } = options;
  const http = { environment, stallTimeoutMs, signal, ca };
  const member = await findTarMember(url, options.archiveMember, http);
  await attemptPart(url, part, { ...http, member, onProgress });
  return undefined;
}

/** What {@link attemptPart} fetches, and how. */
interface PartOptions extends Omit<HttpOptions, 'headers'>, Pick<DownloadOptions, 'onProgress'> {
  readonly member: RemotePart;
}

/** Goes on with a part of a file; another version of the file on the server is begun from the start. */
async function attemptPart(
  url: URL,
  part: PartFile,
  { member: { start, size, etag }, onProgress, ...http }: PartOptions,
): Promise<void> {
  const isSameVersion = etag !== undefined && etag === (await part.etag());
  if (!isSameVersion) await part.restart(etag);
  const received = await part.size();
  if (received === size) return;
  if (received > size) {
    await part.restart(etag);
    throw new Error('more was received than the member has');
  }
  const headers = {
    range: `bytes=${start + received}-${start + size - 1}`,
    ...(etag === undefined ? {} : { 'if-range': etag }),
  };
  const answer = await httpGet(url, { ...http, headers });
  try {
    if (answer.status === 200) throw new Error('the file changed on the server');
    requirePart(answer, start + received);
    const { signal } = http;
    await part.append(answer.body, { start: received, total: size, onProgress, signal });
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
  const { environment = process.env, stallTimeoutMs = STALL_MS, signal, ca, onProgress } = options;
  const size = await part.size();
  const etag = await part.etag();
  // Without a tag or a checksum nothing would tell that the file on the server is another one by now.
  const canResume = size > 0 && (etag !== undefined || options.sha256 !== undefined);
  const answer = await httpGet(url, {
    headers: canResume
      ? { range: `bytes=${size}-`, ...(etag === undefined ? {} : { 'if-range': etag }) }
      : {},
    environment,
    stallTimeoutMs,
    signal,
    ca,
  });
  try {
    const place = await placeOf(answer, canResume ? size : 0, part);
    if (place) await part.append(answer.body, { ...place, onProgress, signal });
  } finally {
    answer.body.destroy();
  }
  return statedChecksum(answer);
}

/**
 * Where the answer's bytes belong and how long the whole is; nothing where no byte is missing. Throws for an
 * answer of another kind.
 */
async function placeOf(
  answer: HttpAnswer,
  asked: number,
  part: PartFile,
): Promise<{ start: number; total: number | undefined } | undefined> {
  const { status, headers } = answer;
  if (status === 200) {
    await part.restart(headers.get('etag'));
    const length = headers.get('content-length');
    return { start: 0, total: length === undefined ? undefined : Number(length) };
  }
  if (status === 206) {
    const [, from, total] =
      /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    if (from !== undefined && Number(from) === asked && asked > 0)
      return { start: asked, total: total === '*' ? undefined : Number(total) };
    await part.restart(undefined);
    throw new Error('the server sent another part than was asked for');
  }
  if (status === 416) {
    // Nothing after what we have: an earlier run got it all and ended before it gave the file its name.
    if (asked > 0 && headers.get('content-range') === `bytes */${asked}`) return undefined;
    await part.restart(undefined);
    throw new Error('the server has fewer bytes than it sent before');
  }
  const problem = `the server answers ${status}`;
  if (status === 408 || status === 429 || status >= 500) throw new Error(problem);
  throw new Final(problem);
}

/** huggingface.co names the SHA-256 of a large file in a header of its redirect. */
function statedChecksum({ headers }: HttpAnswer): string | undefined {
  return /^"?([0-9a-f]{64})"?$/.exec(headers.get('x-linked-etag') ?? '')?.[1];
}
