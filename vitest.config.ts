import { defineConfig } from 'vitest/config';

const kind = (name: string, testTimeout = 30_000) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout },
});

export default defineConfig({
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    execArgv: ['--conditions=source'], // for what Node itself resolves, by `createRequire`
    // its client reads `eventsource-parser`, whose sources have the condition `source` too: Vite can read them, Node cannot
    server: { deps: { inline: [/client\/streamableHttp/, 'eventsource-parser'] } },
    setupFiles: ['test/helpers/setup.ts'],
    projects: [
      kind('unit'),
      kind('property', 120_000),
      kind('parity'),
      kind('e2e', 120_000),
      kind('start', 120_000),
    ],
  },
});
