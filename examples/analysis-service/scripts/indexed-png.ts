import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const RGB = 3
const MOST_COLOURS = 256
/** Colours that get into the palette for being common; the others fill the gaps between them. */
const COMMON = 96

interface Picture {
  readonly width: number
  readonly height: number
  /** Three bytes a pixel, row by row. */
  readonly pixels: Buffer
}

/**
 * The same picture with at most 256 colours, about a third of the size: a page has few colours but for the edges of its letters.
 * Takes what the browser makes of an opaque page: 8 bits, RGB, not interlaced.
 */
export function indexedPng(png: Buffer): Buffer {
  const { width, height, pixels } = decoded(png)
  const counts = new Map<number, number>()
  for (let at = 0; at < pixels.length; at += RGB) {
    const colour = pixels.readUIntBE(at, RGB)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const palette = paletteOf(counts)
  const index = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour)]))
  const rows = Buffer.alloc((width + 1) * height) // each row begins with the number of its filter: 0, none
  for (let pixel = 0; pixel < width * height; pixel++) {
    rows[pixel + Math.floor(pixel / width) + 1] = index.get(pixels.readUIntBE(pixel * RGB, RGB)) as number
  }
  return encoded(width, height, palette, rows)
}

/** The commonest colours, then again and again the one that is farthest from all chosen. */
function paletteOf(counts: ReadonlyMap<number, number>): number[] {
  const colours = [...counts].toSorted(([, one], [, other]) => other - one).map(([colour]) => colour)
  const palette = colours.slice(0, COMMON)
  const rest = colours
    .slice(COMMON)
    .map((colour) => ({ colour, gap: distance(colour, palette[nearest(palette, colour)]!) }))
  while (palette.length < Math.min(MOST_COLOURS, colours.length)) {
    const { colour } = rest.reduce((farthest, candidate) => (candidate.gap > farthest.gap ? candidate : farthest))
    palette.push(colour)
    for (const candidate of rest) candidate.gap = Math.min(candidate.gap, distance(candidate.colour, colour))
  }
  return palette
}

function nearest(palette: readonly number[], colour: number): number {
  let best = 0
  for (let at = 1; at < palette.length; at++) {
    if (distance(palette[at]!, colour) < distance(palette[best]!, colour)) best = at
  }
  return best
}

function distance(one: number, other: number): number {
  const [red, green, blue] = [
    (one >> 16) - (other >> 16),
    ((one >> 8) & 255) - ((other >> 8) & 255),
    (one & 255) - (other & 255),
  ]
  return red * red + green * green + blue * blue
}

function decoded(png: Buffer): Picture {
  const data: Buffer[] = []
  let header: Buffer | undefined
  for (let at = SIGNATURE.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const [kind, body] = [png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at))]
    if (kind === 'IHDR') header = body
    if (kind === 'IDAT') data.push(body)
  }
  if (header === undefined || header[8] !== 8 || header[9] !== 2 || header[12] !== 0) {
    throw new TypeError('png must have 8 bits a channel, be RGB and not interlaced')
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  return { width, height, pixels: unfiltered(inflateSync(Buffer.concat(data)), width * RGB, height) }
}

/** PNG 9.2: each byte was written as its difference to a guess from the bytes to the left, above, and left of above. */
function unfiltered(raw: Buffer, stride: number, height: number): Buffer {
  const pixels = Buffer.alloc(stride * height)
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)]!
    for (let x = 0, at = row * stride; x < stride; x++, at++) {
      const left = x < RGB ? 0 : pixels[at - RGB]!
      const above = row === 0 ? 0 : pixels[at - stride]!
      const corner = x < RGB || row === 0 ? 0 : pixels[at - stride - RGB]!
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter]!
      pixels[at] = raw[row * (stride + 1) + 1 + x]! + guess
    }
  }
  return pixels
}

function paeth(left: number, above: number, corner: number): number {
  const [toLeft, toAbove, toCorner] = [
    Math.abs(above - corner),
    Math.abs(left - corner),
    Math.abs(left + above - 2 * corner),
  ]
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}

function encoded(width: number, height: number, palette: readonly number[], rows: Buffer): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 3, 0, 0, 0]) // 8 bits, indices into the palette
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]))
  const data = deflateSync(rows, { level: 9 })
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('PLTE', colours), chunk('IDAT', data), chunk('IEND')])
}

function chunk(kind: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), body])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(body.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}
