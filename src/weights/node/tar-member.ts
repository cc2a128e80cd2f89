import { paddedSize, readTarHeader, TAR_BLOCK } from '#weights/tar-header';
import { versionOf } from './file-version.js';
import { httpGet, type HttpOptions } from './http.js';
import { Final } from './part-file.js';

/** More members than any published archive has: DeepMind's has some twenty. */
const MAX_MEMBERS = 1000;

/** A part of a file on a server. */
export interface RemotePart {
  /** Of its first byte in the whole file. */
  readonly start: number;
  readonly size: number;
  /** Of the file that it lies in, see `versionOf`; absent where the server tells none. */
  readonly version: string | undefined;
}

/**
 * Finds a member of a tar archive on a server by the headers of the members before it, half a kilobyte each.
 *
 * @param url of the archive, not packed
 * @param name of the member, without folders
 * @throws Final where it is not there, or the server sends no parts of files; Error where another try may help
 */
export async function findTarMember(
  url: URL,
  name: string,
  options: Omit<HttpOptions, 'headers'>,
): Promise<RemotePart> {
  let at = 0;
  let first: string | undefined;
  for (let number = 0; number < MAX_MEMBERS; number++) {
    const { bytes, version } = await readPart(url, at, options);
    if (number > 0 && version !== first) throw new Error('the archive changed meanwhile');
    first = version;
    const header = readTarHeader(bytes);
    if (!header) break;
    if (header.name.replace(/^.*\//, '') === name)
      return { start: at + TAR_BLOCK, size: header.size, version };
    at += TAR_BLOCK + paddedSize(header);
  }
  throw new Final(`the archive has no ${name}`);
}

/** One block of the archive. */
async function readPart(
  url: URL,
  start: number,
  options: Omit<HttpOptions, 'headers'>,
): Promise<{ bytes: Uint8Array; version: string | undefined }> {
  const headers = { range: `bytes=${start}-${start + TAR_BLOCK - 1}` };
  const answer = await httpGet(url, { ...options, headers });
  try {
    requirePart(answer, start);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if ((length += chunk.length) > TAR_BLOCK) break;
    }
    if (length !== TAR_BLOCK) throw new Error(`${length} bytes came instead of ${TAR_BLOCK}`);
    return { bytes: Buffer.concat(chunks), version: versionOf(answer.body.headers) };
  } finally {
    answer.body.destroy();
  }
}

/**
 * Stops where an answer is not the part that was asked for.
 *
 * @param start of the part
 * @throws Final where another try cannot help; Error where it may
 */
export function requirePart(
  { status, headers }: { readonly status: number; readonly headers: ReadonlyMap<string, string> },
  start: number,
): void {
  if (status === 200) throw new Final('the server sends the whole archive instead of a part of it');
  if (status === 416) throw new Final('the archive ends before the member');
  if (status !== 206) {
    const problem = `the server answers ${status}`;
    if (status === 408 || status === 429 || status >= 500) throw new Error(problem);
    throw new Final(problem);
  }
  const from = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1];
  if (Number(from) !== start) throw new Error('the server sent another part than was asked for');
}
