import { listOf, type ServerSettings } from '#server/settings';

/** What always means this machine, in a Host header or as an address to listen on. */
export const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/i;

/**
 * Whether only programs on this machine can reach a server: it listens to this machine alone, or is published to it
 * alone from a container, and no proxy passes on what others ask.
 */
export function isForThisMachine({
  HOST,
  ALLOWED_HOSTS,
  TRUST_PROXY,
}: Pick<ServerSettings, 'HOST' | 'ALLOWED_HOSTS' | 'TRUST_PROXY'>): boolean {
  const names = listOf(ALLOWED_HOSTS);
  const isLocal = LOOPBACK.test(HOST) || names.length > 0;
  return isLocal && TRUST_PROXY === 0 && names.every((name) => LOOPBACK.test(name));
}
