import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, Executable, KeptTensor } from '#tensor/engine/engine';
import { graphOf } from '#tensor/graph';
import { scalesOf } from '#tensor/narrow';
import * as ops from '#tensor/ops';
import type { HostTensor } from '#tensor/tensor';
import { float16ToFloat32 } from '#weights/half-precision';
import { numbersOf } from './finite-differences.js';
import { ALL_OPERATION_CASES, traceCase } from './operation-cases.js';
import { randomTensor } from './random.js';
import { evaluate } from './reference-engine.js';

/**
 * What every engine does.
 *
 * @param open makes the engine
 */
export function describeEngine(name: string, open: () => Engine | Promise<Engine>): void {
  describe(`engine ${name}`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    });

    it('has a name', () => {
      expect(engine.name).toMatch(/^[a-z0-9-]+$/);
    });

    describe('computes', () => {
      it.each(ALL_OPERATION_CASES)('$name', async (operationCase) => {
        const { output, feeds } = traceCase(operationCase);
        const executable = await engine.compile(graphOf({ output }));
        const { output: got } = await executable.run(feeds);
        await executable.dispose();
        const [data] = evaluate([output], numbersOf(feeds));
        expect(got).toBeCloseToTensor({ shape: output.shape, data: data! });
        expect(got.data).toBeInstanceOf(output.dtype === 'int32' ? Int32Array : Float32Array);
      });
    });

    it('gives sines and cosines of large angles', async () => {
      const angles = Float32Array.from({ length: 20_001 }, (_, i) => (i - 10_000) / 10);
      const x = ops.input('x', [angles.length]);
      const executable = await engine.compile(graphOf({ sine: ops.sin(x), cosine: ops.cos(x) }));
      const { sine, cosine } = await executable.run({ x: { shape: x.shape, data: angles } });
      await executable.dispose();
      const tolerance = { atol: 1e-5, rtol: 0 };
      expect(sine.data).toBeCloseToTensor(Array.from(angles, Math.sin), tolerance);
      expect(cosine.data).toBeCloseToTensor(Array.from(angles, Math.cos), tolerance);
    });

    describeRunning(() => engine);
    describeFeeds(() => engine);
  });
}

/** One executable, run many times. */
function describeRunning(engine: () => Engine): void {
  const x = ops.input('x', [2, 3]);
  const graph = graphOf({ doubled: ops.add(x, x), x, total: ops.sum(x) });
  const one = randomTensor([2, 3], 1);
  const two = randomTensor([2, 3], 2);
  const twice = ({ shape, data }: typeof one) => ({ shape, data: data.map((value) => 2 * value) });

  it('gives several outputs, an input among them', async () => {
    const executable = await engine().compile(graph);
    const { doubled, x: same, total } = await executable.run({ x: one });
    await executable.dispose();
    expect(doubled).toBeCloseToTensor(twice(one));
    expect(same).toBeCloseToTensor(one);
    expect(total.shape).toEqual([]);
  });

  it('runs again with other numbers and leaves earlier results alone', async () => {
    const executable = await engine().compile(graph);
    const first = await executable.run({ x: one });
    const second = await executable.run({ x: two });
    await executable.dispose();
    expect(first.doubled).toBeCloseToTensor(twice(one));
    expect(second.doubled).toBeCloseToTensor(twice(two));
  });

  it('keeps runs that overlap apart', async () => {
    const executable = await engine().compile(graph);
    const results = await Promise.all([one, two, one].map((feed) => executable.run({ x: feed })));
    await executable.dispose();
    expect(results[0]!.doubled).toBeCloseToTensor(twice(one));
    expect(results[1]!.doubled).toBeCloseToTensor(twice(two));
    expect(results[2]!.doubled).toBeCloseToTensor(twice(one));
  });

  it('does not change what it is fed', async () => {
    const executable = await engine().compile(graph);
    const feed = { shape: one.shape, data: one.data.slice() };
    await executable.run({ x: feed });
    await executable.dispose();
    expect(feed).toEqual(one);
  });

  it('holds two graphs at once', async () => {
    const triple = await engine().compile(graphOf({ y: ops.multiply(x, 3) }));
    const negated = await engine().compile(graphOf({ y: ops.negate(x) }));
    const { y } = await triple.run({ x: one });
    await triple.dispose();
    const { y: opposite } = await negated.run({ x: one });
    await negated.dispose();
    expect(y.data.map((value, i) => value + 3 * opposite.data[i]!)).toBeCloseToTensor(
      new Float32Array(6),
    );
  });

  it('adds a million numbers without losing precision', async () => {
    const many = ops.input('many', [1000, 1000]);
    const executable = await engine().compile(graphOf({ total: ops.sum(many) }));
    const feed = { shape: [1000, 1000], data: new Float32Array(1e6).fill(0.1) };
    const { total } = await executable.run({ many: feed });
    await executable.dispose();
    expect(total.data[0]).toBeCloseTo(1e6 * Math.fround(0.1), -1);
  });
}

