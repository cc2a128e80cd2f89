import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be cut. */
export interface CuttableProxy {
  readonly url: string;
  /** Ends all connections and refuses new ones for a while. */
  cut(forMs: number): void;
  close(): Promise<void>;
}

/** Passes connections on to the server at `url`. */
export async function startCuttableProxy(url: string): Promise<CuttableProxy> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  let closedUntil = 0;
  const proxy = createServer((client) => {
    if (Date.now() < closedUntil) {
      client.destroy();
      return;
    }
    const server = connect(Number(port), hostname);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const cut = (forMs: number): void => {
    closedUntil = Date.now() + forMs;
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    cut,
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => {
          resolve();
        });
        cut(Infinity);
      }),
  };
}
