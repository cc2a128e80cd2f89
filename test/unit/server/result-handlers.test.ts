import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parsePdb } from '#bio-pdb/pdb/reader';
import { packAttention } from '#predict/packed-attention';
import type { Handler } from '#server/services';
import {
  getAlignment,
  getAttention,
  getAttentionOverview,
  getTemplate,
  resultFile,
} from '#server/results/result-handlers';
import { attentionBytes, attentionName, AttentionMaps } from '#server/results/attention-maps';
import { encodeTemplates } from '#server/templates/stored-templates';
import type { SubmissionRecord } from '#store/submission';
import type { TemplateChain } from '#structure/templates/template-chain';
import { readTemplates } from '#structure/templates/read-templates';
import { fakeCall } from '../../helpers/fake-call.js';
import { fakeResults } from '../../helpers/fake-results.js';
import { newJob, submissionRecord } from '../../helpers/jobs.js';

const FINISHED = 1e12;
const completed = submissionRecord('completed', { finishedAt: FINISHED });
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const plain = new TextEncoder().encode('plain');
const gzipped = new TextEncoder().encode('gzipped');

async function answer(
  handler: Handler,
  submission: SubmissionRecord,
  { services = {}, ...given }: Parameters<typeof fakeCall>[0] = {},
) {
  const told: unknown[] = [];
  const { call, response } = fakeCall({
    services: {
      settings: { FOLD_WAIT_SECONDS: 7 },
      metrics: { cache: (outcome: string) => told.push(outcome) },
      store: { submissions: { find: () => Promise.resolve(submission) } },
      ...services,
    },
    ...given,
  });
  await handler(call);
  return { response, told };
}

describe('a result file', () => {
  const results = fakeResults({ bytes: plain, gzipped });
  const ask = (
    given: Parameters<typeof fakeCall>[0] = {},
    name: Parameters<typeof resultFile>[0] = 'pae.json',
  ) =>
    // prettier-ignore
    answer(resultFile(name), completed, { services: { results }, ...given });
  const etagOf = async (encoding?: string) =>
    (await ask(encoding === undefined ? {} : { accepts: { encoding } })).response.header('etag')!;

  it('is kept by its client for a day, each form under its own tag', async () => {
    const { response, told } = await ask();
    expect(text(response.sent?.bytes)).toBe('plain');
    expect(response.sent?.client).toBe('c');
    expect(told).toEqual(['pae.json for c']);
    expect(response.header('cache-control')).toBe('private, max-age=86400, immutable');
    expect(response.header('vary')).toBe('Accept, Accept-Encoding, Authorization');
    expect(response.header('content-type')).toBe('application/json; charset=utf-8');
    expect(response.header('content-encoding')).toBeUndefined();
    expect(await etagOf('gzip')).not.toBe(await etagOf());
    const later = submissionRecord('completed', { finishedAt: FINISHED + 1 });
    const again = await answer(resultFile('pae.json'), later, { services: { results } });
    expect(again.response.header('etag')).not.toBe(response.header('etag'));
  });

  it('is sent packed to who takes that, an archive as it is', async () => {
    const { response } = await ask({ accepts: { encoding: 'gzip' } });
    expect(text(response.sent?.bytes)).toBe('gzipped');
    expect(response.header('content-encoding')).toBe('gzip');
    const small = { file: () => Promise.resolve({ bytes: plain }) };
    const unpacked = await ask({ accepts: { encoding: 'gzip' }, services: { results: small } });
    expect(text(unpacked.response.sent?.bytes)).toBe('plain');
    expect(unpacked.response.header('content-encoding')).toBeUndefined();
    const zip = await ask({}, 'bundle.zip');
    expect(zip.response.header('content-type')).toBe('application/zip');
    expect(zip.response.header('content-disposition')).toBe("inline; filename*=UTF-8''mine.zip");
  });

  it('is not sent again to who has it', async () => {
    const etag = await etagOf();
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const { response } = await ask({ headers: { 'if-none-match': header } });
      expect([response.statusCode, response.sent], header).toEqual([304, undefined]);
      expect(response.header('etag')).toBe(etag);
    }
    for (const header of ['"other"', '"other", *', await etagOf('gzip')]) {
      const { response } = await ask({ headers: { 'if-none-match': header } });
      expect(response.sent, header).toBeDefined();
    }
  });

  it('is there for what is completed alone', async () => {
    const ofState = (state: SubmissionRecord['state'], job = {}) =>
      answer(resultFile('pae.json'), submissionRecord(state, { job }), { services: { results } });
    await expect(ofState('waiting')).rejects.toMatchObject({ code: 'JOB_UNFINISHED' });
    await expect(ofState('active')).rejects.toThrow('the prediction is active');
    await expect(ofState('cancelled')).rejects.toMatchObject({ code: 'JOB_CANCELLED' });
    const error = { code: 'X', detail: 'too long', hint: 'cut it' };
    await expect(ofState('failed', { error })).rejects.toMatchObject({
      ...{ code: 'JOB_FAILED', message: 'the prediction failed: too long', hint: 'cut it' },
    });
    await expect(ofState('failed')).rejects.toThrow('the prediction failed: unknown reason');
  });
});

