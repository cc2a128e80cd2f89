/** @file TensorFlow.js on a backend that npm has; the packages with TensorFlow's own library download it elsewhere. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';

// Without it, tfjs prints advice on the first operation.
tf.enableProdMode();

/** @param backend to compute on from now on, in this file of tests */
export async function tensorflowOn(backend: 'cpu' | 'wasm'): Promise<typeof tf> {
  await tf.setBackend(backend);
  return tf;
}
