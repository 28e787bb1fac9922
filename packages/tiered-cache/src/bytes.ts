import { shown } from './option-object.ts'

/** An amount of bytes: `'64kb'`, `'10mb'`, `'2gb'` (powers of 1024), or a number of bytes. */
export type Bytes = number | `${number}${'b' | 'kb' | 'mb' | 'gb'}`

const UNIT_BYTES: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }
const PATTERN = /^(\d+(?:\.\d+)?)(b|kb|mb|gb)$/

/**
 * The whole number of bytes of {@link Bytes}, `Infinity` included; fractions are rounded down.
 * @throws TypeError or RangeError naming `option` where it is not an amount of at least `least` bytes.
 */
export function byteCount(option: string, value: unknown, least: number): number {
  const bytes = typeof value === 'number' ? value : parsed(value)
  if (bytes === undefined) {
    throw new TypeError(`${option} must be bytes or a string such as '64kb', '10mb' or '2gb', got ${shown(value)}`)
  }
  if (bytes >= least) return Math.floor(bytes)
  throw new RangeError(`${option} must be at least ${least} bytes, got ${shown(value)}`)
}

function parsed(value: unknown): number | undefined {
  const match = typeof value === 'string' ? PATTERN.exec(value) : null
  return match ? Number(match[1]) * (UNIT_BYTES[match[2] as string] as number) : undefined
}
