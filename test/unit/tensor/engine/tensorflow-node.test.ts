import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { tensorflowNodeEngine } from '#tensor/engine/tensorflow-node';

beforeAll(() => tf.setBackend('cpu'));

const GPU = '@tensorflow/tfjs-node-gpu';
const CPU = '@tensorflow/tfjs-node';

/** Loads tfjs-core in place of the packages that are installed; its backend may say that it uses a GPU. */
function installed(names: string[], isUsingGpuDevice?: boolean) {
  const asked: string[] = [];
  const backend = () => Object.assign(Object.create(tf.backend()) as object, { isUsingGpuDevice });
  const load = (name: string) => {
    asked.push(name);
    return names.includes(name)
      ? Promise.resolve({ default: { ...tf, backend } as unknown as typeof tf })
      : Promise.reject(new Error(`Cannot find package '${name}'\nRequire stack: …`));
  };
  return { asked, load };
}

describe('tensorflowNodeEngine', () => {
  it('takes the GPU package where it is installed', async () => {
    const { load, asked } = installed([GPU, CPU], true);
    const { name, facts } = await tensorflowNodeEngine(3, load);
    expect(name).toBe('tensorflow-gpu');
    expect(facts).toEqual({
      name: 'tensorflow.js',
      version: '4.22.0',
      device: 'gpu',
      threads: 3,
      precision: 'float32',
    });
    expect(asked).toEqual([GPU]);
  });

  it('takes the CPU package otherwise', async () => {
    const { load, asked } = installed([CPU], false);
    expect((await tensorflowNodeEngine(1, load)).facts.device).toBe('cpu');
    expect(asked).toEqual([GPU, CPU]);
  });

  it.each([false, undefined])('refuses a GPU package that finds no GPU (%s)', async (isUsing) => {
    await expect(
      tensorflowNodeEngine(1, installed([GPU, CPU], isUsing).load),
    ).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: `${GPU} is installed but finds no GPU`,
      hint: expect.stringContaining(`npm install ${CPU}`) as string,
    });
  });

  it('says why neither loads and what to install', async () => {
    await expect(tensorflowNodeEngine(1, installed([]).load)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message:
        `TensorFlow cannot be loaded (${GPU}: Cannot find package '${GPU}'; ` +
        `${CPU}: Cannot find package '${CPU}')`,
      hint: expect.stringContaining(`npm install ${CPU}`) as string,
    });
  });

  it('fails the same way when the packages are really missing', async () => {
    await expect(tensorflowNodeEngine()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });
});