/** What engines with `deviceMemory` do besides. */
export function describeKeeping(engine: () => Engine): void {
  const x = ops.input('x', [2, 3]);
  const rows = ops.input('rows', [2], 'int32');
  const graph = graphOf({ y: ops.multiply(ops.gather(x, rows), 2) });
  const given = { x: randomTensor([2, 3], 1), rows: { shape: [2], data: Int32Array.of(1, 0) } };
  const swapped = [...given.x.data.subarray(3), ...given.x.data.subarray(0, 3)];
  const expected = { shape: [2, 3], data: swapped.map((value) => 2 * value) };
  /** Runs a graph that is compiled for this one time. */
  async function runOnce(feeds: Readonly<Record<string, HostTensor | KeptTensor>>) {
    const executable: Executable<'y', HostTensor | KeptTensor> = await engine().compile(graph);
    const { y } = await executable.run(feeds).finally(() => executable.dispose());
    return y;
  }

  it('computes with kept tensors what it computes with numbers, in one graph after another', async () => {
    const { upload } = engine().deviceMemory!;
    const [x, rows] = [await upload(given.x), await upload(given.rows)];
    expect(x).toMatchObject({ shape: [2, 3], dtype: 'float32' });
    expect(rows).toMatchObject({ shape: [2], dtype: 'int32' });
    for (const feeds of [
      { x, rows },
      { ...given, x },
      { ...given, rows },
      { x, rows },
    ])
      expect(await runOnce(feeds)).toBeCloseToTensor(expected);
    x.dispose();
    rows.dispose();
  });

  it('keeps numbers of its own', async () => {
    const changed = { shape: [2, 3], data: given.x.data.slice() };
    const x = await engine().deviceMemory!.upload(changed);
    changed.data.fill(0);
    expect(await runOnce({ ...given, x })).toBeCloseToTensor(expected);
    x.dispose();
  });

  it('leaves on the device what it is asked to, for the next graph and for this process', async () => {
    const { upload, download, compile } = engine().deviceMemory!;
    const passing = graphOf({ same: x, doubled: ops.multiply(x, 2), total: ops.sum(x) });
    const executable = await compile(passing, ['same', 'doubled']);
    const start = await upload(given.x);
    const { same, doubled, total } = await executable.run({ x: start });
    start.dispose();
    const twice = given.x.data.map((value) => 2 * value);
    expect(total).toHaveProperty('data');
    expect(await download(same as KeptTensor)).toBeCloseToTensor(given.x);
    expect(await runOnce({ ...given, x: doubled! })).toBeCloseToTensor({
      shape: [2, 3],
      data: expected.data.map((value) => 2 * value),
    });
    const numbers = await download(doubled as KeptTensor);
    expect(numbers).toBeCloseToTensor({ shape: [2, 3], data: twice });
    expect(await download(doubled as KeptTensor)).toEqual(numbers); // it is there still
    (same as KeptTensor).dispose();
    (doubled as KeptTensor).dispose();
    await executable.dispose();
  });

  it('refuses a kept tensor of another shape', async () => {
    const x = await engine().deviceMemory!.upload(randomTensor([3, 2], 1));
    await expect(runOnce({ ...given, x })).rejects.toMatchObject({
      code: 'TENSOR_SHAPE',
      message: 'input "x" must be float32 [2, 3], got float32 [3, 2]',
    });
    x.dispose();
  });
}

