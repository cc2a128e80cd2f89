import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FoldError } from '#errors';
import type { ServerSettings } from './settings.js';

/**
 * Opens a server's port.
 *
 * @returns its address, such as `http://127.0.0.1:3000`
 * @throws FoldError `CONFIG_INVALID` where the port is taken
 */
export function listen(
  server: Server,
  { HOST, PORT }: Pick<ServerSettings, 'HOST' | 'PORT'>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: Error & { code?: string }) => {
      const why = cause.code === 'EADDRINUSE' ? 'it is taken' : cause.message;
      const message = `cannot listen on ${HOST}, port ${PORT}: ${why}`;
      reject(new FoldError('CONFIG_INVALID', message, { hint: 'set PORT or HOST', cause }));
    });
    server.listen(PORT, HOST, () => {
      const { address, port, family } = server.address() as AddressInfo;
      resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}`);
    });
  });
}
