import { FoldError } from '#errors';

/**
 * Fetches a file that belongs to the page.
 *
 * @param url of the same server
 * @param onLoading told which share has arrived
 * @throws FoldError `DOWNLOAD_FAILED`
 */
export async function download(
  url: string,
  onLoading?: (share: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok || !response.body)
    throw new FoldError('DOWNLOAD_FAILED', 'The model could not be loaded from the server.', {
      hint: 'Check the connection and try again.',
    });
  const size = Number(response.headers.get('content-length') ?? 0);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let arrived = 0;
  const reader = response.body.getReader(); // not every browser can `for await` a stream
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    arrived += piece.value.length;
    if (size > 0) onLoading?.(Math.min(1, arrived / size));
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
