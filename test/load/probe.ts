/** @file Asks an address again and again, from a process that does nothing else, and prints how long each answer took. */
import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 40;
const url = process.argv[2]!;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent }, (response) => {
      response.resume().on('end', resolve);
    });
    sent.on('error', reject);
  });
}

process.on('disconnect', () => process.exit());
for (;;) {
  const began = performance.now();
  await ask();
  process.send?.(performance.now() - began);
  await delay(PAUSE_MS);
}
