import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { connect as tlsConnect, type TLSSocket } from 'node:tls';
import { FoldError } from '#errors';
import type { Environment } from './cache.js';

/**
 * The proxy for an address: `HTTPS_PROXY` or `HTTP_PROXY` by its scheme, else `ALL_PROXY`, in upper or lower
 * case, unless `NO_PROXY` names the host, a domain above it, or `*`.
 *
 * @throws FoldError `USAGE` for a proxy that has no address or is of another kind; its value may hold a password and is
 *   not repeated
 */
export function proxyFor(url: URL, environment: Environment): URL | undefined {
  const read = (name: string): string | undefined =>
    environment[name] ?? environment[name.toLowerCase()];
  const exempt = (read('NO_PROXY') ?? '').split(',').map((entry) => entry.trim());
  const isExempt = exempt.some((entry) => {
    const domain = entry.replace(/^\*?\./, '');
    return (
      entry === '*' || (domain && (url.hostname === domain || url.hostname.endsWith(`.${domain}`)))
    );
  });
  if (isExempt) return undefined;
  const own = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const name = read(own) === undefined ? 'ALL_PROXY' : own;
  const proxy = read(name);
  if (!proxy) return undefined;
  const address = proxy.includes('://') ? proxy : `http://${proxy}`;
  if (URL.canParse(address) && /^https?:/i.test(address)) return new URL(address);
  throw new FoldError('USAGE', `${name} is not the address of an HTTP proxy`, {
    hint: `Write it as ${name}=http://HOST:PORT. SOCKS proxies are not supported.`,
  });
}

/** The header with which a proxy's user and password are sent. */
export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (!proxy.username) return {};
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` };
}

/** How a tunnel is opened. */
interface TunnelOptions {
  /** Certificates to trust instead of the usual ones. */
  readonly ca?: string | undefined;
  /** For the proxy's answer. */
  readonly timeoutMs: number;
}

/**
 * Opens an encrypted connection through a proxy by CONNECT, which Node's own client does not do.
 *
 * @param url where to
 * @param proxy through which
 * @param options see {@link TunnelOptions}
 */
export async function tunnel(url: URL, proxy: URL, options: TunnelOptions): Promise<TLSSocket> {
  const target = `${url.hostname}:${url.port || '443'}`;
  const socket = await new Promise<Socket>((resolve, reject) => {
    const request = httpRequest({
      host: proxy.hostname,
      port: proxy.port || 80,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyAuthorization(proxy) },
      agent: false,
      timeout: options.timeoutMs,
    });
    request.on('connect', (response, connected) => {
      if (response.statusCode === 200) resolve(connected);
      else reject(new Error(`proxy ${proxy.host} answers ${response.statusCode ?? 0} to CONNECT`));
    });
    request.on('timeout', () => request.destroy(new Error(`proxy ${proxy.host} does not answer`)));
    request.on('error', reject);
    request.end();
  });
  return tlsConnect({
    socket,
    servername: url.hostname,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
}
