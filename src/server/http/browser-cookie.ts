import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler } from 'express';

/** Name of the cookie by which a browser finds its own predictions again. */
export const BROWSER_COOKIE = 'codonfold-browser';
/** Too long to be guessed; programs may make up their own. */
const SECRET = new RegExp(`(?:^|;\\s*)${BROWSER_COOKIE}=([\\w-]{32,128})(?:;|$)`);
const SECRET_BYTES = 24;
/** Browsers keep cookies for no longer. */
const MAX_AGE_MS = 400 * 86_400_000;

/** The secret that a request's browser keeps; undefined where it has none. */
export function browserSecret(request: Request): string | undefined {
  return SECRET.exec(request.get('cookie') ?? '')?.[1];
}

/**
 * Gives a browser that loads the page a secret of its own, and lets one that has it keep it for longer. Scripts cannot
 * read it, and requests that other sites' pages make do not carry it.
 */
export function giveBrowserSecret(): RequestHandler {
  return (request, response, next) => {
    response.cookie(
      BROWSER_COOKIE,
      browserSecret(request) ?? randomBytes(SECRET_BYTES).toString('base64url'),
      { httpOnly: true, sameSite: 'lax', secure: request.secure, path: '/', maxAge: MAX_AGE_MS },
    );
    next();
  };
}
