import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Router } from 'express';
import staticGzip from 'express-static-gzip';

const YEAR_MS = 365 * 86_400_000;
/** The build has compressed copies of its text files; who takes none gets the file itself. */
const COPIES = { enableBrotli: true, orderPreference: ['br', 'gz'] };

/**
 * Serves the built page: its files, and its start, as 404, for every other address that a browser asks for by
 * name: the page has no addresses but `/` and its queries.
 *
 * @param folder what `vite build` made; where it is missing, a line says so
 */
export function pageRouter(folder: string): Router {
  const router = Router();
  const start = join(folder, 'index.html');
  if (!existsSync(start)) {
    router.get('/', (_request, response) => {
      response
        .type('text/plain')
        .send('codonfold is running. The page is not built; the API is described at /api/docs\n');
    });
    return router;
  }
  // names of assets hold a hash of their content
  const assets = staticGzip(join(folder, 'assets'), {
    ...COPIES,
    serveStatic: { maxAge: YEAR_MS, immutable: true },
  });
  router.use('/assets', assets);
  // the page comes with the secret of one browser: no cache that many share may keep it
  const setHeaders = (response: ServerResponse): void =>
    void response.setHeader('Cache-Control', 'private, no-cache');
  router.use(staticGzip(folder, { ...COPIES, serveStatic: { cacheControl: false, setHeaders } }));
  router.get('/{*path}', (request, response, next) => {
    const isPage = request.accepts(['json', 'html']) === 'html';
    if (!isPage || /^\/(api|assets|health|metrics|foldSequence)(\/|$)/.test(request.path)) {
      next();
      return;
    }
    setHeaders(response);
    response.status(404).sendFile(start, { cacheControl: false });
  });
  return router;
}
