import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { tensorflowNodeEngine } from '#tensor/engine/tensorflow-node';

beforeAll(() => tf.setBackend('cpu'));

const GPU = '@tensorflow/tfjs-node-gpu';
const CPU = '@tensorflow/tfjs-node';

/** Loads tfjs-core in place of the packages that are installed. */
const installed = (names: string[], asked: string[] = []) => ({
  asked,
  load: (name: string) => {
    asked.push(name);
    return names.includes(name)
      ? Promise.resolve({ default: tf })
      : Promise.reject(new Error(`Cannot find package '${name}'\nRequire stack: …`));
  },
});

describe('tensorflowNodeEngine', () => {
  it('takes the GPU package where it is installed', async () => {
    const { load, asked } = installed([GPU, CPU]);
    expect((await tensorflowNodeEngine(load)).name).toBe('tensorflow-cpu');
    expect(asked).toEqual([GPU]);
  });

  it('takes the CPU package otherwise', async () => {
    const { load, asked } = installed([CPU]);
    await tensorflowNodeEngine(load);
    expect(asked).toEqual([GPU, CPU]);
  });

  it('says why neither loads and what to install', async () => {
    await expect(tensorflowNodeEngine(installed([]).load)).rejects.toMatchObject({
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
