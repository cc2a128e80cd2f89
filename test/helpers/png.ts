import { inflateSync } from 'node:zlib';

/** A picture as plain numbers. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 3 or 4. */
  readonly channels: number;
  /** `[height, width, channels]` 0-255. */
  readonly data: Uint8Array;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  if (a! <= b! && a! <= c!) return left;
  return b! <= c! ? up : corner;
}

/** Reads a PNG of 8 bits a channel, true colour with or without alpha: what browsers write. @source PNG 1.2, chapter 6 */
export function decodePng(png: Buffer): Pixels {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const channels = png[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const data = new Uint8Array(height * stride);
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)]!;
    for (let i = 0; i < stride; i++) {
      const at = row * stride + i;
      const left = i >= channels ? data[at - channels]! : 0;
      const up = row > 0 ? data[at - stride]! : 0;
      const corner = row > 0 && i >= channels ? data[at - stride - channels]! : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      data[at] = raw[row * (stride + 1) + 1 + i]! + predicted;
    }
  }
  return { width, height, channels, data };
}

/** Share of a picture's pixels that are clearly coloured, that is, neither grey nor black nor white. */
export function colouredShare({ width, height, channels, data }: Pixels): number {
  let coloured = 0;
  for (let at = 0; at < data.length; at += channels) {
    const rgb = [data[at]!, data[at + 1]!, data[at + 2]!];
    if (Math.max(...rgb) - Math.min(...rgb) > 60) coloured++;
  }
  return coloured / (width * height);
}