/** What engines with `compileNarrow` do besides. */
export function describeNarrowInputs(engine: () => Engine): void {
  const x = ops.input('x', [2, 5]);
  const graph = graphOf({ y: ops.matmul(x, ops.input('weight', [3, 5]), { transposeB: true }) });
  const feed = { x: randomTensor([2, 5], 1) };
  /** What float32 weights give. */
  async function expected(weight: Float32Array) {
    const executable = await engine().compile(graph);
    const { y } = await executable.run({ ...feed, weight: { shape: [3, 5], data: weight } });
    await executable.dispose();
    return y;
  }

  it('gives float16 inputs the float32 values that they stand for', async () => {
    const weight = Uint16Array.from({ length: 15 }, (_, i) => 0x3c00 + ((i % 2) << 15) + 61 * i);
    weight[7] = 1; // the smallest of all, 2^-24
    const values = new Float32Array(15);
    float16ToFloat32(weight, values);
    const executable = await engine().compileNarrow!(graph, new Map([['weight', 'float16']]));
    const { y } = await executable.run({ ...feed, weight: { shape: [3, 5], data: weight } });
    await executable.dispose();
    expect(y).toEqual(await expected(values));
  });

  it('multiplies the rows of int8 inputs by their scales, and refuses other feeds', async () => {
    const weight = Int8Array.from({ length: 15 }, (_, i) => 17 * i - 127);
    const scales = Float32Array.of(0.5, 0.1, 3);
    const executable = await engine().compileNarrow!(graph, new Map([['weight', 'int8']]));
    const given = {
      ...feed,
      weight: { shape: [3, 5], data: weight },
      [scalesOf('weight')]: { shape: [3], data: scales },
    };
    const { y } = await executable.run(given);
    const values = Float32Array.from(weight, (value, i) => value * scales[Math.floor(i / 5)]!);
    expect(y).toEqual(await expected(values));
    const wide = { ...given, weight: { shape: [3, 5], data: values } };
    await expect(executable.run(wide)).rejects.toThrow('must be int8 [3, 5], got float32 [3, 5]');
    const { x: onlyX, weight: onlyWeight } = given;
    await expect(executable.run({ x: onlyX, weight: onlyWeight })).rejects.toThrow(
      /scales.*not fed/,
    );
    await executable.dispose();
  });
}

/** What is refused, and how. */
function describeFeeds(engine: () => Engine): void {
  const graph = graphOf({
    picked: ops.gather(ops.input('rows', [5, 3]), ops.input('picks', [2], 'int32')),
  });
  const rows = randomTensor([5, 3], 3);
  const picks = { shape: [2], data: Int32Array.of(4, 0) };
  let executable: Awaited<ReturnType<typeof compile>>;
  const compile = () => engine().compile(graph);
  beforeAll(async () => {
    executable = await compile();
  });
  afterAll(() => executable.dispose());

  it.each([
    ['a missing input', { rows }, 'input "picks" was not fed'],
    [
      'another shape',
      { rows: randomTensor([3, 5], 4), picks },
      'input "rows" must be float32 [5, 3], got float32 [3, 5]',
    ],
    [
      'another type',
      { rows, picks: { shape: [2], data: Float32Array.of(4, 0) } },
      'input "picks" must be int32 [2], got float32 [2]',
    ],
    [
      'data that do not fill their shape',
      { rows: { shape: [5, 3], data: new Float32Array(14) }, picks },
      'input "rows" has 14 numbers, [5, 3] needs 15',
    ],
  ])('refuses %s and says which', async (_, feeds, message) => {
    await expect(executable.run(feeds)).rejects.toMatchObject({ code: 'TENSOR_SHAPE', message });
  });

  it('works after it has refused', async () => {
    await expect(executable.run({})).rejects.toThrow('was not fed');
    const { picked } = await executable.run({ rows, picks });
    expect(picked.data.subarray(3)).toBeCloseToTensor(rows.data.subarray(0, 3));
  });

  it('ignores feeds that no input asks for', async () => {
    const { picked } = await executable.run({ rows, picks, other: rows });
    expect(picked.shape).toEqual([2, 3]);
  });

  it('does not run once disposed', async () => {
    const disposed = await compile();
    await disposed.dispose();
    await expect(disposed.run({ rows, picks })).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
  });
}
