/** A field's number and its value: whole numbers, 4-byte words, or the bytes of a text or message. */
export interface Field {
  readonly number: number;
  readonly value: bigint | number | Uint8Array;
}

/** Reads the fields of a protobuf message in order, as the wire format defines them. */
export function readFields(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(position++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (position < bytes.length) {
    const key = Number(varint());
    const number = key >> 3;
    switch (key & 7) {
      case 0:
        fields.push({ number, value: varint() });
        break;
      case 2: {
        const length = Number(varint());
        fields.push({ number, value: bytes.slice(position, position + length) });
        position += length;
        break;
      }
      case 5:
        fields.push({ number, value: view.getFloat32(position, true) });
        position += 4;
        break;
      default:
        throw new Error(`wire type ${key & 7} of field ${number} is not used by ONNX`);
    }
  }
  if (position !== bytes.length) throw new Error('the last field is cut off');
  return fields;
}

/** The values of all fields of a number that hold bytes. */
export function messages(fields: readonly Field[], number: number): Uint8Array[] {
  return fields.filter((field) => field.number === number).map(({ value }) => value as Uint8Array);
}

/** The texts of all fields of a number. */
export function texts(fields: readonly Field[], number: number): string[] {
  return messages(fields, number).map((bytes) => new TextDecoder().decode(bytes));
}

/** The whole numbers of all fields of a number, signed as int64. */
export function integers(fields: readonly Field[], number: number): number[] {
  return fields
    .filter((field) => field.number === number)
    .map(({ value }) => Number(BigInt.asIntN(64, value as bigint)));
}
