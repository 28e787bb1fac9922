/** How many slots a Redis Cluster spreads its keys over. */
export const CLUSTER_SLOTS = 16_384

const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
/** CRC16 of XMODEM: polynomial 0x1021, no reflection, begins at 0. */
const CRC16: Uint16Array = crcTable(0x1021)

/**
 * The slot of a key in a Redis Cluster: CRC16 modulo 16384 of its hash tag, else of all of it. The hash tag is what stands between
 * the first `{` and the next `}`, where that is not empty. Keys of one slot live on one node, and one command may name several.
 */
export function slotOf(key: string | Buffer): number {
  const bytes = typeof key === 'string' ? Buffer.from(key) : key
  const [from, to] = hashed(bytes)
  let crc = 0
  for (let index = from; index < to; index++) {
    crc = ((crc << 8) & 0xffff) ^ (CRC16[(crc >> 8) ^ (bytes[index] as number)] as number)
  }
  return crc % CLUSTER_SLOTS
}

/** The slot of a key where that says what goes together; 0 for all of them on a single server. */
export function slotOn({ isCluster }: { readonly isCluster: boolean }, key: string): number {
  return isCluster ? slotOf(key) : 0
}

function hashed(bytes: Buffer): readonly [from: number, to: number] {
  const open = bytes.indexOf(OPEN_BRACE)
  const close = open < 0 ? -1 : bytes.indexOf(CLOSE_BRACE, open + 1)
  return close > open + 1 ? [open + 1, close] : [0, bytes.length]
}

function crcTable(polynomial: number): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 8
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ polynomial : crc << 1
    return crc & 0xffff
  })
}
