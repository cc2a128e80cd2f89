import type { Request, RequestHandler } from 'express';
import { type RateLimitRequestHandler, rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import { FoldError } from '#errors';
import { addressOf, type KnownOwner } from './callers.js';
import { listOf, type ServerSettings } from '#server/settings';
import { LOOPBACK } from './this-machine.js';

const MINUTE_MS = 60_000;
/** What `web/src/lookup` asks. */
const PUBLIC_DATABASES = [
  'https://alphafold.ebi.ac.uk',
  'https://files.rcsb.org',
  'https://search.rcsb.org',
];
/** Methods that change nothing. */
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Security headers. Scripts and styles come from this server only; WebAssembly may be compiled, downloads are made as
 * blobs, and pages are isolated so that threads work in the browser. Besides the server the page reaches two databases
 * of known structures, when the user asks it to.
 */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'", 'data:', 'blob:', ...PUBLIC_DATABASES],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
    strictTransportSecurity: false, // the proxy that ends TLS decides
  });
}

/**
 * Limits requests of one client, told by address, or by key where there is one that is known.
 *
 * @param perMinute 0: no limit
 * @param ownerOf whose key a request carries
 */
export function requestLimit(
  perMinute: number,
  ownerOf: KnownOwner,
): RateLimitRequestHandler | RequestHandler {
  if (perMinute === 0)
    return (_request, _response, next) => {
      next();
    };
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: perMinute,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    keyGenerator: (request) => ownerOf(request) ?? addressOf(request),
    handler: (_request, _response, next) => {
      next(
        new FoldError('RATE_LIMITED', `more than ${perMinute} requests in a minute`, {
          hint: 'wait as long as Retry-After says',
        }),
      );
    },
  });
}

/**
 * Refuses requests by names that do not mean this machine, where the server is for this machine alone: a page could
 * have its own name point here, and the browser would take the server for the page's own (DNS rebinding). A server in a
 * container listens to all addresses and cannot tell: there `ALLOWED_HOSTS` says so. Where keys are needed, or the
 * server listens to others and no names are set, names do not matter.
 *
 * @param settings `ALLOWED_HOSTS` are names, comma-separated, that count as this machine
 */
export function hostCheck({
  HOST,
  API_KEYS,
  ALLOWED_HOSTS,
}: Pick<ServerSettings, 'HOST' | 'API_KEYS' | 'ALLOWED_HOSTS'>): RequestHandler {
  const isChecked = API_KEYS === undefined && (LOOPBACK.test(HOST) || ALLOWED_HOSTS !== undefined);
  const names = new Set(listOf(ALLOWED_HOSTS?.toLowerCase()));
  return (request, _response, next) => {
    const host = (request.get('host') ?? '').replace(/:\d+$/, '').toLowerCase();
    if (isChecked && !LOOPBACK.test(host) && !names.has(host))
      throw new FoldError('FORBIDDEN', 'this server takes requests to localhost only', {
        hint: 'the operator can allow other names with ALLOWED_HOSTS',
      });
    next();
  };
}

/**
 * Lets pages of other origins use the API only where they are allowed to, and refuses their blind requests, which
 * would otherwise start work on a server that listens on the user's own machine.
 *
 * @param allowed comma-separated origins
 */
export function crossOrigin(allowed: string | undefined): RequestHandler {
  const origins = new Set(listOf(allowed));
  return (request, response, next) => {
    if (allowed !== undefined) response.vary('Origin');
    const origin = request.get('origin');
    if (origin !== undefined && origins.has(origin)) {
      response.set({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Headers': 'Authorization, Content-Type, Prefer, X-API-Key',
        'Access-Control-Allow-Methods': 'GET, POST, DELETE',
        'Access-Control-Expose-Headers': 'Location, ETag, Retry-After',
        'Cross-Origin-Resource-Policy': 'cross-origin',
      });
      if (request.method === 'OPTIONS') {
        response.status(204).end();
        return;
      }
    } else if (!READING.has(request.method) && isForeign(request)) {
      throw new FoldError('FORBIDDEN', 'pages of other sites may not use this server', {
        hint: 'the operator can allow them with ALLOWED_ORIGINS',
      });
    }
    next();
  };
}

/**
 * Whether a page of another site sent a request. Browsers say so in `Sec-Fetch-Site`, but to plain-http names they send
 * only `Origin`; programs send neither. The name is compared, not the scheme: a proxy may end TLS.
 */
function isForeign(request: Request): boolean {
  const [site, origin] = [request.get('sec-fetch-site'), request.get('origin')];
  if (site === 'same-origin') return false;
  if (origin === undefined) return site === 'cross-site' || site === 'same-site';
  if (!URL.canParse(origin)) return true;
  const { protocol, host } = new URL(origin);
  const own = `${protocol}//${request.host}`;
  return !URL.canParse(own) || new URL(own).host !== host;
}
