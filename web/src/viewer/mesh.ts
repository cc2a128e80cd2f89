/** A triangle mesh before it reaches the graphics card; each vertex knows its residue. */
export interface Mesh {
  /** `[V, 3]` Å */
  readonly positions: Float32Array;
  /** `[V, 3]` unit length */
  readonly normals: Float32Array;
  /** `[V]` */
  readonly residues: Float32Array;
  /** `[T, 3]` */
  readonly indices: Uint32Array;
}

/** Collects vertices and triangles into arrays that grow by doubling. */
export class MeshBuilder {
  #positions = new Float32Array(3 << 10);
  #normals = new Float32Array(3 << 10);
  #residues = new Float32Array(1 << 10);
  #indices = new Uint32Array(6 << 10);
  #numVertices = 0;
  #numIndices = 0;

  get numVertices(): number {
    return this.#numVertices;
  }

  /** Adds a vertex; seven numbers rather than arrays, because this is the innermost loop of every drawing. */
  vertex(x: number, y: number, z: number, nx: number, ny: number, nz: number, residue: number) {
    const at = this.#numVertices++;
    if (at >= this.#residues.length) {
      this.#positions = doubled(this.#positions);
      this.#normals = doubled(this.#normals);
      this.#residues = doubled(this.#residues);
    }
    this.#positions[3 * at] = x;
    this.#positions[3 * at + 1] = y;
    this.#positions[3 * at + 2] = z;
    this.#normals[3 * at] = nx;
    this.#normals[3 * at + 1] = ny;
    this.#normals[3 * at + 2] = nz;
    this.#residues[at] = residue;
  }

  triangle(a: number, b: number, c: number) {
    if (this.#numIndices + 3 > this.#indices.length) {
      const grown = new Uint32Array(2 * this.#indices.length);
      grown.set(this.#indices);
      this.#indices = grown;
    }
    this.#indices[this.#numIndices++] = a;
    this.#indices[this.#numIndices++] = b;
    this.#indices[this.#numIndices++] = c;
  }

  build(): Mesh {
    return {
      positions: this.#positions.slice(0, 3 * this.#numVertices),
      normals: this.#normals.slice(0, 3 * this.#numVertices),
      residues: this.#residues.slice(0, this.#numVertices),
      indices: this.#indices.slice(0, this.#numIndices),
    };
  }
}

function doubled(values: Float32Array): Float32Array<ArrayBuffer> {
  const grown = new Float32Array(2 * values.length);
  grown.set(values);
  return grown;
}