describe('an alignment', () => {
  const ask = (packed: Uint8Array | undefined, job = {}, encoding?: string) =>
    answer(getAlignment, submissionRecord('waiting', { job }), {
      ...(encoding === undefined ? {} : { accepts: { encoding } }),
      services: {
        store: {
          submissions: { find: () => Promise.resolve(submissionRecord('waiting', { job })) },
          results: { readInput: (id: string, kind: string) => Promise.resolve(`${id} ${kind}` === 'job alignment' ? packed : undefined) }, // prettier-ignore
        },
      },
    });
  const packed = gzipSync('>a\nMKV\n');

  it('is sent as it is kept, or unpacked', async () => {
    const { response } = await ask(packed);
    expect(text(response.sent?.bytes)).toBe('>a\nMKV\n');
    expect(response.header('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.header('vary')).toBe('Accept-Encoding');
    const zipped = await ask(packed, {}, 'gzip');
    expect(zipped.response.sent?.bytes).toBe(packed);
    expect(zipped.response.header('content-encoding')).toBe('gzip');
  });

  it('is not there where none is read, or not yet', async () => {
    await expect(ask(undefined)).rejects.toThrow('this prediction reads no alignment');
    await expect(ask(undefined, { searches: 'server' })).rejects.toThrow('still searched for');
  });
});

describe('a template', () => {
  const atom = (chain: string, serial: number, name: string) =>
    `ATOM  ${String(serial).padStart(5)}  ${name.padEnd(3)} GLY ${chain}   1    ${`${serial}.000`.padStart(8)}   1.000   2.000  1.00 10.00           ${name[0]!}`; // prettier-ignore
  const file = (...chains: string[]) =>
    chains.flatMap((chain, c) => ['N', 'CA', 'C', 'O'].map((name, i) => atom(chain, 4 * c + i + 1, name))).join('\n'); // prettier-ignore
  const read = (source: string, ...chains: string[]): TemplateChain[] =>
    readTemplates(new TextEncoder().encode(`${file(...chains)}\nEND\n`), source);
  const encoded = encodeTemplates([...read('one.pdb', 'A', 'B'), ...read('two.pdb', 'B')]);
  const request = { ...newJob('job').request, templates: { sha256: 's', numChains: 3 } };
  const ask = (query: object, job: object = { request }) =>
    answer(getTemplate, submissionRecord('waiting', { job }), {
      query,
      services: {
        store: {
          submissions: { find: () => Promise.resolve(submissionRecord('waiting', { job })) },
          results: { readInput: () => Promise.resolve(gzipSync(encoded)) },
        },
      },
    });
  const chainOf = async (query: object) => {
    const { response } = await ask(query);
    expect(response.header('content-type')).toBe('chemical/x-pdb; charset=utf-8');
    const [chain] = parsePdb(text(response.sent?.bytes)).models[0]!.chains;
    return chain!.residues[0]!.atoms[0]!.x;
  };

  it('is found by its source and its chain, or is the first', async () => {
    const all = [{}, { chain: 'B' }, { source: 'two.pdb' }, { source: 'one.pdb', chain: 'B' }];
    const found = [];
    for (const query of all) found.push(await chainOf(query));
    expect(found).toEqual([1, 5, 1, 5]);
    await expect(ask({ source: 'two.pdb', chain: 'A' })).rejects.toMatchObject({ code: 'NOT_FOUND' }); // prettier-ignore
    await expect(ask({}, {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('attention', () => {
  const SIZES = [
    { network: 'language-model', numBlocks: 2, numHeads: 5 },
    { network: 'trunk', numBlocks: 4, numHeads: 3 },
  ] as const;
  const N = 2;
  const weights = Float32Array.from([0.25, 0.75, 0.5, 0.5]);
  const asked: unknown[] = [];
  const services = {
    predictors: [
      { model: { sha256: '0', attention: [] } },
      { model: { sha256: 'f'.repeat(64), attention: SIZES } },
    ],
    attention: {
      attention: (job: { id: string }, wanted: unknown, asker: { client: string; ms: number }) => {
        asked.push([job.id, wanted, asker.client, asker.ms]);
        if (wanted === 'overview')
          return Promise.resolve(Uint8Array.from({ length: 22 * N * N }, (_, i) => i));
        const { maps } = packAttention({ network: 'trunk', block: 0, weights }, N);
        return Promise.resolve(new Uint8Array(maps.buffer));
      },
    },
    results: {
      attentionJson: (_submission: unknown, _select: unknown, given: { weights: Uint8Array }) =>
        Promise.resolve({ bytes: given.weights }),
    },
  };
  const submission = submissionRecord('completed', { finishedAt: 5, job: { numResidues: N } });
  const ask = (query: object, given: object = {}) =>
    answer(getAttention, submission, { services, query, ...given });

  it('is told in JSON, or as numbers where these are liked better', async () => {
    const select = { network: 'trunk', block: 3, head: 2 };
    const json = await ask(select);
    expect(asked.pop()).toEqual(['job', select, 'c', 7000]);
    expect(json.response.header('content-type')).toBe('json');
    expect([...new Float32Array(json.response.sent!.bytes.slice().buffer)]).toEqual([...weights]);
    const binary = await ask(select, { accepts: { type: 'application/octet-stream' } });
    expect(binary.response.header('content-type')).toBe('application/octet-stream');
    expect(binary.response.sent!.client).toBe('c');
    expect([...new Float32Array(binary.response.sent!.bytes.slice().buffer)]).toEqual([...weights]);
    const etags = [json, binary, await ask({ ...select, head: 1 }), await ask({ ...select, block: 2 })].map(({ response }) => response.header('etag')); // prettier-ignore
    expect(new Set(etags).size).toBe(4);
    const known = await ask(select, { headers: { 'if-none-match': etags[0] } });
    expect([known.response.statusCode, known.response.sent]).toEqual([304, undefined]);
  });

  it('is there of the blocks and heads that the model has', async () => {
    for (const [network, block, head] of [
      ['trunk', 3, 2],
      ['language-model', 1, 4],
      ['trunk', 0, 0],
    ])
      // prettier-ignore
      await expect(ask({ network, block, head })).resolves.toBeDefined();
    for (const [network, block, head] of [
      ['trunk', 4, 0],
      ['trunk', 0, 3],
      ['language-model', 2, 0],
      ['language-model', 0, 5],
      ['eyes', 0, 0],
    ])
      // prettier-ignore
      await expect(ask({ network, block, head })).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
        message: `the ${String(network).replace('-', ' ')} has no block ${block} with head ${head}`,
        hint: 'blocks of the language model are 0 to 1, heads 0 to 4; blocks of the trunk are 0 to 3, heads 0 to 2', // prettier-ignore
      });
  });

  it('is refused of models that show none or are gone', async () => {
    const [silent] = services.predictors;
    const of = (predictors: object[]) =>
      ask({ network: 'trunk', block: 0, head: 0 }, { services: { ...services, predictors } });
    const sha256 = 'f'.repeat(64);
    await expect(of([{ model: { ...silent!.model, sha256 } }])).rejects.toMatchObject({ code: 'REQUEST_INVALID' }); // prettier-ignore
    await expect(of([silent!])).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  });

  it('is seen as pictures of all heads, each in its place', async () => {
    const { response } = await answer(getAttentionOverview, submission, { services });
    const { size, heads } = JSON.parse(text(response.sent!.bytes)) as {
      size: number;
      heads: { network: string; block: number; head: number; thumbnail: string }[];
    };
    expect(response.header('content-type')).toBe('json');
    expect(size).toBe(N);
    const pictures = heads.map(({ thumbnail }) => [...Buffer.from(thumbnail, 'base64')]);
    expect(pictures.flat()).toEqual(Array.from({ length: 22 * N * N }, (_, i) => i));
    const places = SIZES.flatMap(({ network, numBlocks, numHeads }) =>
      Array.from({ length: numBlocks }, (_, block) =>
        Array.from({ length: numHeads }, (_head, head) => ({ network, block, head })),
      ).flat(),
    );
    expect(heads).toMatchObject(places);
    const headers = { 'if-none-match': response.header('etag')! };
    const known = await answer(getAttentionOverview, submission, { services, headers });
    expect([known.response.statusCode, known.response.sent]).toEqual([304, undefined]);
  });

  it('is kept as the maps of each head in their places, and thumbnails of all', () => {
    const wanted = { network: 'trunk', block: 0, head: 0 } as const;
    const maps = new AttentionMaps(wanted, SIZES, N);
    for (const block of [0, 1]) {
      const all = Float32Array.from({ length: 3 * N * N }, (_, i) => i + 100 * block);
      maps.add(packAttention({ network: 'trunk', block, weights: all }, N));
    }
    const kept = maps.all();
    expect([...kept.keys()]).toEqual([
      ...[0, 1].flatMap((block) => [0, 1, 2].map((head) => `trunk.${block}.${head}`)),
      'overview',
    ]);
    const halves = (name: string) => [...new Uint16Array(kept.get(name)!.slice().buffer)];
    const expected = packAttention({ network: 'trunk', block: 1, weights: Float32Array.of(108, 109, 110, 111) }, N); // prettier-ignore
    expect(halves('trunk.1.2')).toEqual([...expected.maps]);
    expect(attentionName(wanted)).toBe('trunk.0.0');
    expect(attentionBytes(wanted, SIZES, 7)).toBe(98);
    expect(attentionBytes('overview', SIZES, 7)).toBe(22 * 49);
    expect(attentionBytes('overview', SIZES, 50)).toBe(22 * 48 * 48);
  });

  it('of a large model is kept of the block that was asked for alone', () => {
    const sizes = [{ network: 'trunk', numBlocks: 8000, numHeads: 1000 }] as const;
    const largest = (
      numResidues: number,
      wanted: ConstructorParameters<typeof AttentionMaps>[0],
    ) => {
      // prettier-ignore
      const maps = new AttentionMaps(wanted, sizes, numResidues);
      for (const network of ['language-model', 'trunk'] as const)
        for (const block of [0, 1]) {
          const weights = new Float32Array(numResidues ** 2).fill(1);
          maps.add(packAttention({ network, block, weights }, numResidues));
        }
      return [...maps.all().keys()];
    };
    // 8 million heads of one residue take 16 MB, of two residues 64 MB, of three 144 MB
    const wanted = { network: 'trunk', block: 1, head: 0 } as const;
    expect(largest(2, wanted)).toHaveLength(5);
    expect(largest(3, wanted)).toEqual(['trunk.1.0', 'overview']);
    expect(largest(3, 'overview')).toEqual(['overview']);
  });
});
