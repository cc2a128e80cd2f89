import { type Operation, OPERATIONS } from './operations.js';
import { PROBLEMS } from './problem.js';

/** The style sheet of {@link docsPage}. */
export const DOCS_STYLE = `body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
body { color: #1a1a1a; background: #fff; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: #f3f4f6; padding: 1rem; overflow: auto; }
h2 code { background: none; } table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem .8rem .2rem 0; }
section { border-top: 1px solid #ccc; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #16181d; } pre { background: #23262d; } a { color: #8ab4f8; } }
`;

/**
 * Readable documentation of the API.
 *
 * @param document what `openApiDocument` made
 */
export function docsPage(document: Readonly<Record<string, unknown>>): string {
  const sections = Object.entries<Operation>(OPERATIONS).map(([id, operation]) => {
    const { method, path, summary } = operation;
    const details = (document['paths'] as Record<string, Record<string, unknown>>)[path]?.[method];
    return `<section id="${id}"><h2><code>${method.toUpperCase()} ${escape(path)}</code></h2>
<p>${inline(summary)}</p>
<details><summary>Schema</summary><pre>${escape(JSON.stringify(details, null, 2))}</pre></details></section>`;
  });
  const problems = Object.entries(PROBLEMS).map(
    ([code, [status, title]]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escape(title)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>codonfold API</title><link rel="stylesheet" href="/api/docs.css"></head>
<body><main><h1>codonfold API</h1>
<p>Machine-readable: <a href="/api/v1/openapi.json">OpenAPI 3.1</a>. Errors are <code>application/problem+json</code>
with <code>code</code>, <code>detail</code> and <code>hint</code>; for sequences also <code>position</code>.
Where keys are on, send <code>Authorization: Bearer KEY</code>.</p>
<pre>curl -d MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ https://HOST/foldSequence/v1/pdb/</pre>
${sections.join('\n')}
<section><h2>Error codes</h2><table><tr><th>Code</th><th>Status</th><th>Title</th></tr>
${problems.join('\n')}</table></section></main></body></html>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function inline(text: string): string {
  return escape(text).replaceAll(/\x60([^\x60]+)\x60/g, '<code>$1</code>');
}
