import { rmSync } from 'node:fs';
import type { Predictor } from '#predict/prediction';
import { readSettings } from '#server/settings';
import { makeLogger } from '#server/logger';
import { type RunningServer, type ServerOptions, startServer } from '#server/server';
import { fakePredictor } from './fake-predictor.js';
import { temporaryFolder } from './services.js';

/** A server of one test, with the embedded store in a folder of its own. */
export interface TestServer extends RunningServer {
  readonly dataDir: string;
}

/** Settings of a test server: any free port, quick to notice what was lost. */
export function testSettings(dataDir: string): Record<string, string> {
  return {
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    LEASE_SECONDS: '9',
    CLIENT_REQUESTS: '0',
    DRAIN_SECONDS: '5',
    RATE_LIMIT: '0',
    READ_RATE_LIMIT: '0',
  };
}

/**
 * Starts a server in this process on a real port.
 *
 * @param settings environment variables on top of {@link testSettings}
 * @param predictors default: a fake one
 * @param openModel opens models that are installed while the server runs
 */
export async function startTestServer(
  settings: Record<string, string> = {},
  predictors: readonly Predictor[] = [fakePredictor()],
  openModel?: ServerOptions['openModel'],
): Promise<TestServer> {
  const dataDir = settings['DATA_DIR'] ?? temporaryFolder('server');
  const config = readSettings({ ...testSettings(dataDir), ...settings });
  const log = makeLogger(config.LOG_LEVEL, 'test');
  const server = await startServer(config, predictors, {
    log,
    ...(openModel ? { openModel } : {}),
  });
  return {
    ...server,
    dataDir,
    async close() {
      await server.close();
      if (settings['DATA_DIR'] === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
