import type { IncomingHttpHeaders } from 'node:http';

/** A time of change this long before the answer was sent: what changes twice in one second has the same. */
const SETTLED_MS = 60_000;
const STRONG_TAG = /^"[\x21\x23-\x7e]*"$/;
const DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * What tells one version of a file on a server from another, in the form that `If-Range` takes: a strong `ETag`, else
 * a `Last-Modified` that lies well before the answer. Weak tags do not promise the same bytes.
 *
 * @param headers of the answer that brings the bytes, not of a redirect to it
 * @returns nothing where the server tells nothing of that kind
 * @source RFC 9110, sections 8.8.2.2 "Comparison" and 13.1.5 "If-Range"
 */
export function versionOf(headers: IncomingHttpHeaders): string | undefined {
  const { etag, date = '', 'last-modified': changed = '' } = headers;
  if (etag !== undefined && STRONG_TAG.test(etag)) return etag;
  const isSettled = Date.parse(date) - Date.parse(changed) >= SETTLED_MS;
  return DATE.test(changed) && isSettled ? changed : undefined;
}

/** Whether a text, as of a file that a killed process has left, has the form of a version. */
export function isVersion(text: string): boolean {
  return STRONG_TAG.test(text) || DATE.test(text);
}
