/** @file Writes src/weights/registry.generated.ts from registry.json, with the memory and time that each model takes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { estimated, type ListedModel } from './runs.js';

const TARGET = new URL('../../src/weights/registry.generated.ts', import.meta.url);

/**
 * The generated module.
 *
 * @returns its text, formatted as the repository wants it
 */
export async function registryModule(): Promise<string> {
  const listed = JSON.parse(
    readFileSync(new URL('registry.json', import.meta.url), 'utf8'),
  ) as ListedModel[];
  const models = JSON.stringify(listed.map((model) => ({ ...model, ...estimated(model) })));
  const source = `// Generated from data/models/registry.json by generate.ts; do not edit.
import type { RegistryModel } from './registry-model.js';

export const REGISTRY: readonly RegistryModel[] = ${models};
`;
  return format(source, { ...(await resolveConfig(TARGET)), parser: 'typescript' });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(TARGET, await registryModule());
