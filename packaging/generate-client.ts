/** @file Writes what the client knows of the REST API, from the OpenAPI document that the server gives. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createClient } from '@hey-api/openapi-ts';
import { format, resolveConfig } from 'prettier';
import { openApiDocument } from '#server/http/openapi';
import { type Operation, OPERATIONS } from '#server/http/operations';

const OUTPUT = fileURLToPath(new URL('../src/client/operations.generated.ts', import.meta.url));

/** The module with the types of all requests and answers, and where each operation is. */
export async function clientModule(): Promise<string> {
  const operations = Object.entries<Operation>(OPERATIONS);
  const typed = operations.map(([id]) => {
    const type = id.replace(/^./, (letter) => letter.toUpperCase());
    return `${id}: { readonly data: ${type}Data; readonly response: ${type}Response }`;
  });
  const routes = operations.map(([id, { method, path, responses }]) => [
    id,
    { method: method.toUpperCase(), path, reads: readsAs(responses) },
  ]);
  const source = `// Generated from the OpenAPI document by packaging/generate-client.ts; do not edit.
${await generatedTypes()}
/** What each operation takes and answers. */
export interface Operations {
  ${typed.join('\n  ')}
}

/** Where each operation is, and how its answer is read. */
export const ROUTES = ${JSON.stringify(Object.fromEntries(routes))} as const;
`;
  return format(source, { ...(await resolveConfig(OUTPUT)), parser: 'typescript' });
}

function readsAs(responses: Operation['responses']): 'json' | 'blob' | 'text' {
  const answers = Object.values(responses);
  if (answers.some(({ schema }) => schema)) return 'json';
  return answers.flatMap(({ mediaTypes = [] }) => mediaTypes).some((type) => /octet|zip/.test(type))
    ? 'blob'
    : 'text';
}

async function generatedTypes(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'codonfold-client-'));
  try {
    await createClient({
      input: openApiDocument() as never,
      output: { path: folder },
      plugins: ['@hey-api/typescript'],
      logs: { level: 'silent' },
    });
    return readFileSync(join(folder, 'types.gen.ts'), 'utf8')
      .replace(/^\/\/ .*\n/, '')
      .replace(/export type ClientOptions = \{.*?\n\};\n/s, '')
      .replaceAll('Blob | File', 'Blob')
      .replaceAll(/\bArray</g, 'ReadonlyArray<');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(OUTPUT, await clientModule());
