import { describe, expect, it } from 'vitest';
import { requireFinite } from '#execution/finite-results';
import { lengthBucket } from '#execution/length-bucket';
import { inUnits, refuseWhatCannotFit } from '#execution/refuse-what-cannot-fit';
import { ResidentTensors } from '#execution/resident-tensors';
import { stackFeeds, stackResults } from '#execution/block-stack';
import { holdWeights } from '#execution/weight-holding';
import type { DeviceMemory, KeptTensor } from '#tensor/engine/engine';
import type { HostTensor } from '#tensor/tensor';

describe('lengths', () => {
  it('are padded to quarters of the way from one power of two to the next', () => {
    const buckets = new Set(Array.from({ length: 160 }, (_, i) => lengthBucket(i + 1)));
    expect([...buckets]).toEqual([32, 40, 48, 56, 64, 80, 96, 112, 128, 160]);
    expect([32, 33, 40, 41, 64, 65, 128, 129].map(lengthBucket)).toEqual([
      32, 40, 40, 48, 64, 80, 128, 160,
    ]);
  });
});

describe('memory', () => {
  it('is told in units that people read', () => {
    expect([1, 1e6, 2.1e6, 999e6, 1e9, 2.55e10].map(inUnits)).toEqual([
      '1 MB', '1 MB', '3 MB', '999 MB', '1.0 GB', '25.5 GB',
    ]); // prettier-ignore
  });

  it('may be filled to the last byte', () => {
    refuseWhatCannotFit('x', { needed: 5e6, available: 5e6 });
    expect(() => {
      refuseWhatCannotFit('x', { needed: 6e6, available: 5e6 }, 'cut it');
    }).toThrow('x would take about 6 MB of memory; 5 MB may be used');
  });
});

describe('weights', () => {
  const sizes = { decodedBytes: 100, streamedBytes: 10 };
  const room = { decodedLimit: 99, memoryBytes: 200, workBytes: 40 };

  it('are decoded whole up to a limit, a gigabyte where nobody says another', () => {
    const decoded = { bytes: 100, holding: 'decoded' };
    expect(holdWeights(sizes, { ...room, decodedLimit: 100 })).toEqual(decoded);
    expect(holdWeights(sizes)).toEqual(decoded);
    const large = (decodedBytes: number) => holdWeights({ decodedBytes, streamedBytes: 1 }).holding;
    expect([large(1e9), large(1e9 + 1)]).toEqual(['decoded', 'streamed']);
  });

  it('are kept where they, a layer to read and the work fill half the memory at most', () => {
    expect(holdWeights(sizes, { ...room, keptBytes: 50 })).toEqual({ bytes: 60, holding: 'kept' });
    const streamed = { bytes: 10, holding: 'streamed' };
    expect(holdWeights(sizes, { ...room, keptBytes: 51 })).toEqual(streamed);
    expect(holdWeights(sizes, room)).toEqual(streamed);
    const unknown = { ...room, keptBytes: 1, memoryBytes: Infinity };
    expect(holdWeights(sizes, unknown)).toEqual(streamed);
  });

  it('of graphs are all there', () => {
    const inGraphs = { ...room, areInGraphs: true };
    expect(holdWeights(sizes, inGraphs)).toEqual({ bytes: 100, holding: 'kept' });
    expect(holdWeights(sizes, { ...inGraphs, keptBytes: 60 })).toEqual({
      bytes: 60,
      holding: 'kept',
    });
    expect(holdWeights(sizes, { ...room, areInGraphs: false }).holding).toBe('streamed');
  });
});

describe('what blocks of one graph are fed and give', () => {
  const tensor = (value: number): HostTensor => ({ shape: [1], data: Float32Array.of(value) });
  const part = { first: 4, count: 6, atOnce: 2 };

  it('names each block’s own by its place, and the blocks by theirs in the graph', () => {
    const feeds = stackFeeds(part, 7, (block) => ({ mask: tensor(block), seed: tensor(-block) }));
    expect(feeds).toEqual({
      blocks: { shape: [2], data: Int32Array.of(3, 4) },
      '0/mask': tensor(7),
      '0/seed': tensor(-7),
      '1/mask': tensor(8),
      '1/seed': tensor(-8),
    });
  });

  it('gives each block its own, and the last what goes on', () => {
    const results = { '0/map': tensor(1), '1/map': tensor(2), pair: tensor(3) };
    expect(stackResults(results, part)).toEqual([
      { map: tensor(1) },
      { map: tensor(2), pair: tensor(3) },
    ]);
  });
});

describe('results', () => {
  it('with a number that is none are refused by their name', () => {
    const data = Float32Array.of(1, 2, NaN);
    requireFinite({ a: { data: Float32Array.of(1) }, b: { data: Int32Array.of(1) } }, 'model');
    expect(() => {
      requireFinite({ a: { data: Float32Array.of(1) }, plddt: { data } }, 'model');
    }).toThrow('model gave NaN in "plddt"');
    expect(() => {
      requireFinite({ x: { data: Float32Array.of(-Infinity, NaN) } }, 'm');
    }).toThrow('m gave -Infinity in "x"');
  });
});

describe('tensors on a device', () => {
  const freed: string[] = [];
  const memory = {
    upload: ({ data }: HostTensor) =>
      data[0] === 13
        ? Promise.reject(new Error('full'))
        : Promise.resolve({ shape: [1], isOnDevice: true, value: data[0], dispose: () => freed.push(String(data[0])) } as unknown as KeptTensor), // prettier-ignore
    download: (kept: { value?: number }) =>
      Promise.resolve({ shape: [1], data: Float32Array.of(kept.value!) }),
  } as unknown as DeviceMemory;
  const tensor = (value: number): HostTensor => ({ shape: [1], data: Float32Array.of(value) });

  it('are freed when others take their place, and in the end', async () => {
    const resident = await ResidentTensors.upload(memory, { a: tensor(1), b: tensor(2) });
    expect(await resident.download(memory)).toEqual({ a: tensor(1), b: tensor(2) });
    expect(freed).toEqual([]);
    const stayed = await ResidentTensors.upload(memory, { a: tensor(3) });
    const { a } = stayed.tensors;
    expect(resident.replaceFrom({ a: a!, c: tensor(4) })).toEqual({ c: tensor(4) });
    expect(freed).toEqual(['1', '2']);
    expect(Object.keys(resident.tensors)).toEqual(['a']);
    resident.dispose();
    expect(freed).toEqual(['1', '2', '3']);
    expect(resident.tensors).toEqual({});
  });

  it('leave nothing behind where they do not all fit', async () => {
    freed.length = 0;
    const given = { a: tensor(1), b: tensor(13), c: tensor(2) };
    await expect(ResidentTensors.upload(memory, given)).rejects.toThrow('full');
    expect(freed).toEqual(['1']);
  });
});
